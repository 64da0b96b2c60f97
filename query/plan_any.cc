// SPDX-License-Identifier: Apache-2.0
#include "query/plan_any.h"

#include <algorithm>
#include <bit>
#include <memory>

namespace kwic {
namespace {

// Units that the threshold is made to take: more is a finer sieve, fewer leaves
// room for it to rise before units must be chosen anew.
constexpr float kThresholdUnits = 160;
constexpr std::uint32_t kHighThreshold = 245;
constexpr std::uint32_t kBlocksAhead = 2;

// What costs about as much as what, in nanoseconds: a candidate looked up in a
// list, a block or 64 documents of a dense list added up.
constexpr std::uint32_t kLookUpCost = 6;
constexpr std::uint32_t kAddBlockCost = 300;
constexpr std::uint32_t kAddWordCost = 2;
// Of so many words of a window the candidates are counted to estimate them all.
constexpr std::uint32_t kSampleWords = 128;

// See worth_probing().
constexpr std::size_t kManyLists = 4;
constexpr float kLowFloor = 0.4F;

// More candidates in a window are worth raising the threshold first.
constexpr std::uint32_t kManyCandidates = 1024;
// If more documents are wanted, candidates are scored in their order in the
// lists, which then need not go back and forth.
constexpr std::size_t kManyWanted = 32;
constexpr std::uint32_t kLeastBatch = 16;
constexpr int kRounds = 4;  // of batches of the best, then in order
constexpr std::uint32_t kMostBatch = 64;

}  // namespace

void PlanAny::search(PostingSource& source, std::vector<ScoredList*>& lists,
                     const Bm25Norm& norm, std::size_t k, TopK& top) {
  norm_ = norm;
  start(source, lists, k, top);
  for (std::uint64_t at = to_; at < source.documents; at = to_) {
    enter_window(static_cast<std::uint32_t>(at),
                 static_cast<std::uint32_t>(std::min<std::uint64_t>(
                     at + kLargestWindow, source.documents)));
    if (all_units_ == 0 || all_units_ < threshold_) continue;
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
    floor = list->floor_of(k, floor);
    shares_.push_back({list, 0, 0, 0, false});
  }
  for (Share& share : shares_) order_.push_back(&share);
  top.reset(k, floor);
  make_room();
  batch_ = static_cast<std::uint32_t>(
      std::clamp<std::size_t>(k, kLeastBatch, kMostBatch));
  best_first_ = k <= kManyWanted;
  many_ = kManyCandidates;
  to_ = 0;
  if (worth_probing()) probe();
  set_unit();
}

// Where the floor is far below what the lists can add up to, as it is for
// queries of many words, the threshold has a long way to go.
bool PlanAny::worth_probing() const noexcept {
  return shares_.size() >= kManyLists && top_->bar() < kLowFloor * max_score();
}

// Scores the documents of the highest bounds of the first window. Units are
// coarse, so that no sum is cut off at 255.
void PlanAny::probe() {
  unit_ = std::max(max_score(), 1e-20F) / 250;
  for (const Share& share : shares_) share.scored->set_unit(unit_);
  threshold_ = threshold();
  enter_window(0, std::min(source_->documents, kWindowDocs));
  for (Share& share : shares_) add(share);
  optional_units_ = 0;
  take_sums();
  score_candidates();
}

float PlanAny::max_score() const noexcept {
  float sum = 0;
  for (const Share& share : shares_) sum += share.scored->max_score();
  return sum;
}

// Memory of which a search touches little is left as it comes.
void PlanAny::make_room() {
  if (room_ != nullptr) return;
  room_ = std::make_unique_for_overwrite<Room>();
  std::fill(std::begin(room_->sums), std::end(room_->sums), std::uint8_t{0});
}

void PlanAny::set_unit() {
  unit_ = std::max(max_score(), 1e-20F) / 250;
  if (top_->bar() > 0) unit_ = std::min(unit_, top_->bar() / kThresholdUnits);
  for (const Share& share : shares_) share.scored->set_unit(unit_);
  threshold_ = threshold();
}

std::uint32_t PlanAny::threshold() const noexcept {
  return static_cast<std::uint32_t>(std::min(255.0F, top_->bar() / unit_));
}

void PlanAny::enter_window(std::uint32_t from, std::uint32_t to) {
  from_ = from;
  to_ = to;
  all_units_ = 0;
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
    all_units_ += share.bound;
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
  for (Share& share : shares_) {
    if (!share.essential) continue;
    ++essential;
    only = &share;
  }
  count_ = 0;
  if (essential == 1 && !only->scored->list().dense()) {
    take_one(*only);
  } else {
    for (Share& share : shares_) {
      if (share.essential) add(share);
    }
    add_worthwhile();
    take_sums();
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
      take(scored.small_doc(i), scored.small_units(i));
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

void PlanAny::take(std::uint32_t doc, std::uint32_t units) noexcept {
  if (units < needed() || count_ == kLargestWindow) return;
  room_->docs[count_] = doc;
  room_->units[count_++] = static_cast<std::uint8_t>(units);
}

void PlanAny::take_block(ScoredList& scored, std::uint32_t block) {
  if (count_ + kBlockPostings > kLargestWindow) return;  // damaged
  std::uint8_t units[kBlockPostings + kDecodeSlack];
  const Part part = part_in_window(scored, block, units);
  std::fill(units, units + part.begin, std::uint8_t{0});
  std::fill(units + part.end, units + kBlockPostings, std::uint8_t{0});
  std::uint16_t at[kBlockPostings + kDecodeSlack];
  const std::uint32_t n = source_->kernel->take_sums(
      units, kBlockPostings / 64, static_cast<std::uint8_t>(needed()), at,
      &room_->units[count_]);
  for (std::uint32_t i = 0; i < n; ++i)
    room_->docs[count_ + i] = part.docs[at[i]];
  count_ += n;
}

// The postings of a block that lie in the window, and their units.
PlanAny::Part PlanAny::part_in_window(ScoredList& scored, std::uint32_t block,
                                      std::uint8_t* units) {
  Part part{};
  part.docs = scored.cursor().decode(block, &part.end);
  if (part.end == 0) return part;
  source_->kernel->map_codes(scored.cursor().block().codes, part.end,
                             scored.unit_table(), units);
  const std::uint32_t* end = part.docs + part.end;
  const auto place = [&](std::uint32_t doc) {
    return static_cast<std::uint32_t>(std::lower_bound(part.docs, end, doc) -
                                      part.docs);
  };
  if (part.docs[0] < from_) part.begin = place(from_);
  if (part.docs[part.end - 1] >= to_) part.end = place(to_);
  part.begin = std::min(part.begin, part.end);
  return part;
}

// ------------------------------------------------------ adding up whole lists

// Adds the units of a list to the sums. What no document of can reach the
// threshold is left out.
void PlanAny::add(Share& share) {
  if (share.bound == 0) return;
  ScoredList& scored = *share.scored;
  const PostingList& list = scored.list();
  const std::uint32_t others = all_units_ - share.bound;
  if (list.dense()) {
    for (std::uint32_t at = from_; at < to_; at += kWindowDocs) {
      const std::uint32_t window = at / kWindowDocs;
      const std::uint32_t best = scored.units(list.window_best(window));
      if (best + others < threshold_) continue;
      list.add_units(window, scored.unit_table(), false,
                     &room_->sums[at - from_]);
    }
  } else if (scored.small()) {
    for (std::uint32_t i = share.begin; i < share.end; ++i) {
      add_one(scored.small_doc(i), scored.small_units(i));
    }
  } else {
    for (std::uint32_t b = share.begin; b < share.end; ++b) {
      list.prefetch(b + kBlocksAhead);
      const std::uint32_t best = scored.units(list.best_code(b));
      if (best + others >= threshold_) add_block(scored, b);
    }
  }
}

// What lies outside the window is added where nobody looks.
void PlanAny::add_one(std::uint32_t doc, std::uint32_t units) noexcept {
  const std::uint32_t at = doc - from_;
  std::uint8_t& sum = room_->sums[at < to_ - from_ ? at : kLargestWindow];
  sum = static_cast<std::uint8_t>(std::min(255U, sum + units));
}

void PlanAny::add_block(ScoredList& scored, std::uint32_t block) {
  std::uint8_t units[kBlockPostings + kDecodeSlack];
  const Part part = part_in_window(scored, block, units);
  const std::uint32_t from = from_;
  const std::uint32_t size = to_ - from_;
  std::uint8_t* const sums = room_->sums;
  for (std::uint32_t i = part.begin; i < part.end; ++i) {
    const std::uint32_t at = part.docs[i] - from;
    std::uint8_t& sum = sums[at < size ? at : kLargestWindow];
    sum = static_cast<std::uint8_t>(
        std::min(255U, std::uint32_t{sum} + units[i]));
  }
}

// Adds up lists of which more would be looked up than they have.
void PlanAny::add_worthwhile() {
  const std::uint32_t words = words_of_window();
  for (std::size_t i = order_.size(); i-- > 0;) {
    Share& share = *order_[i];
    if (share.essential || share.bound == 0) continue;
    const std::uint32_t sample = std::min(words, kSampleWords);
    const std::uint32_t reaching = source_->kernel->count_sums(
        room_->sums, sample, static_cast<std::uint8_t>(needed()));
    if (std::uint64_t{reaching} * words / sample * kLookUpCost <
        cost_of_adding(share)) {
      return;
    }
    add(share);
    share.essential = true;
    optional_units_ -= share.bound;
  }
}

std::uint32_t PlanAny::words_of_window() const noexcept {
  return (to_ - from_ + kWindowDocs - 1) / kWindowDocs * (kWindowDocs / 64);
}

// In nanoseconds or so.
std::uint32_t PlanAny::cost_of_adding(const Share& share) const noexcept {
  if (share.scored->list().dense()) return words_of_window() * kAddWordCost;
  return (share.end - share.begin) *
         (share.scored->small() ? 1U : kAddBlockCost);
}

// Takes out the sums that reach what is needed.
void PlanAny::take_sums() {
  count_ = source_->kernel->take_sums(room_->sums, words_of_window(),
                                      static_cast<std::uint8_t>(needed()),
                                      room_->found, room_->units);
  for (std::uint32_t i = 0; i < count_; ++i)
    room_->docs[i] = from_ + room_->found[i];
  while (count_ > 0 && room_->docs[count_ - 1] >= to_) --count_;
}

// ------------------------------------------------------- lookups and scoring

// Narrows the candidates by one inessential list after the other, those that
// can add most first, and scores what is left.
void PlanAny::judge() {
  if (best_first_ && count_ > many_) raise_threshold();
  std::uint32_t rest = optional_units_;
  for (std::size_t i = order_.size(); i-- > 0 && count_ > 0;) {
    Share& share = *order_[i];
    if (share.essential || share.bound == 0) continue;
    keep(rest);
    rest -= share.bound;
    look_up(share);
  }
  score_candidates();
}

void PlanAny::score_candidates() {
  keep(0);
  for (int round = 0; best_first_ && round < kRounds && count_ > 0; ++round) {
    score_best(batch_);
    keep(0);
  }
  score_in_order();
}

void PlanAny::score_in_order() {
  std::uint32_t batch[kMostBatch];
  std::uint32_t size = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (room_->units[i] < threshold_) continue;
    batch[size++] = room_->docs[i];
    if (size < kMostBatch) continue;
    score(batch, size);
    size = 0;
  }
  if (size > 0) score(batch, size);
}

// Scores the candidates of the highest bounds, `n` or a few more, and leaves
// the others.
void PlanAny::score_best(std::uint32_t n) {
  const std::uint32_t least = least_of_best(n);
  std::uint32_t batch[kMostBatch + 1];
  std::uint32_t size = 0;
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    const std::uint32_t doc = room_->docs[i];
    const std::uint8_t units = room_->units[i];
    const std::uint32_t best = units >= least && size < kMostBatch ? 1 : 0;
    batch[size] = room_->docs[kept] = doc;
    room_->units[kept] = units;
    size += best;
    kept += 1 - best;
  }
  count_ = kept;
  score(batch, size);
}

// The highest units that at least `n` candidates reach; 1 if there are fewer.
std::uint32_t PlanAny::least_of_best(std::uint32_t n) {
  std::fill_n(room_->units + count_, kDecodeSlack, std::uint8_t{0});
  const std::uint32_t words = (count_ + 63) / 64;
  std::uint32_t low = 1;
  std::uint32_t high = 256;  // fewer reach it
  while (high - low > 1) {
    const std::uint32_t middle = (low + high) / 2;
    const std::uint32_t reaching = source_->kernel->count_sums(
        room_->units, words, static_cast<std::uint8_t>(middle));
    (reaching >= n ? low : high) = middle;
  }
  return low;
}

// Drops the candidates that cannot reach the threshold with `rest` more units.
void PlanAny::keep(std::uint32_t rest) {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    const std::uint32_t units = room_->units[i];
    room_->docs[kept] = room_->docs[i];
    room_->units[kept] = room_->units[i];
    kept += units > 0 && units + rest >= threshold_ ? 1 : 0;
  }
  count_ = kept;
}

