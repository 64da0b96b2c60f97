// SPDX-License-Identifier: Apache-2.0
// Phrase matching in one document: at how many places do terms stand in a row?
#ifndef KWIC_QUERY_PHRASE_H_
#define KWIC_QUERY_PHRASE_H_

#include <cstdint>
#include <vector>

#include "query/list_cursor.h"

namespace kwic {

// One term of a phrase: which list, and how far behind the phrase's start.
//
// A frequent word may be left out where the term behind it has predecessor
// codes, which then has its code in `behind` (else 0). Where a file has
// positions of several frequent words, `before` is the list of the word that
// was left out: it is asked where the code is not sure.
struct PhraseTerm {
  ListCursor* cursor;
  std::uint32_t offset;
  std::uint8_t behind = 0;
  ListCursor* before = nullptr;
};

// Keeps its buffers from document to document.
class PhraseCounter {
 public:
  // Puts the rarest term first: it leads, and few positions of the others are
  // ever read.
  static void order(std::vector<PhraseTerm>& terms);

  // In how many places of each of some documents stand the terms a and b as far
  // from each other as in the phrase? The ranks of the documents, ascending, in
  // the lists of both, which are not the same.
  void count_pairs(const PhraseTerm& a, const std::uint32_t* ranks_a,
                   const PhraseTerm& b, const std::uint32_t* ranks_b,
                   std::uint32_t n, std::uint32_t* out);

  // The number of places where every term stands at start + offset. Each
  // cursor stands on the document. The places left are narrowed term by term.
  std::uint32_t count(const std::vector<PhraseTerm>& terms);

 private:
  std::uint32_t count_one(const PhraseTerm& term);
  void start(const PhraseTerm& term);
  void keep_behind(const PhraseTerm& term);

  static constexpr std::uint32_t kTogether = 64;

  PositionRun runs_a_[kTogether];
  PositionRun runs_b_[kTogether];
  std::vector<std::uint32_t> which_;
  std::vector<std::uint32_t> places_;  // where the phrase may start
};

}  // namespace kwic

#endif  // KWIC_QUERY_PHRASE_H_
