// SPDX-License-Identifier: Apache-2.0
// InvertedRun: an accumulator turned inside out, in the accumulator's memory.
//
// DESCRIPTION. The accumulator holds, document by document, the numbers of
// their terms; a run holds, term by term, where they occur. This is a counting
// sort by term. What it moves is as small as can be: one number of 32 bits for
// each token, its *place* in the string of all documents one behind the other
// (index/place_map.h) and the code of the word before it.
//
// IMPLEMENTATION. Documents are sorted by id, terms bytewise. One pass over the
// tokens counts them by term; a prefix sum in the order of the terms gives
// every term its piece of the output; a second pass, document by document,
// writes each place to its term's piece. Both passes read tokens sequentially
// and touch one number per token that for the frequent terms stays in the
// cache. On its way through a document the second knows the word before.
#ifndef KWIC_INDEX_INVERTED_RUN_H_
#define KWIC_INDEX_INVERTED_RUN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "index/accumulator.h"
#include "index/place_codes.h"
#include "index/place_map.h"
#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

class InvertedRun {
 public:
  // Called now and then; an error ends the work.
  using Checkpoint = std::function<Status()>;

  struct Term {
    std::uint64_t prefix;  // its first 8 bytes as a big-endian number
    std::uint32_t bytes;   // in the arena, see text()
    std::uint32_t end;     // its entries end here, the next one's begin
  };

  // `source` must outlive this, and not be added to.
  explicit InvertedRun(const Accumulator& source);

  // Does the work. The codes are those of `words`; if null, of candidates.
  // REQUIRES: called first, once.
  Status invert(const Checkpoint& checkpoint, const FrequentWords* words);

  std::size_t documents() const noexcept { return documents_.size(); }
  RunDocument document(std::size_t i) const noexcept {
    return source_.document(source_.node(documents_[i]));
  }

  std::span<const Term> terms() const noexcept { return terms_; }
  std::string_view text(const Term& term) const noexcept {
    return Vocabulary::term(source_.arena(), term.bytes);
  }
  const std::uint8_t* bytes(const Term& term) const noexcept {
    return source_.arena().at(term.bytes);
  }
  // Of all terms, one behind the other: places with their codes, of a term
  // ascending, but two forms of a word that became one term have one place
  // twice.
  std::span<const std::uint32_t> entries() const noexcept { return entries_; }
  const PlaceMap& places() const noexcept { return places_; }
  const PlaceCodes& codes() const noexcept { return codes_; }

  // Memory that inverting takes, of the accumulator's gap.
  static std::size_t scratch_bytes(std::size_t tokens, std::size_t terms,
                                   std::size_t documents) noexcept;
  // Memory in use when the accumulator has given back the rest.
  std::size_t kept_bytes() const noexcept;
  // Where what is used of the gap ends, once inverted.
  const std::uint8_t* end() const noexcept { return end_; }

 private:
  void sort_documents();
  void sort_terms();
  Status count(const Checkpoint& checkpoint);
  void divide();
  void choose_candidates();
  void number_codes();
  Status scatter(const Checkpoint& checkpoint);
  void scatter_document(std::uint32_t document);

  const Accumulator& source_;
  std::span<std::uint32_t> documents_;  // nodes in the order of the run
  PlaceMap places_;
  std::span<Term> terms_;  // `end` is the number until divide()
  const std::uint8_t* end_;
  std::span<std::uint32_t> cursors_;  // by number of term; only to invert
  std::span<std::uint32_t> entries_;
  PlaceCodes codes_;
  // By number of term, up to those that have codes; a 0 behind them.
  std::vector<std::uint8_t> term_codes_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_INVERTED_RUN_H_
