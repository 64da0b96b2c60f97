// SPDX-License-Identifier: Apache-2.0
// PhraseSieve: which candidates have all phrases of a query, and how often?
//
// DESCRIPTION. Candidates have all words. Of a phrase of which one word was not
// left out, predecessor codes tell without positions which have it, and how
// often (format/frequent_words.h); only where a code is not sure, a document's
// positions are read. Of others, those go first in which a word stands less
// often behind the frequent word that was left out before it than in the phrase
// (once as a rule), as long as that is found to be worth it; then places are
// found and narrowed word by word, and candidates without any are dropped
// before the next word is read.
#ifndef KWIC_QUERY_PHRASE_SIEVE_H_
#define KWIC_QUERY_PHRASE_SIEVE_H_

#include <cstdint>
#include <vector>

#include "query/candidates.h"
#include "query/phrase.h"

namespace kwic {

// A phrase that every match has.
struct RequiredPhrase {
  std::vector<PhraseTerm> terms;
  // Those of its words that are required: each bounds its score.
  std::vector<const ListCursor*> lists;
  float weight = 0;  // sum of its words' idf
  // How often each candidate has it, after PhraseSieve::sift().
  std::vector<std::uint32_t> counts;
};

// Keeps its buffers from query to query.
class PhraseSieve {
 public:
  // Opens for a query with these phrases, which must outlive its use.
  void open(const std::vector<RequiredPhrase*>& phrases);

  // Drops candidates that do not have all phrases, and counts each phrase in
  // the others.
  void sift(Candidates& candidates);

  // Drops the candidates in which the two rarest words of a phrase do not stand
  // as they should, unless that would read what was not asked for as a whole
  // (see asked_as_a_whole).
  void drop_without(RequiredPhrase& phrase, Candidates& candidates);

 private:
  bool worth_codes(const PhraseTerm& term, Candidates& candidates);
  void keep_behind(RequiredPhrase& phrase, const PhraseTerm& term,
                   Candidates& candidates);
  void sift_by_codes(RequiredPhrase& phrase, Candidates& candidates);
  void count_one_by_one(RequiredPhrase& phrase, Candidates& candidates);
  void count_places(RequiredPhrase& phrase, Candidates& candidates);
  TermInDocuments in(const PhraseTerm& term, Candidates& candidates);
  void keep(std::vector<std::uint32_t>& wanted, Candidates& candidates);

  PhraseCounter counter_;
  const std::vector<RequiredPhrase*>* phrases_ = nullptr;  // of the query
  std::vector<std::uint32_t*> counts_;  // of those that were counted before
};

}  // namespace kwic

#endif  // KWIC_QUERY_PHRASE_SIEVE_H_
