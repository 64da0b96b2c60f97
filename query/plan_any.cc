// SPDX-License-Identifier: Apache-2.0
#include "query/plan_any.h"

#include <algorithm>
#include <bit>

namespace kwic {
namespace {

constexpr std::uint32_t kLargestWindow = 65536;
// Units that the threshold is made to take: more is a finer sieve, fewer leaves
// room for it to rise before units must be chosen anew.
constexpr float kThresholdUnits = 160;
constexpr std::uint32_t kHighThreshold = 245;

}  // namespace

void PlanAny::search(PostingSource& source, std::vector<ScoredList*>& lists,
                     std::size_t k, TopK& top) {
  start(source, lists, k, top);
  choose_window();
  for (std::uint64_t at = 0; at < source.documents; at += window_) {
    const auto from = static_cast<std::uint32_t>(at);
    enter_window(from, static_cast<std::uint32_t>(std::min<std::uint64_t>(
                           at + window_, source.documents)));
    std::uint32_t sum = 0;
    for (const Share& share : shares_) sum += share.bound;
    if (sum == 0 || sum < threshold_) continue;
    split_essential();
    search_window();
    if (threshold_ > kHighThreshold) set_unit();
  }
}

void PlanAny::start(PostingSource& source, std::vector<ScoredList*>& lists,
                    std::size_t k, TopK& top) {
  source_ = &source;
  top_ = &top;
  lists_ = lists;
  shares_.clear();
  order_.clear();
  float floor = 0;
  for (ScoredList* list : lists) {
    if (list->list().blocks() == 0) continue;
    floor = std::max(floor, list->floor_of(k));
    shares_.push_back({list, 0, 0, 0, false});
  }
  for (Share& share : shares_) order_.push_back(&share);
  top.reset(k, floor);
  set_unit();
}

void PlanAny::set_unit() {
  float sum = 0;
  for (const Share& share : shares_) sum += share.scored->max_score();
  unit_ = std::max(sum, 1e-20F) / 250;
  if (top_->bar() > 0) unit_ = std::min(unit_, top_->bar() / kThresholdUnits);
  for (const Share& share : shares_) share.scored->set_unit(unit_);
  threshold_ = threshold();
}

std::uint32_t PlanAny::threshold() const noexcept {
  return static_cast<std::uint32_t>(std::min(255.0F, top_->bar() / unit_));
}

// Small windows suit dense lists, whose windows they are; large ones keep the
// cost of a window away from lists with few postings.
void PlanAny::choose_window() {
  std::uint64_t postings = 0;
  bool dense = false;
  for (const Share& share : shares_) {
    const std::uint32_t units = share.scored->max_units();
    const bool needed = units >= threshold_ / 2;
    dense |= needed && share.scored->list().dense();
    if (needed) postings += share.scored->list().doc_freq();
  }
  window_ = kWindowDocs;
  while (!dense && window_ < kLargestWindow &&
         postings * window_ < std::uint64_t{512} * source_->documents) {
    window_ *= 2;
  }
  if (sums_.size() < kLargestWindow + 64) sums_.resize(kLargestWindow + 64);
}

void PlanAny::enter_window(std::uint32_t from, std::uint32_t to) {
  from_ = from;
  to_ = to;
  for (Share& share : shares_) {
    ScoredList& scored = *share.scored;
    share.bound = 0;
    if (scored.list().dense()) {
      for (std::uint32_t w = from / kWindowDocs; w * kWindowDocs < to; ++w) {
        share.bound = std::max<std::uint32_t>(
            share.bound, scored.units(scored.list().window_best(w)));
      }
    } else if (scored.small()) {
      share.begin = share.end;
      while (share.end < scored.small_count() &&
             scored.small_doc(share.end) < to) {
        ++share.end;
      }
      if (share.end > share.begin) share.bound = scored.max_units();
    } else {
      enter_blocks(share, from, to);
    }
  }
}

// The blocks that reach into the window: the last one may reach beyond.
void PlanAny::enter_blocks(Share& share, std::uint32_t from, std::uint32_t to) {
  const PostingList& list = share.scored->list();
  share.begin = list.find_block(from, share.begin);
  share.end = share.begin;
  while (share.end < list.blocks()) {
    const std::uint32_t first =
        share.end == 0 ? 0 : list.last_doc(share.end - 1) + 1;
    if (first >= to) break;
    share.bound = std::max<std::uint32_t>(
        share.bound, share.scored->units(list.best_code(share.end)));
    ++share.end;
  }
}

void PlanAny::split_essential() {
  for (std::size_t i = 1; i < order_.size(); ++i) {
    Share* share = order_[i];
    std::size_t at = i;
    for (; at > 0 && order_[at - 1]->bound > share->bound; --at) {
      order_[at] = order_[at - 1];
    }
    order_[at] = share;
  }
  optional_units_ = 0;
  bool essential = false;
  for (Share* share : order_) {
    essential |= optional_units_ + share->bound >= std::max(1U, threshold_);
    share->essential = essential && share->bound > 0;
    if (!essential) optional_units_ += share->bound;
  }
}

void PlanAny::search_window() {
  std::uint32_t essential = 0;
  bool dense = false;
  Share* only = nullptr;
  for (Share& share : shares_) {
    if (!share.essential) continue;
    ++essential;
    only = &share;
    dense |= share.scored->list().dense();
  }
  if (dense) return search_dense();
  if (essential == 1) return search_one(*only);
  search_sparse();
}

// ------------------------------------------------- one essential, not dense

void PlanAny::search_one(Share& share) {
  ScoredList& scored = *share.scored;
  if (scored.small()) {
    for (std::uint32_t i = share.begin; i < share.end; ++i) {
      offer(scored.small_doc(i), scored.small_units(i));
    }
    return;
  }
  for (std::uint32_t b = share.begin; b < share.end; ++b) {
    const std::uint32_t best = scored.units(scored.list().best_code(b));
    if (best + optional_units_ >= threshold_) search_one_block(share, b);
  }
}

void PlanAny::search_one_block(Share& share, std::uint32_t block) {
  ScoredList& scored = *share.scored;
  std::uint32_t n = 0;
  const std::uint32_t* docs = scored.cursor().decode(block, &n);
  if (n == 0) return;
  const std::uint32_t need =
      threshold_ > optional_units_ ? threshold_ - optional_units_ : 1;
  std::uint64_t mask[4];
  const std::uint8_t* codes = scored.cursor().block().codes;
  source_->kernel->code_mask(codes, n, scored.unit_table(),
                             static_cast<std::uint8_t>(need), mask);
  for (std::uint32_t w = 0; w < 4; ++w) {
    for (; mask[w] != 0; mask[w] &= mask[w] - 1) {
      const std::uint32_t i =
          w * 64 + static_cast<std::uint32_t>(std::countr_zero(mask[w]));
      if (docs[i] < from_ || docs[i] >= to_) continue;
      offer(docs[i], scored.units(codes[i / 2] >> (4 * (i & 1)) & 15));
    }
  }
}

// ------------------------------------------------- several essential, sparse

void PlanAny::search_sparse() {
  for (const Share& share : shares_) {
    if (share.essential) scatter(share, false);
  }
  candidates_.clear();
  for (const Share& share : shares_) {
    if (share.essential) gather(share);
  }
  std::sort(candidates_.begin(), candidates_.end());
  for (const std::uint32_t packed : candidates_) {
    offer(from_ + (packed >> 8), packed & 255);
  }
}

// Adds the units of a list's postings to the sums (or clears these).
void PlanAny::scatter(const Share& share, bool clear) {
  const ScoredList& scored = *share.scored;
  if (!scored.small()) {
    for (std::uint32_t b = share.begin; b < share.end; ++b) {
      scatter_block(share, b, clear);
    }
    return;
  }
  for (std::uint32_t i = share.begin; i < share.end; ++i) {
    const std::uint32_t at = scored.small_doc(i) - from_;
    if (at >= to_ - from_) continue;
    const std::uint32_t sum = sums_[at] + scored.small_units(i);
    sums_[at] = clear ? 0 : static_cast<std::uint8_t>(std::min(255U, sum));
  }
}

void PlanAny::scatter_block(const Share& share, std::uint32_t block,
                            bool clear) {
  ScoredList& scored = *share.scored;
  std::uint32_t n = 0;
  const std::uint32_t* docs = scored.cursor().decode(block, &n);
  const std::uint8_t* codes = scored.cursor().block().codes;
  const std::uint32_t size = to_ - from_;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t at = docs[i] - from_;
    if (at >= size) continue;
    if (clear) {
      sums_[at] = 0;
      continue;
    }
    const std::uint32_t sum =
        sums_[at] + scored.units(codes[i / 2] >> (4 * (i & 1)) & 15);
    sums_[at] = static_cast<std::uint8_t>(std::min(255U, sum));
  }
}

