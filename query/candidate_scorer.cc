// SPDX-License-Identifier: Apache-2.0
#include "query/candidate_scorer.h"

#include <algorithm>

namespace kwic {

void CandidateScorer::open(const AllQuery& query, const Bm25Norm& norm) {
  query_ = &query;
  norm_ = norm;
  counts_.resize(query.phrases.size() * kMost);
}

std::uint32_t CandidateScorer::offer(const std::uint32_t* places,
                                     std::uint32_t n, Candidates& candidates,
                                     PhraseSieve& sieve, TopK& top) {
  size_ = n;
  std::copy_n(places, n, places_);
  if (!query_->phrases.empty()) keep_with_phrases(candidates, sieve);
  const DocumentLengths& lengths = candidates.lane(0).list().source().lengths;
  for (std::uint32_t i = 0; i < size_; ++i) {
    docs_[i] = candidates[places_[i]];
    lengths_[i] = lengths(docs_[i]);
    norms_[i] = norm_(lengths_[i]);
    sums_[i] = 0;
  }
  const std::uint32_t* counts = counts_.data();
  for (const AllQuery::Part& part : query_->parts) {
    if (part.phrase != nullptr) {
      add_phrase(part.phrase->weight, counts);
      counts += kMost;
    } else if (part.optional) {
      add_optional(*part.term);
    } else {
      add_required(*part.term, candidates);
    }
  }
  top.offer(docs_, sums_, size_);
  return size_;
}

// Phrases are in the order of the parts.
void CandidateScorer::keep_with_phrases(Candidates& candidates,
                                        PhraseSieve& sieve) {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < size_; ++i) {
    std::uint32_t* counts = counts_.data() + kept;
    bool all = true;
    sieve.stand_on(candidates, places_[i]);
    for (const AllQuery::Phrase* phrase : query_->phrases) {
      *counts = sieve.count(*phrase, places_[i]);
      all &= *counts != 0;
      if (!all) break;
      counts += kMost;
    }
    places_[kept] = places_[i];
    kept += all ? 1 : 0;
  }
  size_ = kept;
}

void CandidateScorer::add_phrase(float weight, const std::uint32_t* counts) {
  for (std::uint32_t i = 0; i < size_; ++i) {
    sums_[i] += weight * bm25_saturation(counts[i], norms_[i]);
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
