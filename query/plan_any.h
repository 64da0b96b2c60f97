// SPDX-License-Identifier: Apache-2.0
// The plan for "any of these terms": the k best, and the number, of the
// documents that have at least one of several terms. (Of one alone:
// query/plan_one.h.)
//
// DESCRIPTION. Documents are visited in windows. In each, a term can add at
// most what its best posting there adds; terms whose bounds together stay below
// the threshold (the k-th best score so far) cannot bring in a document alone
// and are only looked up for the documents that the others, the essential ones,
// bring in. Essential terms add their unit bounds into one byte per document;
// those bytes that reach the threshold less what the other terms could add are
// the candidates. The other terms are looked up for them one after the other,
// unless there are so many that adding up all of a list costs less. What is
// left is scored exactly, in batches, those of the highest bounds first. The
// threshold starts at a score that k documents are known to reach, because the
// index stores it for every term.
//
// IMPLEMENTATION. Units are chosen so that the threshold takes 160 of them; the
// bounds of many terms then add up to more than a byte holds, and the best
// documents cannot be told from the good ones. So a query of many terms starts
// with a small window in coarser units.
//
// Sources: H. Turtle and J. Flood, "Query evaluation: strategies and
// optimizations", IP&M 31(6), 1995 (MaxScore); S. Ding and T. Suel, SIGIR 2011
// (bounds per block); A. Grand, "Vectorized evaluation of disjunctive queries",
// 2025 (partition per window); the byte accumulators are described in
// docs/performance.md.
#ifndef KWIC_QUERY_PLAN_ANY_H_
#define KWIC_QUERY_PLAN_ANY_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "query/any_counter.h"
#include "query/scored_list.h"
#include "query/top_k.h"

namespace kwic {

class PlanAny {
 public:
  // The best documents of `lists` (opened, distinct terms, in clause order).
  void search(PostingSource& source, std::vector<ScoredList*>& lists,
              const Bm25Norm& norm, std::size_t k, TopK& top);

  // The number of documents.
  std::uint64_t count(PostingSource& source, std::vector<ScoredList*>& lists) {
    return counter_.count(source, lists);
  }

 private:
  static constexpr std::uint32_t kLargestWindow = 65536;

  // A list's part in the current window.
  struct Share {
    ScoredList* scored;
    std::uint32_t begin;  // first block (or small posting) of the window
    std::uint32_t end;    // behind the last
    std::uint32_t bound;  // units; 0: nothing in this window
    bool essential;
  };

  // Scratch memory. Kernels write a little behind what they find.
  struct Room {
    // One per document of the largest window, zero between windows; one more
    // takes what belongs to no document.
    alignas(64) std::uint8_t sums[kLargestWindow + kDecodeSlack];
    std::uint16_t found[kLargestWindow + kDecodeSlack];
    // The candidates, ascending, and bounds of their scores.
    std::uint32_t docs[kLargestWindow + kDecodeSlack];
    std::uint8_t units[kLargestWindow + kDecodeSlack];
    std::uint32_t keys[kLargestWindow];
    // look_up(): the candidates found, and their ranks.
    std::uint32_t which[kLargestWindow + 1];
    std::uint32_t ranks[kLargestWindow + 1];
  };

  // Postings of a block, with their documents.
  struct Part {
    const std::uint32_t* docs;
    std::uint32_t begin;
    std::uint32_t end;
  };

  void start(PostingSource& source, std::vector<ScoredList*>& lists,
             std::size_t k, TopK& top);
  bool worth_probing() const noexcept;
  void probe();
  float max_score() const noexcept;
  void make_room();
  void set_unit();
  std::uint32_t threshold() const noexcept;
  void enter_window(std::uint32_t from, std::uint32_t to);
  void enter_blocks(Share& share, std::uint32_t from, std::uint32_t to);
  void split_essential();
  void search_window();
  std::uint32_t needed() const noexcept;
  void take_one(Share& share);
  void take_block(ScoredList& scored, std::uint32_t block);
  Part part_in_window(ScoredList& scored, std::uint32_t block,
                      std::uint8_t* units);
  void take(std::uint32_t doc, std::uint32_t units) noexcept;
  void add(Share& share);
  void add_one(std::uint32_t doc, std::uint32_t units) noexcept;
  void add_block(ScoredList& scored, std::uint32_t block);
  void add_worthwhile();
  std::uint32_t words_of_window() const noexcept;
  std::uint32_t cost_of_adding(const Share& share) const noexcept;
  void take_sums();
  void judge();
  void keep(std::uint32_t rest);
  void look_up(Share& share);
  void score_candidates();
  void score_in_order();
  void score_best(std::uint32_t n);
  std::uint32_t least_of_best(std::uint32_t n);
  void raise_threshold();
  void score(const std::uint32_t* docs, std::uint32_t n);
  static void add_scores(ScoredList& scored, const std::uint32_t* docs,
                         const float* norms, std::uint32_t n, float* sums);

  PostingSource* source_ = nullptr;
  TopK* top_ = nullptr;
  Bm25Norm norm_{0, 0};
  std::vector<Share> shares_;  // in clause order
  std::vector<Share*> order_;  // by bound
  float unit_ = 1;
  std::uint32_t threshold_ = 0;
  std::uint32_t from_ = 0, to_ = 0;
  std::uint32_t optional_units_ = 0;  // what inessential lists can add
  std::uint32_t all_units_ = 0;       // what all lists can
  std::uint32_t count_ = 0;           // candidates
  bool best_first_ = true;            // how candidates are scored
  std::uint32_t batch_ = 0;           // scored together
  std::uint32_t many_ = 0;            // see raise_threshold()
  std::unique_ptr<Room> room_;
  AnyCounter counter_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_PLAN_ANY_H_