// Takes out the sums that a list's postings lead to, each once.
void PlanAny::gather(const Share& share) {
  ScoredList& scored = *share.scored;
  const std::uint32_t need =
      threshold_ > optional_units_ ? threshold_ - optional_units_ : 1;
  const std::uint32_t size = to_ - from_;
  const auto take = [&](std::uint32_t doc) {
    const std::uint32_t at = doc - from_;
    if (at >= size) return;
    const std::uint32_t sum = sums_[at];
    sums_[at] = 0;
    if (sum >= need) candidates_.push_back(at << 8 | sum);
  };
  if (scored.small()) {
    for (std::uint32_t i = share.begin; i < share.end; ++i) {
      take(scored.small_doc(i));
    }
    return;
  }
  for (std::uint32_t b = share.begin; b < share.end; ++b) {
    std::uint32_t n = 0;
    const std::uint32_t* docs = scored.cursor().decode(b, &n);
    for (std::uint32_t i = 0; i < n; ++i) take(docs[i]);
  }
}

// -------------------------------------------------- a dense list is essential

void PlanAny::search_dense() {
  const std::uint32_t last = to_;
  const std::uint32_t first = from_;
  for (std::uint32_t from = first; from < last; from += kWindowDocs) {
    bool store = true;
    for (const Share& share : shares_) {
      if (!share.essential || !share.scored->list().dense()) continue;
      expand(share, from, store);
      store = false;
    }
    // Sparse lists add to this stretch only.
    from_ = from;
    to_ = std::min(last, from + kWindowDocs);
    for (const Share& share : shares_) {
      if (share.essential && !share.scored->list().dense()) {
        scatter(share, false);
      }
    }
    const std::uint32_t need =
        threshold_ > optional_units_ ? threshold_ - optional_units_ : 1;
    const std::uint32_t n = source_->kernel->collect(
        sums_.data(), static_cast<std::uint8_t>(need), found_);
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t doc = from + found_[i];
      if (doc < to_) offer(doc, sums_[found_[i]]);
    }
  }
  from_ = first;
  to_ = last;
  std::fill_n(sums_.begin(), kWindowDocs, std::uint8_t{0});
}

