// SPDX-License-Identifier: Apache-2.0
// The plan for "all of these": documents that have every required term and
// phrase, none of the excluded terms, and whose score optional terms raise.
//
// DESCRIPTION. The shortest required list leads, a block at a time. Its
// documents (those that can still reach the threshold, by their impact codes)
// are narrowed by one required list after the other, shortest first, then by
// the excluded ones. What is left is counted, or held against the threshold by
// the impact codes of all lists, checked for its phrases and scored exactly.
// When the shortest list is dense, all are, and windows of their bitsets are
// intersected instead; of what is common to them, the documents that can still
// reach the threshold are found by adding up bounds for the whole window.
//
// Of a file that may not be in memory, what the narrowing leaves is found
// first for many blocks, and what will be read of it is asked for together.
//
// Phrases are sifted by query/phrase_sieve.h, bounds by
// query/conjunct_bounds.h.
//
// Sources: J. S. Culpepper and A. Moffat, "Efficient set intersection for
// inverted indexing", TOIS 29(1), 2010 (small against small); the threshold on
// the leading list is the conjunctive case of S. Ding and T. Suel, SIGIR 2011.
#ifndef KWIC_QUERY_PLAN_ALL_H_
#define KWIC_QUERY_PLAN_ALL_H_

#include <cstdint>
#include <vector>

#include "query/all_query.h"
#include "query/candidate_scorer.h"
#include "query/candidates.h"
#include "query/conjunct_bounds.h"
#include "query/phrase_sieve.h"
#include "query/top_k.h"
#include "query/window_sums.h"

namespace kwic {

class PlanAll {
 public:
  // The best documents; with `count_all` all of them are counted too, else
  // the result is the number seen.
  std::uint64_t search(PostingSource& source, AllQuery& query,
                       const Bm25Norm& norm, std::size_t k, bool count_all,
                       TopK& top);
  std::uint64_t count(PostingSource& source, AllQuery& query);

 private:
  void start(PostingSource& source, AllQuery& query, TopK* top, bool count_all);
  void choose_early_lanes();
  void set_bounds();
  void run();
  bool pruning() const { return prune_ && top_->bar() > 0; }
  bool wants(float bound) const { return ConjunctBounds::wants(*top_, bound); }

  void run_blocks();
  std::uint32_t rehearse(std::uint32_t block);
  bool block_matters(std::uint32_t block) const;
  void load_leader(std::uint32_t block);
  void narrow();
  void exclude();

  void run_windows();
  std::uint64_t intersect_window(std::uint32_t window);
  void load_window(std::uint32_t window, std::uint64_t documents);

  void take_candidates();
  bool worth_bounding() const;
  const float* drop_low();
  void ask_occurrences();
  void score(const float* bounds);
  void offer(const std::uint32_t* places, std::uint32_t n);

  PostingSource* source_ = nullptr;
  AllQuery* query_ = nullptr;
  TopK* top_ = nullptr;
  std::uint64_t total_ = 0;
  bool prune_ = false;  // not all have to be counted
  bool phrases_ = false;
  bool reads_ = false;  // postings are read, not only looked up
  ConjunctBounds bounds_;
  std::vector<std::uint32_t> part_lanes_;
  std::vector<std::uint32_t> early_lanes_;  // see choose_early_lanes()
  std::uint64_t common_[kWindowDocs / 64];  // the window's, in all lists
  WindowSums sums_;
  Candidates candidates_;
  std::vector<std::uint32_t> excluded_;        // exclude(): places found,
  std::vector<std::uint32_t> excluded_ranks_;  // and their ranks, unused
  PhraseSieve sieve_;
  CandidateScorer scorer_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_PLAN_ALL_H_
