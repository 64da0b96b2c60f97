// SPDX-License-Identifier: Apache-2.0
#include "query/plan_behind.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "query/conjunct_bounds.h"

namespace kwic {
namespace {

// Codes from here on go first: few postings have such.
constexpr int kFirstCodes = kImpactLevels - 2;

}  // namespace

bool PlanBehind::serves(const AllQuery& query) {
  if (query.parts.size() != 1 || !query.excluded.empty()) return false;
  const RequiredPhrase* const phrase = query.parts[0].phrase;
  return phrase != nullptr && phrase->terms.size() == 1 &&
         phrase->terms[0].behind != 0;
}

std::uint64_t PlanBehind::count(AllQuery& query) {
  start(query, nullptr);
  ask_for_all();
  const PhraseTerm& term = phrase_->terms[0];
  OccurrenceReader& reader = term.cursor->occurrences();
  for (std::uint32_t b = 0; b < list_->blocks(); ++b) {
    list_->prefetch_occurrences(b + 1);
    bool several = false;
    const std::uint32_t n = reader.postings_behind(b, term.behind, several);
    if (several && term.before != nullptr) {
      take_block(b);
      count_taken(b);
    } else {
      total_ += n;
    }
  }
  return total_;
}

std::uint64_t PlanBehind::search(AllQuery& query, const Bm25Norm& norm,
                                 std::size_t k, TopK& top) {
  top.reset(k, 0);
  norm_ = norm;
  start(query, &top);
  if (list_->dense()) ask_for_all();
  if (list_->coded()) {
    run(kFirstCodes, kImpactLevels);
    run(1, kFirstCodes);
  } else {
    run(0, kImpactLevels);
  }
  return total_;
}

void PlanBehind::start(AllQuery& query, TopK* top) {
  phrase_ = query.parts[0].phrase;
  list_ = &phrase_->terms[0].cursor->list();
  top_ = top;
  total_ = bit_ = 0;
  window_ = passed_ = 0;
  from_ = 0;
  least_count_ = 1;
  reaching_.resize(kWindowDocs + kDecodeSlack);
  found_.resize(kWindowDocs + kDecodeSlack);
}

// Goes through the postings of such codes; all if `from` is 0.
void PlanBehind::run(int from, int to) {
  from_ = from;
  to_ = to;
  waiting_ = window_ = passed_ = 0;
  bit_ = 0;
  set_bar();
  // Other lists can only leave documents out where there is a threshold.
  const bool by_windows = list_->dense() && from_ > 1;
  by_windows ? run_windows() : run_blocks();
  score();
}

// Of a file that may not be in memory: asks for all of the list. For counting
// all of it is read, and of a bitset, whose postings of the highest codes are
// everywhere, most.
void PlanBehind::ask_for_all() const {
  if (!list_->source().cold || !list_->coded()) return;
  list_->will_need_blocks(0, list_->blocks());
  if (top_ == nullptr) return;
  list_->source().lengths.will_need();
  for (const ListCursor* cursor : phrase_->lists) {
    if (cursor->list().dense()) cursor->list().will_need_codes();
  }
}

// Else, now and then, for those of the next blocks that have postings to look
// at.
void PlanBehind::ask_ahead(std::uint32_t block) {
  constexpr std::uint32_t kTogether = 512;
  list_->prefetch_occurrences(block + 1);
  if (!list_->source().cold || list_->dense() || block % kTogether != 0) return;
  const std::uint32_t end = std::min(block + kTogether, list_->blocks());
  for (std::uint32_t b = block; b < end; ++b) {
    take_block(b);
    if (size_ > 0) list_->will_need_occurrences(ranks_[0], true);
  }
}

// --------------------------------------------------------------------- blocks

void PlanBehind::run_blocks() {
  for (std::uint32_t b = 0; b < list_->blocks() && from_ < to_; ++b) {
    ask_ahead(b);
    take_block(b);
    if (size_ == 0) continue;
    count_taken(b);
    keep_often();
    if (size_ == 0) continue;
    find_documents(b);
    add_taken();
  }
}

void PlanBehind::take_block(std::uint32_t block) {
  const std::uint32_t first = block * kBlockPostings;
  size_ = 0;
  if (from_ == 0) {
    size_ = list_->postings_in(block);
    std::iota(ranks_, ranks_ + size_, first);
    return;
  }
  if (!list_->dense() && list_->best_code(block) < from_) return;
  std::uint64_t mask[4];
  list_->mask_of_codes(block, taken_codes_, mask);
  for (std::uint32_t w = 0; w < 4; ++w) {
    for (std::uint64_t word = mask[w]; word != 0; word &= word - 1) {
      ranks_[size_++] =
          first + w * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
    }
  }
}

void PlanBehind::find_documents(std::uint32_t block) {
  constexpr std::uint32_t kWorthDecoding = 6;
  if (list_->dense()) return find_in_windows();
  if (size_ < kWorthDecoding) {
    const PostingList::Block resolved = list_->block(block);
    for (std::uint32_t i = 0; i < size_; ++i) {
      docs_[i] = list_->document(resolved, ranks_[i] % kBlockPostings);
    }
    return;
  }
  std::uint32_t n = 0;
  const std::uint32_t* const docs = phrase_->terms[0].cursor->decode(block, &n);
  for (std::uint32_t i = 0; i < size_; ++i) {
    docs_[i] = docs[ranks_[i] % kBlockPostings];
  }
}

// Goes on from the posting found last, as ranks ascend from block to block.
void PlanBehind::find_in_windows() {
  const Kernels& kernel = *list_->source().kernel;
  for (std::uint32_t i = 0; i < size_; ++i) {
    const std::uint32_t rank = ranks_[i];
    if (rank < passed_) go_back_to(rank);
    while (window_ + 1 < list_->windows() &&
           list_->window_rank(window_ + 1) <= rank) {
      passed_ = list_->window_rank(++window_);
      bit_ = 0;
    }
    bit_ = kernel.skip_ones(list_->window_bits(window_), bit_,
                            rank + 1 - passed_, kWindowDocs);
    passed_ = rank + 1;
    docs_[i] = window_ * kWindowDocs + static_cast<std::uint32_t>(bit_) - 1;
  }
}

// To the window of a posting that was passed.
void PlanBehind::go_back_to(std::uint32_t rank) {
  while (window_ > 0 && list_->window_rank(window_) > rank) --window_;
  passed_ = std::min(list_->window_rank(window_), rank);
  bit_ = 0;
}

// -------------------------------------------------------------------- windows

void PlanBehind::run_windows() {
  for (std::uint32_t w = 0; w < list_->windows() && from_ < to_; ++w) {
    if (list_->window_best(w) >= from_) take_window(w);
  }
}

// In each list, the codes that reach the threshold count as one.
void PlanBehind::take_window(std::uint32_t window) {
  list_->add_units(window, taken_codes_, true, reaching_.data());
  std::uint8_t lists = 1;
  for (const ListCursor* cursor : phrase_->lists) {
    const PostingList& list = cursor->list();
    if (&list == list_ || !list.dense() || top_->bar() == 0) continue;
    std::uint8_t reaches[kImpactLevels] = {};
    for (int c = least_code(list, 1); c < kImpactLevels; ++c) reaches[c] = 1;
    list.add_units(window, reaches, false, reaching_.data());
    ++lists;
  }
  const std::uint32_t found =
      list_->source().kernel->collect(reaching_.data(), lists, found_.data());
  const std::uint32_t first = window * kWindowDocs;
  for (std::uint32_t i = 0; i < found;) {
    size_ = std::min(found - i, kBlockPostings);
    for (std::uint32_t j = 0; j < size_; ++j) docs_[j] = first + found_[i++];
    phrase_->terms[0].cursor->rank_all(docs_, size_, ranks_);
    count_taken(kKnown);
    keep_often();
    add_taken();
  }
}

// ------------------------------------------------------------------- counting

// `block`: of the postings, or kKnown.
void PlanBehind::count_taken(std::uint32_t block) {
  const PhraseTerm& term = phrase_->terms[0];
  OccurrenceReader& reader = term.cursor->occurrences();
  bool several = false;
  for (std::uint32_t i = 0; i < size_;) {
    i += reader.count_behind(ranks_ + i, size_ - i, term.behind, counts_ + i,
                             several);
  }
  if (several && term.before != nullptr) {
    if (block != kKnown) find_documents(block);
    counter_.recount(phrase_->terms, {&term, docs_, ranks_, size_}, counts_);
  }
  for (std::uint32_t i = 0; i < size_; ++i) total_ += counts_[i] != 0 ? 1 : 0;
}

// Keeps the postings that have the phrase often enough to matter.
void PlanBehind::keep_often() {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < size_; ++i) {
    const std::uint32_t count = counts_[i];
    docs_[kept] = docs_[i];
    ranks_[kept] = ranks_[i];
    counts_[kept] = count;
    kept += count >= least_count_ ? 1 : 0;
  }
  size_ = kept;
}

