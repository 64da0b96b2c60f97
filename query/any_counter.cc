// SPDX-License-Identifier: Apache-2.0
#include "query/any_counter.h"

#include <algorithm>

namespace kwic {
namespace {

constexpr std::uint32_t kWindow = 65536;

}  // namespace

std::uint64_t AnyCounter::count(PostingSource& source,
                                std::vector<ScoredList*>& lists) {
  source_ = &source;
  lists_.clear();
  for (ScoredList* list : lists) {
    if (list->list().blocks() > 0) lists_.push_back(list);
  }
  if (lists_.empty()) return 0;
  if (lists_.size() == 1) return lists_[0]->list().doc_freq();
  return count_windows();
}

std::uint64_t AnyCounter::count_windows() {
  marks_.resize(kWindow / 64 + 8);
  std::vector<std::uint32_t>& at = next_blocks_;
  at.clear();
  at.resize(lists_.size());
  std::uint64_t total = 0;
  for (std::uint64_t from = 0; from < source_->documents; from += kWindow) {
    const auto first = static_cast<std::uint32_t>(from);
    const auto last = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(from + kWindow, source_->documents));
    const std::uint32_t words = (last - first + 63) / 64;
    std::fill_n(marks_.begin(), words, 0);
    for (std::size_t i = 0; i < lists_.size(); ++i) {
      mark(*lists_[i], first, last, at[i]);
    }
    total += source_->kernel->popcount(
        reinterpret_cast<const std::uint8_t*>(marks_.data()), words);
  }
  std::fill(marks_.begin(), marks_.end(), std::uint64_t{0});
  return total;
}

// Sets the bits of a list's documents in [from, to); `at` is its next block.
void AnyCounter::mark(ScoredList& scored, std::uint32_t from, std::uint32_t to,
                      std::uint32_t& at) {
  const PostingList& list = scored.list();
  if (list.dense()) {
    for (std::uint32_t w = from / kWindowDocs; w * kWindowDocs < to; ++w) {
      const std::uint8_t* bits = list.window_bits(w);
      std::uint64_t* to_words = &marks_[(w * kWindowDocs - from) / 64];
      const std::uint32_t words =
          std::min(kWindowDocs, to - w * kWindowDocs + 63) / 64;
      for (std::uint32_t i = 0; i < words; ++i) {
        to_words[i] |= load_le<std::uint64_t>(bits + std::size_t{i} * 8);
      }
    }
    return;
  }
  const std::uint32_t size = to - from;
  for (at = list.find_block(from, at); at < list.blocks(); ++at) {
    std::uint32_t n = 0;
    const std::uint32_t* docs = scored.cursor().decode(at, &n);
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t bit = docs[i] - from;
      if (bit < size) marks_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    if (list.last_doc(at) >= to) break;
  }
}

}  // namespace kwic
