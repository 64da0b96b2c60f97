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
  if (k_ <= kFew) return insert(key);
  if (keys_.size() < k_) {
    keys_.push_back(key);
    if (keys_.size() < k_) return;
    std::make_heap(keys_.begin(), keys_.end(), std::greater<>());
  } else if (key > keys_.front()) {
    std::pop_heap(keys_.begin(), keys_.end(), std::greater<>());
    keys_.back() = key;
    std::push_heap(keys_.begin(), keys_.end(), std::greater<>());
  } else {
    return;
  }
  bar_ = std::max(bar_, score_of(keys_.front()));
}

// Through all of them, without a jump: where it belongs is anyone's guess.
void TopK::insert(std::uint64_t key) {
  for (std::uint64_t& kept : keys_) {
    const auto swap = 0 - static_cast<std::uint64_t>(kept < key);
    const std::uint64_t differ = (kept ^ key) & swap;
    kept ^= differ;
    key ^= differ;
  }
  if (keys_.size() < k_) keys_.push_back(key);
  if (k_ > 0 && keys_.size() == k_) {
    bar_ = std::max(bar_, score_of(keys_.back()));
  }
}

void TopK::take(std::vector<ScoredDoc>& out) {
  if (k_ > kFew) {
    if (keys_.size() < k_) {
      std::make_heap(keys_.begin(), keys_.end(), std::greater<>());
    }
    std::sort_heap(keys_.begin(), keys_.end(), std::greater<>());
  }
  out.clear();
  for (const std::uint64_t key : keys_) {
    out.push_back({doc_of(key), score_of(key)});
  }
  keys_.clear();
}

}  // namespace kwic
