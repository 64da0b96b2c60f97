// SPDX-License-Identifier: Apache-2.0
// The plan for one term alone: its k best documents.
//
// DESCRIPTION. The index stores for every longer list a score that k of its
// documents are known to reach. So only postings whose impact code can reach
// that are of interest: a few in each block, and none in most. They are picked
// by their codes, which alone are read of most blocks, and scored exactly, many
// together. A list of one block has no codes; it is scored as a whole.
//
// Source: the codes are bounds per posting where S. Ding and T. Suel ("Faster
// top-k document retrieval using block-max indexes", SIGIR 2011) have them per
// block; both are used.
#ifndef KWIC_QUERY_PLAN_ONE_H_
#define KWIC_QUERY_PLAN_ONE_H_

#include <cstdint>
#include <vector>

#include "query/scored_list.h"
#include "query/top_k.h"

namespace kwic {

// Keeps its buffers from query to query.
class PlanOne {
 public:
  // The best documents of `list`, which is open.
  void search(ScoredList& list, const Bm25Norm& norm, std::size_t k, TopK& top);

 private:
  void run_small();
  void run_blocks();
  void run_windows();
  std::uint32_t next_block(std::uint32_t block) const;
  void take_block(std::uint32_t block);
  void take_window(std::uint32_t window);
  void score_taken();
  void set_bar();

  static constexpr std::uint32_t kBatch = 64;

  ScoredList* scored_ = nullptr;
  TopK* top_ = nullptr;
  Bm25Norm norm_{0, 0};
  int least_code_ = 1;  // that reaches the threshold
  // Postings taken and not scored yet: fewer than a batch and one block's.
  std::uint32_t size_ = 0;
  std::uint32_t docs_[kBatch + kBlockPostings + kDecodeSlack];
  std::uint32_t ranks_[kBatch + kBlockPostings + kDecodeSlack];
  std::vector<std::uint8_t> codes_;   // of a window's documents, 0: none
  std::vector<std::uint16_t> found_;  // of them, those that reach it
};

}  // namespace kwic

#endif  // KWIC_QUERY_PLAN_ONE_H_
