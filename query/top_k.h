// SPDX-License-Identifier: Apache-2.0
// TopK: the k best documents seen so far.
//
// Order is by score, higher first, then by document id, lower first. The order
// in which documents are offered does not matter.
#ifndef KWIC_QUERY_TOP_K_H_
#define KWIC_QUERY_TOP_K_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/kernels.h"
#include "kwic/searcher.h"

namespace kwic {

class TopK {
 public:
  // `floor`: a score that k documents are known to reach; nothing below it is
  // wanted. Keeps its memory from query to query.
  void reset(std::size_t k, float floor) {
    k_ = k;
    bar_ = floor;
    keys_.clear();
    if (k <= kFewBest) std::fill_n(few_, k, kNone);
  }

  // Whether a document of this score could still be wanted.
  bool wants(float score) const noexcept { return score >= bar_; }

  // Documents below this are not wanted.
  float bar() const noexcept { return bar_; }

  // Those of `n` documents that are wanted.
  void offer(const std::uint32_t* docs, const float* scores, std::uint32_t n);
  void offer(std::uint32_t doc, float score) {
    if (wants(score)) offer(&doc, &score, 1);
  }

  // Moves the result out, best first.
  void take(std::vector<ScoredDoc>& out);

 private:
  void offer_many(std::uint32_t doc, float score);

  std::size_t k_ = 0;
  float bar_ = 0;
  // Less than any key.
  static constexpr std::int64_t kNone = 0;

  // Both of best_key(). The first k of up to kFewBest, the best first; of more
  // a heap with the worst of the best in front once there are k.
  std::int64_t few_[kFewBest] = {};
  std::vector<std::int64_t> keys_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_TOP_K_H_
