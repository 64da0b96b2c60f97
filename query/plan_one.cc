// SPDX-License-Identifier: Apache-2.0
#include "query/plan_one.h"

#include <algorithm>
#include <bit>

namespace kwic {
namespace {

// Decoding a block takes as long as finding this many of its documents.
constexpr int kWorthDecoding = 6;

// Codes are held against codes.
constexpr std::uint8_t kCodes[kImpactLevels] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15};

}  // namespace

void PlanOne::search(ScoredList& list, const Bm25Norm& norm, std::size_t k,
                     TopK& top) {
  scored_ = &list;
  top_ = &top;
  norm_ = norm;
  size_ = 0;
  top.reset(k, 0);
  if (list.list().blocks() == 0) return;
  if (list.small()) return run_small();
  top.reset(k, list.floor_of(k, 0));
  set_bar();
  list.list().dense() ? run_windows() : run_blocks();
  score_taken();
}

void PlanOne::run_small() {
  scored_->score_small();
  top_->offer(scored_->small_docs(), scored_->small_scores(),
              scored_->small_count());
}

void PlanOne::set_bar() { least_code_ = scored_->least_code(top_->bar()); }

// -------------------------------------------------------------------- blocks

void PlanOne::run_blocks() {
  const PostingList& list = scored_->list();
  for (std::uint32_t next = next_block(0); next < list.blocks();) {
    const std::uint32_t block = next;
    next = next_block(block + 1);
    list.prefetch(next);
    take_block(block);
    if (size_ >= kBatch) score_taken();
  }
}

// The first block from `block` on that reaches the threshold.
std::uint32_t PlanOne::next_block(std::uint32_t block) const {
  const PostingList& list = scored_->list();
  while (block < list.blocks() && list.best_code(block) < least_code_) ++block;
  return block;
}

void PlanOne::take_block(std::uint32_t number) {
  const PostingList& list = scored_->list();
  const Kernels& kernel = *list.source().kernel;
  const PostingList::Block block = list.block(number);
  if (block.empty()) return;
  std::uint64_t mask[4];
  kernel.code_mask(block.codes, block.postings, kCodes,
                   static_cast<std::uint8_t>(least_code_), mask);
  const std::uint32_t first = number * kBlockPostings;
  int ones = 0;
  for (const std::uint64_t word : mask) ones += std::popcount(word);
  if (ones >= kWorthDecoding) {
    std::uint32_t docs[kBlockPostings + kDecodeSlack];
    const std::uint32_t n = list.decode_docs(block, docs);
    size_ +=
        kernel.take_masked(docs, n, mask, first, docs_ + size_, ranks_ + size_);
    return;
  }
  for (std::uint32_t w = 0; w < 4; ++w) {
    for (std::uint64_t word = mask[w]; word != 0; word &= word - 1) {
      const std::uint32_t index =
          w * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
      docs_[size_] = list.document(block, index);
      ranks_[size_++] = first + index;
    }
  }
}

// ------------------------------------------------------------------- windows

void PlanOne::run_windows() {
  codes_.resize(kWindowDocs + kDecodeSlack);
  found_.resize(kWindowDocs + kDecodeSlack);
  const PostingList& list = scored_->list();
  for (std::uint32_t w = 0; w < list.windows(); ++w) {
    if (list.window_best(w) >= least_code_) take_window(w);
  }
}

void PlanOne::take_window(std::uint32_t window) {
  const PostingList& list = scored_->list();
  list.add_units(window, kCodes, true, codes_.data());
  const std::uint32_t found = list.source().kernel->collect(
      codes_.data(), static_cast<std::uint8_t>(least_code_), found_.data());
  const std::uint32_t first = window * kWindowDocs;
  for (std::uint32_t i = 0; i < found;) {
    const std::uint32_t begin = size_;
    for (; i < found && size_ < kBatch; ++i) {
      docs_[size_] = first + found_[i];
      // A damaged bitset may have more bits than there are documents.
      size_ += docs_[size_] < list.source().documents ? 1 : 0;
    }
    scored_->cursor().rank_all(docs_ + begin, size_ - begin, ranks_ + begin);
    if (size_ == kBatch) score_taken();
  }
}

// ------------------------------------------------------------------- scoring

void PlanOne::score_taken() {
  const DocumentLengths& lengths = scored_->list().source().lengths;
  for (std::uint32_t from = 0; from < size_; from += kBatch) {
    const std::uint32_t n = std::min(kBatch, size_ - from);
    float norms[kBatch];
    float scores[kBatch];
    for (std::uint32_t i = 0; i < n; ++i) {
      norms[i] = norm_(lengths(docs_[from + i]));
    }
    scored_->scores(ranks_ + from, n, norms, scores);
    top_->offer(docs_ + from, scores, n);
  }
  size_ = 0;
  set_bar();
}

}  // namespace kwic
