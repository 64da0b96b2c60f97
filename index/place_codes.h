// SPDX-License-Identifier: Apache-2.0
// PlaceCodes: what the predecessor codes of one run stand for.
//
// DESCRIPTION. The frequent words (format/frequent_words.h) are known only when
// all documents are: they must not depend on how these were spread over runs. A
// run that is written before carries *candidates*: for each occurrence, which
// of the commonest words of the run itself stands before it. When the frequent
// words are known they are among the candidates as a rule, and a table of 32
// bytes says what each code of the run means. If not, the codes of the run are
// found anew (index/run_recoder.h).
//
// IMPLEMENTATION. A code has five bits. First come words, then sets of words
// that shared a position, in the order in which they were met; there are very
// few of them. If they become too many, kUnknown stands for the rest.
#ifndef KWIC_INDEX_PLACE_CODES_H_
#define KWIC_INDEX_PLACE_CODES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/frequent_words.h"

namespace kwic {

class PlaceCodes {
 public:
  static constexpr std::size_t kCodes = 32;
  static constexpr std::uint8_t kUnknown = kCodes - 1;
  static constexpr std::size_t kMostWords = 22;
  static_assert(kMaxFrequentWords <= kMostWords);

  // The predecessor code of the file for each of the run.
  using Table = std::array<std::uint8_t, kCodes>;
  // That of codes that are what they shall be.
  static Table same() noexcept;

  PlaceCodes() = default;
  // Codes of the file: those of the frequent words.
  explicit PlaceCodes(const FrequentWords& words)
      : words_(words.words().begin(), words.words().end()), final_(true) {}

  // Adds a candidate if it is none yet and there are not enough.
  // REQUIRES: nothing but this and code_of() was called.
  void add(std::string_view word);
  bool full() const noexcept { return words_.size() == kMostWords; }

  // 0 for other words.
  std::uint8_t code_of(std::string_view word) const noexcept;
  // The code of a position where terms of both codes stand.
  std::uint8_t both(std::uint8_t one, std::uint8_t other);
  // The code of the first position of a part, by what is before it
  // (RunDocument::before). Candidates should have the terms.
  std::uint8_t code_before(std::string_view before);

  std::span<const std::string> words() const noexcept { return words_; }
  // Whether table() is right for all words that words() has.
  bool complete() const noexcept { return final_ || !unknown_; }
  Table table(const FrequentWords& words) const noexcept;

 private:
  std::vector<std::string> words_;                           // from code 1 on
  std::vector<std::pair<std::uint8_t, std::uint8_t>> sets_;  // behind them
  bool final_ = false;
  bool unknown_ = false;  // kUnknown was given
};

}  // namespace kwic

#endif  // KWIC_INDEX_PLACE_CODES_H_
