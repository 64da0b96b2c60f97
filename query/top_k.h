// SPDX-License-Identifier: Apache-2.0
// TopK: the k best documents seen so far.
//
// Order is by score, higher first, then by document id, lower first. The order
// in which documents are offered does not matter.
#ifndef KWIC_QUERY_TOP_K_H_
#define KWIC_QUERY_TOP_K_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "kwic/searcher.h"

namespace kwic {

class TopK {
 public:
  // `floor`: a score that k documents are known to reach; nothing below it is
  // wanted. Keeps its memory from query to query.
  void reset(std::size_t k, float floor) {
    k_ = k;
    bar_ = floor;
    heap_.clear();
  }

  // Whether a document of this score could still be wanted.
  bool wants(float score) const noexcept { return score >= bar_; }

  // Documents below this are not wanted.
  float bar() const noexcept { return bar_; }

  void offer(std::uint32_t doc, float score) {
    if (k_ == 0) return;
    const ScoredDoc candidate{doc, score};
    if (heap_.size() < k_) {
      heap_.push_back(candidate);
      std::push_heap(heap_.begin(), heap_.end(), before);
    } else if (before(candidate, heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), before);
      heap_.back() = candidate;
      std::push_heap(heap_.begin(), heap_.end(), before);
    } else {
      return;
    }
    if (heap_.size() == k_) bar_ = std::max(bar_, heap_.front().score);
  }

  // Moves the result out, best first.
  void take(std::vector<ScoredDoc>& out) {
    std::sort(heap_.begin(), heap_.end(), before);
    out.assign(heap_.begin(), heap_.end());
    heap_.clear();
  }

 private:
  static bool before(const ScoredDoc& a, const ScoredDoc& b) noexcept {
    return a.score > b.score || (a.score == b.score && a.doc < b.doc);
  }

  std::size_t k_ = 0;
  float bar_ = 0;
  std::vector<ScoredDoc> heap_;  // the worst of the best in front
};

}  // namespace kwic

#endif  // KWIC_QUERY_TOP_K_H_
