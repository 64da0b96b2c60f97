// SPDX-License-Identifier: Apache-2.0
// Phrases: at how many places of a document do terms stand in a row?
//
// DESCRIPTION. A place is where a term stands that was looked at. Places are
// found and narrowed term by term, the rarest first, of many documents
// together: their positions are read and compared block by block, and memory
// works on several of them at a time. What a term's predecessor codes say is
// looked at only where it stands as it should.
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
  // Documents whose codes were looked at before positions, and those kept.
  std::uint32_t tried = 0;
  std::uint32_t kept = 0;
};

// A term in `n` documents that have it, ascending: their ids, and their ranks
// in its list.
struct TermInDocuments {
  const PhraseTerm* term;
  const std::uint32_t* docs;
  const std::uint32_t* ranks;
  std::uint32_t n;
};

// Keeps its buffers from document to document.
class PhraseCounter {
 public:
  // Puts the rarest term first: it leads, and few positions of the others are
  // ever read.
  static void order(std::vector<PhraseTerm>& terms);

  // In how many places of each of some documents stand the terms a and b as far
  // from each other as in the phrase, whatever their codes? The documents are
  // the same, the lists are not.
  void count_pairs(const TermInDocuments& a, const TermInDocuments& b,
                   std::uint32_t* counts) {
    match(&a, b, false, counts);
  }

  // The places are those of a term; counts[i] is how many the i-th document
  // has.
  void begin(const TermInDocuments& a, std::uint32_t* counts);
  // They are those of b of which a is as far as in the phrase. As above, the
  // documents are the same, the lists are not.
  void begin(const TermInDocuments& a, const TermInDocuments& b,
             std::uint32_t* counts) {
    match(&a, b, true, counts);
  }
  // Keeps the places of which the term is as far as in the phrase. The
  // documents are those of the call before, but that those of which the count
  // was 0 may have been left out, with their counts.
  void keep(const TermInDocuments& term, std::uint32_t* counts) {
    match(nullptr, term, true, counts);
  }

  // The number of places where every term stands at start + offset. Each
  // cursor stands on the document.
  std::uint32_t count(const std::vector<PhraseTerm>& terms);

  // The same of one term behind a frequent word, in documents in which codes
  // that may not be sure have counted it: counts of 0 stay.
  void recount(const std::vector<PhraseTerm>& terms, const TermInDocuments& in,
               std::uint32_t* counts);

 private:
  void match(const TermInDocuments* a, const TermInDocuments& b, bool places,
             std::uint32_t* counts);
  std::uint32_t take(const std::uint32_t* a, const PositionRun& run_a,
                     const std::uint32_t* b, const PositionRun& run_b,
                     std::uint32_t distance, std::uint32_t count);
  void keep_behind(const TermInDocuments& in,
                   const std::vector<std::uint32_t>& occurrences,
                   std::uint32_t distance, std::uint32_t* counts);
  void none_of(std::uint32_t n);
  void grow();
  void add(std::uint32_t place, std::uint32_t leading,
           std::uint32_t occurrence);

  static constexpr std::uint32_t kTogether = 64;

  PositionRun runs_a_[kTogether];
  PositionRun runs_b_[kTogether];
  // Of all documents, one behind the other: places, the number of each in the
  // document, and that of the other term where there are two. The first size_
  // of them count.
  std::vector<std::uint32_t> places_;
  std::vector<std::uint32_t> occurrences_;
  std::vector<std::uint32_t> leading_;
  std::vector<std::uint32_t> before_;  // the places before the last term
  std::vector<std::uint32_t> with_;    // the documents with any, so many:
  std::uint32_t with_count_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t offset_ = 0;  // of the term whose places they are
};

}  // namespace kwic

#endif  // KWIC_QUERY_PHRASE_H_
