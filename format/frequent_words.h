// SPDX-License-Identifier: Apache-2.0
// FrequentWords: the words that predecessor codes name, and their numbers.
//
// DESCRIPTION. A phrase with a stop word is the slowest query of an engine that
// keeps positions: nearly every document is a candidate, and for each of them a
// piece of a very long list has to be read. So the index stores, with each
// occurrence of a term that enough documents have, which of the few commonest
// words stands right before it, if any does: its *predecessor code*. Of "the
// movement" the list of "the" is then not read at all. The idea is that of
// nextword indexes (H. E. Williams, J. Zobel and D. Bahle, "Fast phrase
// querying with combined indexes", TOIS 22(4), 2004), with a code of four bits
// in place of lists of their own.
//
// Codes run from 1 to 14 in the order of the section "frequent words"; 0 stands
// for none of them, and 15 for several: a position can have more than one term
// (docs/analysis.md), and then the lists must be asked.
#ifndef KWIC_FORMAT_FREQUENT_WORDS_H_
#define KWIC_FORMAT_FREQUENT_WORDS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace kwic {

inline constexpr std::size_t kMaxFrequentWords = 14;
inline constexpr std::uint8_t kSeveralPredecessors = 15;

// Lists of fewer documents have no predecessor codes: few documents can be
// candidates of their phrases.
constexpr bool has_predecessors(std::uint64_t doc_freq) noexcept {
  return doc_freq >= 32;
}

// The code of a position where a term of code `one` stands, and one of `other`.
constexpr std::uint8_t both_predecessors(std::uint8_t one,
                                         std::uint8_t other) noexcept {
  if (one == 0 || one == other) return other;
  return other == 0 ? one : kSeveralPredecessors;
}

class FrequentWords {
 public:
  // None: all codes are 0.
  FrequentWords() = default;
  // `several`: whether some occurrence has the code kSeveralPredecessors.
  // REQUIRES: at most kMaxFrequentWords, of 1 to 255 bytes.
  FrequentWords(std::vector<std::string> words, bool several)
      : words_(std::move(words)), several_(several) {}

  // What a section's bytes say; none if they make no sense.
  static FrequentWords parse(ByteView bytes);
  std::vector<std::uint8_t> bytes() const;

  // 0 for other words.
  std::uint8_t code_of(std::string_view word) const noexcept;
  std::span<const std::string> words() const noexcept { return words_; }
  bool several() const noexcept { return several_; }

 private:
  std::vector<std::string> words_;
  bool several_ = false;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_FREQUENT_WORDS_H_
