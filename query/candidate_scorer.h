// SPDX-License-Identifier: Apache-2.0
// CandidateScorer: the exact scores of candidates, several at a time.
//
// List by list, so that a block of frequencies is read once for all that are in
// it, and memory works on several documents at once. Scores add up in the order
// of the clauses, so that they are the same floats however candidates are
// grouped.
#ifndef KWIC_QUERY_CANDIDATE_SCORER_H_
#define KWIC_QUERY_CANDIDATE_SCORER_H_

#include <cstdint>
#include <vector>

#include "query/all_query.h"
#include "query/candidates.h"
#include "query/top_k.h"

namespace kwic {

// Keeps its buffers from query to query.
class CandidateScorer {
 public:
  static constexpr std::uint32_t kMost = 64;

  // Opens for a query.
  void open(const AllQuery& query, const Bm25Norm& norm);

  // Offers `n` <= kMost candidates, given by their ascending places. All are in
  // all required lists, have all phrases, and are in no excluded list.
  void offer(const std::uint32_t* places, std::uint32_t n,
             Candidates& candidates, TopK& top);

 private:
  void add_phrase(const AllQuery::Phrase& phrase);
  void add_required(ScoredList& list, Candidates& candidates);
  void add_optional(ScoredList& list);

  const AllQuery* query_ = nullptr;
  Bm25Norm norm_{0, 0};
  std::uint32_t size_ = 0;
  std::uint32_t places_[kMost];
  std::uint32_t docs_[kMost];
  std::uint32_t lengths_[kMost];
  float norms_[kMost];
  float sums_[kMost];
};

}  // namespace kwic

#endif  // KWIC_QUERY_CANDIDATE_SCORER_H_
