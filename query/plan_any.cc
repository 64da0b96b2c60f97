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
constexpr std::uint32_t kBlocksAhead = 2;

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
  shares_.clear();
  order_.clear();
  float floor = 0;
  for (ScoredList* list : lists) {
    if (list->list().blocks() == 0) continue;
    list->score_small();
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
         postings * window_ < std::uint64_t{1024} * source_->documents) {
    window_ *= 2;
  }
  sums_.resize(kLargestWindow + 64);
  marks_.resize(kLargestWindow / 64 + 8);
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
  Share* only = nullptr;
  std::uint32_t essential = 0;
  bool dense = false;
  for (Share& share : shares_) {
    if (!share.essential) continue;
    ++essential;
    only = &share;
    dense |= share.scored->list().dense();
  }
  if (dense) return search_dense();
  candidates_.clear();
  if (essential == 1) {
    take_one(*only);
  } else {
    add_sparse();
    take_marked();
  }
  judge();
}

// What the essential lists must add up to.
std::uint32_t PlanAny::needed() const noexcept {
  return threshold_ > optional_units_ ? threshold_ - optional_units_ : 1;
}

// ------------------------------------------------- one essential, not dense

void PlanAny::take_one(Share& share) {
  ScoredList& scored = *share.scored;
  if (scored.small()) {
    for (std::uint32_t i = share.begin; i < share.end; ++i) {
      const std::uint32_t units = scored.small_units(i);
      if (units >= needed())
        candidates_.push_back({scored.small_doc(i), units});
    }
    return;
  }
  for (std::uint32_t b = share.begin; b < share.end; ++b) {
    scored.list().prefetch(b + kBlocksAhead);
    if (scored.units(scored.list().best_code(b)) >= needed()) {
      take_block(scored, b);
    }
  }
}

void PlanAny::take_block(ScoredList& scored, std::uint32_t block) {
  std::uint32_t n = 0;
  const std::uint32_t* docs = scored.cursor().decode(block, &n);
  if (n == 0) return;
  std::uint64_t mask[4];
  const std::uint8_t* codes = scored.cursor().block().codes;
  source_->kernel->code_mask(codes, n, scored.unit_table(),
                             static_cast<std::uint8_t>(needed()), mask);
  for (std::uint32_t w = 0; w < 4; ++w) {
    for (; mask[w] != 0; mask[w] &= mask[w] - 1) {
      const std::uint32_t i =
          w * 64 + static_cast<std::uint32_t>(std::countr_zero(mask[w]));
      if (docs[i] < from_ || docs[i] >= to_) continue;
      candidates_.push_back(
          {docs[i], scored.units(codes[i / 2] >> (4 * (i & 1)) & 15)});
    }
  }
}

// ------------------------------------------------- several essential, sparse

// Adds the units of all essential lists that are not dense to the sums, and
// marks those that reach what is needed.
void PlanAny::add_sparse() {
  std::uint32_t all = optional_units_;
  for (const Share& share : shares_) {
    if (share.essential) all += share.bound;
  }
  needed_ = needed();
  for (const Share& share : shares_) {
    if (!share.essential || share.scored->list().dense()) continue;
    if (share.scored->small()) {
      add_small(share);
      continue;
    }
    // A block that no document of can reach the threshold is left out.
    const std::uint32_t others = all - share.bound;
    for (std::uint32_t b = share.begin; b < share.end; ++b) {
      share.scored->list().prefetch(b + kBlocksAhead);
      const std::uint32_t best =
          share.scored->units(share.scored->list().best_code(b));
      if (best + others >= threshold_) add_block(*share.scored, b);
    }
  }
}

void PlanAny::add(std::uint32_t at, std::uint32_t units) noexcept {
  const std::uint32_t sum = std::min(255U, sums_[at] + units);
  sums_[at] = static_cast<std::uint8_t>(sum);
  marks_[at / 64] |= std::uint64_t{sum >= needed_} << (at % 64);
}

void PlanAny::add_small(const Share& share) {
  for (std::uint32_t i = share.begin; i < share.end; ++i) {
    const std::uint32_t at = share.scored->small_doc(i) - from_;
    if (at < to_ - from_) add(at, share.scored->small_units(i));
  }
}

void PlanAny::add_block(ScoredList& scored, std::uint32_t block) {
  std::uint32_t n = 0;
  const std::uint32_t* docs = scored.cursor().decode(block, &n);
  if (n == 0) return;
  std::uint8_t units[kBlockPostings + 64];
  source_->kernel->map_codes(scored.cursor().block().codes, n,
                             scored.unit_table(), units);
  const std::uint32_t size = to_ - from_;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t at = docs[i] - from_;
    if (at < size) add(at, units[i]);
  }
}

