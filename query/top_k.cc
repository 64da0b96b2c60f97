// SPDX-License-Identifier: Apache-2.0
#include "query/top_k.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace kwic {
namespace {

// Greater for what is better: no score is below 0, and the bits of such floats
// are in the order of their values.
std::uint64_t key_of(std::uint32_t doc, float score) noexcept {
  return std::uint64_t{std::bit_cast<std::uint32_t>(score)} << 32 | ~doc;
}

std::uint32_t doc_of(std::uint64_t key) noexcept {
  return ~static_cast<std::uint32_t>(key);
}

float score_of(std::uint64_t key) noexcept {
  return std::bit_cast<float>(static_cast<std::uint32_t>(key >> 32));
}

}  // namespace

void TopK::offer(std::uint32_t doc, float score) {
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
  bar_ = std::max(bar_, score_of(heap_.front()));
}

void TopK::take(std::vector<ScoredDoc>& out) {
  std::sort(heap_.begin(), heap_.end(), std::greater<>());
  out.clear();
  for (const std::uint64_t key : heap_) {
    out.push_back({doc_of(key), score_of(key)});
  }
  heap_.clear();
}

}  // namespace kwic
