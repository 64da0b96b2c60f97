// SPDX-License-Identifier: Apache-2.0
// TopK: the k best documents seen so far.
//
// Order is by score, higher first, then by document id, lower first. The order
// in which documents are offered does not matter.
#ifndef KWIC_QUERY_TOP_K_H_
#define KWIC_QUERY_TOP_K_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
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
    const std::uint64_t key = key_of(doc, score);
    if (heap_.size() < k_) {
      heap_.push_back(key);
      if (heap_.size() < k_) return;
      std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
    } else if (k_ > 0 && key > heap_.front()) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
      heap_.back() = key;
      std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
    } else {
      return;
    }
    bar_ = std::max(bar_, doc_of(heap_.front()).score);
  }

  // Moves the result out, best first.
  void take(std::vector<ScoredDoc>& out) {
    std::sort(heap_.begin(), heap_.end(), std::greater<>());
    out.clear();
    for (const std::uint64_t key : heap_) out.push_back(doc_of(key));
    heap_.clear();
  }

 private:
  // Greater for what is better: no score is below 0, and of such floats the
  // bits are in the order of the values.
  static std::uint64_t key_of(std::uint32_t doc, float score) noexcept {
    return std::uint64_t{std::bit_cast<std::uint32_t>(score)} << 32 | ~doc;
  }
  static ScoredDoc doc_of(std::uint64_t key) noexcept {
    return {~static_cast<std::uint32_t>(key),
            std::bit_cast<float>(static_cast<std::uint32_t>(key >> 32))};
  }

  std::size_t k_ = 0;
  float bar_ = 0;
  // Keys; a heap with the worst of the best in front once there are k.
  std::vector<std::uint64_t> heap_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_TOP_K_H_