// Takes out the sums that were marked, in order of document.
void PlanAny::take_marked() {
  const std::uint32_t size = to_ - from_;
  for (std::uint32_t w = 0; w * 64 < size; ++w) {
    for (std::uint64_t word = marks_[w]; word != 0; word &= word - 1) {
      const std::uint32_t at =
          w * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
      candidates_.push_back({from_ + at, sums_[at]});
    }
    marks_[w] = 0;
  }
  std::fill_n(sums_.begin(), size, std::uint8_t{0});
}

// -------------------------------------------------- a dense list is essential

void PlanAny::search_dense() {
  const std::uint32_t first = from_;
  const std::uint32_t last = to_;
  for (from_ = first; from_ < last; from_ += kWindowDocs) {
    to_ = std::min(last, from_ + kWindowDocs);
    bool store = true;
    for (const Share& share : shares_) {
      if (!share.essential || !share.scored->list().dense()) continue;
      share.scored->list().add_units(
          from_ / kWindowDocs, share.scored->unit_table(), store, sums_.data());
      store = false;
    }
    add_sparse();
    take_sums();
    judge();
  }
  from_ = first;
  to_ = last;
}

// Takes out all sums of a window of kWindowDocs.
void PlanAny::take_sums() {
  const std::uint32_t n = source_->kernel->collect(
      sums_.data(), static_cast<std::uint8_t>(std::min(255U, needed())),
      found_);
  candidates_.clear();
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t doc = from_ + found_[i];
    if (doc < to_) candidates_.push_back({doc, sums_[found_[i]]});
  }
  std::fill_n(sums_.begin(), kWindowDocs, std::uint8_t{0});
  std::fill_n(marks_.begin(), kWindowDocs / 64, std::uint64_t{0});
}

// ------------------------------------------------------- lookups and scoring

// Narrows the candidates by one inessential list after the other, those that
// can add most first, and scores what is left.
void PlanAny::judge() {
  std::uint32_t rest = optional_units_;
  for (std::size_t i = order_.size(); i-- > 0 && !candidates_.empty();) {
    Share& share = *order_[i];
    if (share.essential || share.bound == 0) continue;
    look_up(share, rest);
    rest -= share.bound;
  }
  for (const Candidate& candidate : candidates_) {
    if (candidate.units >= threshold_) score(candidate.doc);
  }
}

// Drops the candidates that cannot reach the threshold with `rest` more units,
// and adds to the others what the list has for them.
void PlanAny::look_up(Share& share, std::uint32_t rest) {
  sought_.clear();
  for (const Candidate& candidate : candidates_) {
    if (candidate.units + rest < threshold_) continue;
    candidates_[sought_.size()] = candidate;
    sought_.push_back(candidate.doc);
  }
  const auto n = static_cast<std::uint32_t>(sought_.size());
  candidates_.resize(n);
  which_.resize(n + 1);
  ranks_.resize(n + 1);
  const std::uint32_t found = share.scored->cursor().find_all(
      sought_.data(), n, which_.data(), ranks_.data());
  const PostingList& list = share.scored->list();
  const bool coded = list.layout() == ListLayout::kBlocks;
  for (std::uint32_t i = 0; i < found; ++i) {
    candidates_[which_[i]].units +=
        coded ? share.scored->units(list.code(ranks_[i])) : share.bound;
  }
}

void PlanAny::score(std::uint32_t doc) {
  const std::uint32_t length = source_->lengths(doc);
  float sum = 0;
  for (Share& share : shares_) {
    if (share.bound == 0) continue;
    if (share.scored->cursor().find(doc)) sum += share.scored->score(length);
  }
  if (!top_->wants(sum)) return;
  top_->offer(doc, sum);
  threshold_ = std::max(threshold_, threshold());
}

// ------------------------------------------------------------------- counting

std::uint64_t PlanAny::count(PostingSource& source,
                             std::vector<ScoredList*>& lists) {
  source_ = &source;
  counted_.clear();
  for (ScoredList* list : lists) {
    if (list->list().blocks() > 0) counted_.push_back(list);
  }
  if (counted_.empty()) return 0;
  if (counted_.size() == 1) return counted_[0]->list().doc_freq();
  return count_windows(counted_);
}

std::uint64_t PlanAny::count_windows(std::vector<ScoredList*>& lists) {
  marks_.resize(kLargestWindow / 64 + 8);
  std::vector<std::uint32_t>& at = next_blocks_;
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
    total += source_->kernel->popcount(
        reinterpret_cast<const std::uint8_t*>(marks_.data()), words);
  }
  std::fill(marks_.begin(), marks_.end(), std::uint64_t{0});
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
