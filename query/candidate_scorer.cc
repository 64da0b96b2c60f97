// SPDX-License-Identifier: Apache-2.0
#include "query/candidate_scorer.h"

#include <algorithm>

namespace kwic {

void CandidateScorer::open(const AllQuery& query, const Bm25Norm& norm) {
  query_ = &query;
  norm_ = norm;
}

void CandidateScorer::offer(const std::uint32_t* places, std::uint32_t n,
                            Candidates& candidates, TopK& top) {
  size_ = n;
  const DocumentLengths& lengths = candidates.lane(0).list().source().lengths;
  for (std::uint32_t i = 0; i < size_; ++i) {
    places_[i] = places[i];
    docs_[i] = candidates[places_[i]];
    lengths_[i] = lengths(docs_[i]);
    norms_[i] = norm_(lengths_[i]);
    sums_[i] = 0;
  }
  for (const AllQuery::Part& part : query_->parts) {
    if (part.phrase != nullptr) {
      add_phrase(*part.phrase);
    } else if (part.optional) {
      add_optional(*part.term);
    } else {
      add_required(*part.term, candidates);
    }
  }
  top.offer(docs_, sums_, size_);
}

void CandidateScorer::add_phrase(const AllQuery::Phrase& phrase) {
  for (std::uint32_t i = 0; i < size_; ++i) {
    sums_[i] +=
        phrase.weight * bm25_saturation(phrase.counts[places_[i]], norms_[i]);
  }
}

void CandidateScorer::add_required(ScoredList& list, Candidates& candidates) {
  const Candidates::Lane& lane =
      candidates.lane(candidates.lane_of(list.cursor()));
  std::uint32_t ranks[kMost];
  if (lane.ranked) {
    for (std::uint32_t i = 0; i < size_; ++i) ranks[i] = lane.ranks[places_[i]];
  } else {
    list.cursor().rank_all(docs_, size_, ranks);
  }
  float scores[kMost];
  list.scores(ranks, size_, norms_, scores);
  for (std::uint32_t i = 0; i < size_; ++i) sums_[i] += scores[i];
}

void CandidateScorer::add_optional(ScoredList& list) {
  for (std::uint32_t i = 0; i < size_; ++i) {
    if (list.cursor().find(docs_[i])) sums_[i] += list.score(lengths_[i]);
  }
}

}  // namespace kwic
