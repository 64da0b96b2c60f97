// SPDX-License-Identifier: Apache-2.0
#include "query/top_k.h"

#include <algorithm>
#include <bit>
#include <span>

namespace kwic {
namespace {

std::uint32_t doc_of(std::int64_t key) noexcept {
  return ~static_cast<std::uint32_t>(key);
}

float score_of(std::int64_t key) noexcept {
  return std::bit_cast<float>(static_cast<std::int32_t>(key >> 32));
}

// Puts `key` into a heap of n keys, at `at` or below it, where it belongs. No
// key is less than the one above it. (Less code than the standard's heaps, and
// what replaces the least key goes down once.)
void sink(std::int64_t* heap, std::size_t n, std::size_t at,
          std::int64_t key) noexcept {
  for (std::size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
    if (child + 1 < n && heap[child + 1] < heap[child]) ++child;
    if (heap[child] >= key) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = key;
}

void make_heap(std::vector<std::int64_t>& keys) noexcept {
  for (std::size_t i = keys.size() / 2; i-- > 0;) {
    sink(keys.data(), keys.size(), i, keys[i]);
  }
}

}  // namespace

void TopK::offer(const std::uint32_t* docs, const float* scores,
                 std::uint32_t n) {
  if (k_ > kFewBest) {
    for (std::uint32_t i = 0; i < n; ++i) {
      if (wants(scores[i])) offer_many(docs[i], scores[i]);
    }
  } else if (k_ > 0) {
    kernels().keep_best(docs, scores, n, bar_, static_cast<std::uint32_t>(k_),
                        few_);
    bar_ = std::max(bar_, score_of(few_[k_ - 1]));
  }
}

void TopK::offer_many(std::uint32_t doc, float score) {
  const std::int64_t key = best_key(doc, score);
  if (keys_.size() < k_) {
    keys_.push_back(key);
    if (keys_.size() < k_) return;
    make_heap(keys_);
  } else if (key > keys_.front()) {
    sink(keys_.data(), k_, 0, key);
  }
  bar_ = std::max(bar_, score_of(keys_.front()));
}

void TopK::take(std::vector<ScoredDoc>& out) {
  out.clear();
  std::span<const std::int64_t> best = keys_;
  if (k_ <= kFewBest) {
    best = std::span(few_).first(k_);
  } else {
    if (keys_.size() < k_) make_heap(keys_);
    for (std::size_t n = keys_.size(); n > 1;) {
      const std::int64_t last = keys_[--n];
      keys_[n] = keys_[0];
      sink(keys_.data(), n, 0, last);
    }
  }
  for (const std::int64_t key : best) {
    if (key == kNone) break;
    out.push_back({doc_of(key), score_of(key)});
  }
  reset(0, 0);
}

}  // namespace kwic
