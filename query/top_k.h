// SPDX-License-Identifier: Apache-2.0
// TopK: the k best documents seen so far.
//
// Order is by score, higher first, then by document id, lower first. The order
// in which documents are offered does not matter.
#ifndef KWIC_QUERY_TOP_K_H_
#define KWIC_QUERY_TOP_K_H_

#include <cstddef>
#include <cstdint>
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
    keys_.clear();
  }

  // Whether a document of this score could still be wanted.
  bool wants(float score) const noexcept { return score >= bar_; }

  // Documents below this are not wanted.
  float bar() const noexcept { return bar_; }

  void offer(std::uint32_t doc, float score);

  // Moves the result out, best first.
  void take(std::vector<ScoredDoc>& out);

 private:
  // Of so many the order is kept, of more a heap.
  static constexpr std::size_t kFew = 16;

  void insert(std::uint64_t key);

  std::size_t k_ = 0;
  float bar_ = 0;
  // Greater for what is better. Few: the best first. More: a heap with the
  // worst of the best in front once there are k.
  std::vector<std::uint64_t> keys_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_TOP_K_H_
