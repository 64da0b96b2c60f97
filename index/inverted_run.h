// SPDX-License-Identifier: Apache-2.0
// InvertedRun: an accumulator turned inside out, in the accumulator's memory.
//
// DESCRIPTION. The accumulator holds, document by document, the numbers of
// their terms; a run holds, term by term, where they occur. This is a counting
// sort by term. What it moves is as small as can be: one number of 32 bits for
// each token, its *place* in the string of all documents one behind the other.
// Document and position follow from the place, so nothing has to be remembered
// of a term from one of its tokens to the next.
//
// IMPLEMENTATION. Documents are sorted by id, terms bytewise. One pass over the
// tokens counts them by term; a prefix sum in the order of the terms gives
// every term its piece of the output; a second pass, document by document,
// writes each place to its term's piece. Both passes read tokens sequentially
// and touch one number per token that for the frequent terms stays in the
// cache. To find the document of a place later, there is the place where each
// begins, and a table of the documents of every 64th place; from there it is a
// few steps.
#ifndef KWIC_INDEX_INVERTED_RUN_H_
#define KWIC_INDEX_INVERTED_RUN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "index/accumulator.h"
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
    std::uint32_t end;     // its places end here, the next one's begin
  };
  // The places of one document that has any.
  struct Stretch {
    std::uint32_t end;       // behind its last place
    std::uint32_t shift;     // place - position, modulo 2^32
    std::uint32_t document;  // in the run
  };

  // `source` must outlive this, and not be added to.
  explicit InvertedRun(const Accumulator& source);

  // Does the work; with `words`, which may be null, code() is their predecessor
  // codes. REQUIRES: called first, once.
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
  // Those of a term: ascending, but two forms of a word that became one term
  // have one place twice.
  std::span<const std::uint32_t> places(std::size_t term) const noexcept {
    const std::uint32_t begin = term == 0 ? 0 : terms_[term - 1].end;
    return places().subspan(begin, terms_[term].end - begin);
  }
  // Those of all terms, one behind the other.
  std::span<const std::uint32_t> places() const noexcept { return places_; }

  // The stretch that a place is in.
  Stretch stretch_of(std::uint32_t place) const noexcept {
    // Mostly one step or none, which cannot be guessed. Documents without
    // places are passed by.
    const std::uint32_t* end = &begins_[*landmark(place)] + 1;
    end += *end <= place ? 1 : 0;
    while (*end <= place) ++end;
    const auto document = static_cast<std::uint32_t>(end - begins_.data()) - 1;
    return {*end, end[-1] - (document == further_part_ ? first_position_ : 0),
            document};
  }

  // Document, position and predecessor code of the n of places() from `begin`
  // on. REQUIRES: inverted with words.
  void decode(std::size_t begin, std::size_t n, std::uint32_t* documents,
              std::uint32_t* positions, std::uint8_t* codes) const noexcept;

  // Memory that inverting takes, of the accumulator's gap.
  static std::size_t scratch_bytes(std::size_t tokens, std::size_t terms,
                                   std::size_t documents) noexcept;
  // Memory in use when the accumulator has given back the rest.
  std::size_t kept_bytes() const noexcept;
  // Where what is used of the gap ends, once inverted.
  const std::uint8_t* end() const noexcept { return end_; }

 private:
  // Where stretch_of() begins to look.
  const std::uint32_t* landmark(std::uint32_t place) const noexcept {
    return &landmarks_[place >> landmark_shift_];
  }

  static constexpr unsigned kPlaceBits = 28;
  static constexpr std::uint32_t kPlaceMask = (1U << kPlaceBits) - 1;
  static_assert(Accumulator::kMostTokens == std::size_t{1} << kPlaceBits);
  static constexpr unsigned kLeastLandmarkShift = 6;

  void sort_documents();
  void sort_terms();
  Status count(const Checkpoint& checkpoint);
  void divide();
  void find_codes(const FrequentWords& words);
  Status scatter(const Checkpoint& checkpoint, const FrequentWords* words);
  template <bool kCoded>
  std::uint32_t scatter_document(std::uint32_t document, std::uint32_t place,
                                 std::uint8_t code);

  const Accumulator& source_;
  std::span<std::uint32_t> documents_;  // nodes in the order of the run
  std::span<std::uint32_t> begins_;  // their first places; the end of the last
  // The document of every 2^landmark_shift_-th place.
  std::span<std::uint32_t> landmarks_;
  std::span<Term> terms_;  // `end` is the number until divide()
  const std::uint8_t* end_;
  std::span<std::uint32_t> cursors_;  // by number of term; only to invert
  std::span<std::uint32_t> places_;   // predecessor codes in the top bits
  // By number of term, up to those that have codes; a 0 behind them.
  std::vector<std::uint8_t> term_codes_;
  unsigned landmark_shift_;  // log2 of the places from one to the next
  std::size_t landmark_count_ = 0;
  // The document that went before in another run, if any, and where the part
  // in this run begins.
  std::uint32_t further_part_ = 0;
  std::uint32_t first_position_ = 0;
};

}  // namespace kwic

#endif  // KWIC_INDEX_INVERTED_RUN_H_