// Adds to the candidates what the list has for them.
void PlanAny::look_up(Share& share) {
  ScoredList& scored = *share.scored;
  const PostingList& list = scored.list();
  const std::uint32_t found =
      scored.cursor().find_all(room_->docs, count_, room_->which, room_->ranks);
  if (list.dense()) {
    for (std::uint32_t i = 0; i < found; ++i)
      room_->keys[i] = room_->docs[room_->which[i]];
    scored.cursor().rank_all(room_->keys, found, room_->ranks);
  }
  for (std::uint32_t i = 0; i < found; ++i) {
    const std::uint32_t units = scored.small()
                                    ? scored.small_units(room_->ranks[i])
                                    : scored.units(list.code(room_->ranks[i]));
    std::uint8_t& sum = room_->units[room_->which[i]];
    sum = static_cast<std::uint8_t>(std::min(255U, sum + units));
  }
}

// Many candidates are worth scoring the best of them before others are looked
// up.
void PlanAny::raise_threshold() {
  const std::uint32_t before = threshold_;
  score_best(2 * batch_);
  if (threshold_ == before) many_ *= 4;
}

// List by list, so that memory works on several documents at once; scores add
// up in the order of the clauses.
void PlanAny::score(const std::uint32_t* docs, std::uint32_t n) {
  float norms[kMostBatch];
  float sums[kMostBatch];
  for (std::uint32_t i = 0; i < n; ++i) {
    norms[i] = norm_(source_->lengths(docs[i]));
    sums[i] = 0;
  }
  for (Share& share : shares_) {
    if (share.bound != 0) add_scores(*share.scored, docs, norms, n, sums);
  }
  top_->offer(docs, sums, n);
  threshold_ = std::max(threshold_, threshold());
}

void PlanAny::add_scores(ScoredList& scored, const std::uint32_t* docs,
                         const float* norms, std::uint32_t n, float* sums) {
  std::uint32_t which[kMostBatch + 1];
  std::uint32_t ranks[kMostBatch + 1];
  const std::uint32_t found = scored.cursor().find_all(docs, n, which, ranks);
  if (scored.small()) {
    for (std::uint32_t f = 0; f < found; ++f) {
      sums[which[f]] += scored.small_score(ranks[f]);
    }
    return;
  }
  std::uint32_t docs_found[kMostBatch];
  float norms_found[kMostBatch];
  for (std::uint32_t f = 0; f < found; ++f) {
    docs_found[f] = docs[which[f]];
    norms_found[f] = norms[which[f]];
  }
  if (scored.list().dense()) {
    scored.cursor().rank_all(docs_found, found, ranks);
  }
  float scores[kMostBatch];
  scored.scores(ranks, found, norms_found, scores);
  for (std::uint32_t f = 0; f < found; ++f) sums[which[f]] += scores[f];
}

}  // namespace kwic