// -------------------------------------------------------------------- scoring

void PlanBehind::add_taken() {
  for (std::uint32_t i = 0; i < size_; ++i) {
    waiting_docs_[waiting_] = docs_[i];
    waiting_counts_[waiting_] = counts_[i];
    // There are others in a damaged list.
    waiting_ += docs_[i] < list_->source().documents ? 1 : 0;
  }
  if (waiting_ >= kBatch || top_->bar() == 0) score();
}

void PlanBehind::score() {
  const DocumentLengths& lengths = list_->source().lengths;
  for (std::uint32_t i = 0; list_->source().cold && i < waiting_; ++i) {
    lengths.will_need(waiting_docs_[i]);
  }
  float norms[kBatch];
  float scores[kBatch];
  for (std::uint32_t from = 0; from < waiting_; from += kBatch) {
    const std::uint32_t n = std::min(kBatch, waiting_ - from);
    const std::uint32_t* const docs = waiting_docs_ + from;
    for (std::uint32_t i = 0; i < n; ++i) norms[i] = norm_(lengths(docs[i]));
    for (std::uint32_t i = 0; i < n; ++i) {
      scores[i] = phrase_->weight *
                  bm25_saturation(waiting_counts_[from + i], norms[i]);
    }
    top_->offer(docs, scores, n);
  }
  waiting_ = 0;
  set_bar();
}

bool PlanBehind::wants(float saturation) const {
  return ConjunctBounds::wants(*top_, phrase_->weight * saturation);
}

// The least code of a list from `from` > 0 on that reaches the threshold.
int PlanBehind::least_code(const PostingList& list, int from) const {
  while (from < kImpactLevels &&
         !wants(static_cast<float>(list.bound(from)) / kImpactUnit)) {
    ++from;
  }
  return from;
}

void PlanBehind::set_bar() {
  constexpr std::uint32_t kMostCounts = 1U << 10;
  // A document with so many of them has as many words.
  while (least_count_ < kMostCounts &&
         !wants(bm25_saturation(least_count_, norm_(least_count_)))) {
    ++least_count_;
  }
  if (from_ == 0) return;
  from_ = least_code(*list_, from_);
  for (int c = 0; c < kImpactLevels; ++c) {
    taken_codes_[c] = c >= from_ && c < to_ ? 1 : 0;
  }
}

}  // namespace kwic