void PlanAny::expand(const Share& share, std::uint32_t from, bool store) {
  const PostingList& list = share.scored->list();
  const std::uint32_t window = from / kWindowDocs;
  const std::uint32_t rank = list.window_rank(window);
  const std::uint8_t* codes = list.codes_from(rank, kWindowDocs + 2, codes_);
  source_->kernel->expand_add(list.window_bits(window), codes, rank & 1,
                              share.scored->unit_table(), store, sums_.data());
}

// ------------------------------------------------------------ exact scoring

// A document that the essential lists bring in with so many units. Documents
// ascend within a window.
void PlanAny::offer(std::uint32_t doc, std::uint32_t units) {
  std::uint32_t rest = optional_units_;
  for (std::size_t i = order_.size(); i-- > 0;) {
    Share& share = *order_[i];
    if (share.essential || share.bound == 0) continue;
    if (units + rest < threshold_) return;
    rest -= share.bound;
    if (share.scored->cursor().find(doc)) units += share.bound;
  }
  if (units < threshold_) return;
  const std::uint32_t length = source_->lengths(doc);
  float score = 0;
  for (Share& share : shares_) {
    if (share.bound == 0) continue;
    if (share.scored->cursor().find(doc)) score += share.scored->score(length);
  }
  if (!top_->wants(score)) return;
  top_->offer(doc, score);
  threshold_ = std::max(threshold_, threshold());
}

// ------------------------------------------------------------------- counting

std::uint64_t PlanAny::count(PostingSource& source,
                             std::vector<ScoredList*>& lists) {
  source_ = &source;
  lists_.clear();
  for (ScoredList* list : lists) {
    if (list->list().blocks() > 0) lists_.push_back(list);
  }
  if (lists_.empty()) return 0;
  if (lists_.size() == 1) return lists_[0]->list().doc_freq();
  return count_windows(lists_);
}

std::uint64_t PlanAny::count_windows(std::vector<ScoredList*>& lists) {
  marks_.assign(kLargestWindow / 64 + 8, 0);
  std::vector<std::uint32_t>& at = candidates_;
  at.assign(lists.size(), 0);
  std::uint64_t total = 0;
  for (std::uint64_t from = 0; from < source_->documents;
       from += kLargestWindow) {
    const auto first = static_cast<std::uint32_t>(from);
    const auto last = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(from + kLargestWindow, source_->documents));
    const std::uint32_t words = (last - first + 63) / 64;
    std::fill_n(marks_.begin(), words, 0);
    for (std::size_t i = 0; i < lists.size(); ++i) {
      mark(*lists[i], first, last, at[i]);
    }
    total += source_->kernel->popcount(marks_.data(), words);
  }
  return total;
}

// Sets the bits of a list's documents in [from, to); `at` is its next block.
void PlanAny::mark(ScoredList& scored, std::uint32_t from, std::uint32_t to,
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
