// SPDX-License-Identifier: Apache-2.0
// PhraseSieve: which candidates have all phrases of a query, and how often?
//
// DESCRIPTION. Candidates have all words. First go those in which a word never
// stands behind the frequent word that was left out before it, which
// predecessor codes tell without positions (format/frequent_words.h); then
// those in which the two rarest words of a phrase do not stand as they should.
// Of a phrase of two words that is the answer; of others few candidates are
// left, and their positions are gone through one by one.
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
};

// Keeps its buffers from query to query.
class PhraseSieve {
 public:
  // Opens for a query.
  void open();

  // Drops candidates that do not have all phrases. True if that is sure of all
  // that are left.
  bool sift(const std::vector<RequiredPhrase*>& phrases,
            Candidates& candidates);

  // Drops the candidates in which the two rarest words of a phrase do not stand
  // as they should, unless at least half have been found to have the phrase,
  // and were read twice. True if the others have the phrase.
  // `only_asked_for`: does nothing where that would read what was not asked for
  // as a whole (see asked_as_a_whole).
  bool drop_without(const RequiredPhrase& phrase, Candidates& candidates,
                    bool only_asked_for);

  // Stands on a candidate, of which then count() tells how often it has a
  // phrase of the last sift().
  void stand_on(Candidates& candidates, std::uint32_t candidate) const {
    if (!counted_) candidates.stand_on(candidate);
  }
  std::uint32_t count(const RequiredPhrase& phrase, std::uint32_t candidate) {
    return counted_ ? counts_[candidate] : counter_.count(phrase.terms);
  }
  // Whether the document that all cursors stand on has all phrases.
  bool has_all(const std::vector<RequiredPhrase*>& phrases);

 private:
  bool drop_not_behind(const RequiredPhrase& phrase, Candidates& candidates);

  PhraseCounter counter_;
  std::vector<std::uint64_t> signs_;   // see OccurrenceReader::keep_behind
  std::vector<std::uint32_t> counts_;  // of the only phrase, if counted_
  bool counted_ = false;
  std::uint64_t sifted_ = 0;      // candidates whose positions were compared,
  std::uint64_t sifted_out_ = 0;  // and those dropped of them
};

}  // namespace kwic

#endif  // KWIC_QUERY_PHRASE_SIEVE_H_
