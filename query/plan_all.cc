// SPDX-License-Identifier: Apache-2.0
#include "query/plan_all.h"

#include <algorithm>
#include <bit>

namespace kwic {
namespace {

constexpr std::uint32_t kFirstBatch = 16;

}  // namespace

std::uint64_t PlanAll::search(PostingSource& source, AllQuery& query,
                              const Bm25Norm& norm, std::size_t k,
                              bool count_all, TopK& top) {
  top.reset(k, 0);
  scorer_.open(query, norm);
  start(source, query, &top, count_all);
  run();
  return total_;
}

std::uint64_t PlanAll::count(PostingSource& source, AllQuery& query) {
  if (query.required.size() == 1 && query.excluded.empty() &&
      query.phrases.empty()) {
    return query.required[0]->list().doc_freq();
  }
  start(source, query, nullptr, true);
  run();
  return total_;
}

void PlanAll::start(PostingSource& source, AllQuery& query, TopK* top,
                    bool count_all) {
  source_ = &source;
  query_ = &query;
  top_ = top;
  prune_ = top != nullptr && !count_all;
  phrases_ = !query.phrases.empty();
  reads_ = top != nullptr || phrases_;
  total_ = 0;
  const auto shorter = [](const ScoredList* a, const ScoredList* b) {
    return a->list().doc_freq() < b->list().doc_freq();
  };
  // (A few as a rule, and less code than std::sort.)
  std::make_heap(query.required.begin(), query.required.end(), shorter);
  std::sort_heap(query.required.begin(), query.required.end(), shorter);
  candidates_.open(query.required);
  choose_early_lanes();
  sieve_.open(query.phrases);
  set_bounds();
}

void PlanAll::set_bounds() {
  bounds_.clear();
  if (!prune_) return;
  for (const AllQuery::Part& part : query_->parts) {
    if (part.optional) {
      bounds_.add_optional(part.term->max_score());
      continue;
    }
    part_lanes_.clear();
    if (part.term != nullptr) {
      part_lanes_.push_back(candidates_.lane_of(part.term->cursor()));
      bounds_.add(candidates_, part.term->weight(), part_lanes_);
    } else {
      for (const ListCursor* list : part.phrase->lists) {
        part_lanes_.push_back(candidates_.lane_of(*list));
      }
      bounds_.add(candidates_, part.phrase->weight, part_lanes_);
    }
  }
}

void PlanAll::run() {
  const PostingList& leader = query_->required[0]->list();
  if (leader.blocks() == 0) return;
  leader.dense() ? run_windows() : run_blocks();
}

// ------------------------------------------------------------------ by blocks

void PlanAll::run_blocks() {
  const PostingList& leader = candidates_.lane(0).list();
  std::uint32_t rehearsed = 0;
  for (std::uint32_t b = 0; b < leader.blocks(); ++b) {
    if (source_->cold && reads_ && b == rehearsed) rehearsed = rehearse(b);
    leader.prefetch(b + 1);
    if (pruning() && leader.coded() && !block_matters(b)) continue;
    load_leader(b);
    narrow();
    exclude();
    take_candidates();
  }
}

// Goes through blocks of the leader from `block` on as far as that needs the
// lists that were asked for as a whole, and asks for what will be read in
// others: one wait for many blocks, which is worth doing all that twice.
// Returns the block at which that may be done again.
std::uint32_t PlanAll::rehearse(std::uint32_t block) {
  constexpr std::size_t kMany = 512;
  const std::uint64_t damage = source_->damage;  // found again if it is read
  std::size_t asked = 0;
  for (; block < candidates_.lane(0).list().blocks() && asked < kMany;
       ++block) {
    load_leader(block);
    narrow();
    exclude();
    for (AllQuery::Phrase* phrase : query_->phrases) {
      sieve_.drop_without(*phrase, candidates_);
    }
    ask_occurrences();
    asked += candidates_.size();
  }
  source_->damage = damage;
  return block;
}

bool PlanAll::block_matters(std::uint32_t block) const {
  const PostingList& leader = candidates_.lane(0).list();
  return wants(bounds_.with_leader(leader.bound(leader.best_code(block))));
}

// The documents of a block of the leader that can still matter.
void PlanAll::load_leader(std::uint32_t block) {
  ListCursor& cursor = candidates_.lane(0).scored->cursor();
  const PostingList& leader = cursor.list();
  std::uint32_t n = 0;
  const std::uint32_t* docs = cursor.decode(block, &n);
  candidates_.clear();
  if (!reads_) return candidates_.add_leading(docs, n);
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  std::uint64_t mask[4] = {kAll, kAll, kAll, kAll};
  if (pruning() && leader.coded() && n > 0) {
    std::uint8_t passes[kImpactLevels] = {};
    for (int c = 1; c < kImpactLevels; ++c) {
      passes[c] = wants(bounds_.with_leader(leader.bound(c)));
    }
    source_->kernel->code_mask(cursor.block().codes, n, passes, 1, mask);
  }
  candidates_.add_leading(docs, n, mask, block * kBlockPostings);
  candidates_.lane(0).ranked = true;
}

// Keeps the candidates that every other required list has.
void PlanAll::narrow() {
  for (std::uint32_t l = 1; l < candidates_.lanes(); ++l) {
    if (candidates_.empty()) return;
    candidates_.narrow(l, reads_);
  }
}

// Drops the candidates that an excluded list has.
void PlanAll::exclude() {
  for (ScoredList* list : query_->excluded) {
    if (candidates_.empty()) return;
    const std::uint32_t n = candidates_.size();
    excluded_.resize(n + 1);
    excluded_ranks_.resize(n + 1);
    const std::uint32_t found = list->cursor().find_all(
        candidates_.docs(), n, excluded_.data(), excluded_ranks_.data());
    if (found == 0) continue;
    std::uint32_t next = 0;
    candidates_.keep_if([&](std::uint32_t i, std::uint32_t) {
      const bool excluded = next < found && excluded_[next] == i;
      next += excluded ? 1 : 0;
      return !excluded;
    });
  }
}

// ----------------------------------------------------------------- by windows

void PlanAll::run_windows() {
  bounds_.set_sums(candidates_, sums_);
  const std::uint32_t windows = candidates_.lane(0).list().windows();
  const bool only_count =
      top_ == nullptr && !phrases_ && query_->excluded.empty();
  for (std::uint32_t w = 0; w < windows; ++w) {
    if (pruning() && !wants(bounds_.of_window(candidates_, w))) {
      continue;
    }
    const std::uint64_t documents = intersect_window(w);
    if (only_count) {
      total_ += documents;
      continue;
    }
    load_window(w, documents);
    exclude();
    if (source_->cold) ask_occurrences();
    take_candidates();
  }
}

// Finds what is in every list; returns the number.
std::uint64_t PlanAll::intersect_window(std::uint32_t window) {
  std::fill(std::begin(common_), std::end(common_), ~std::uint64_t{0});
  for (std::uint32_t l = 0; l < candidates_.lanes(); ++l) {
    const std::uint8_t* bits = candidates_.lane(l).list().window_bits(window);
    for (std::uint32_t i = 0; i < std::size(common_); ++i) {
      common_[i] &= load_le<std::uint64_t>(bits + std::size_t{i} * 8);
    }
  }
  return source_->kernel->popcount(
      reinterpret_cast<const std::uint8_t*>(common_), kWindowDocs / 64);
}

// Takes those of the common documents that can matter as candidates.
void PlanAll::load_window(std::uint32_t window, std::uint64_t documents) {
  constexpr std::uint64_t kWorthSums = 16;
  candidates_.clear();
  const std::uint32_t first = window * kWindowDocs;
  const float score =
      pruning() ? top_->bar() / ConjunctBounds::kUp - bounds_.optional() : 0;
  if (score > 0 && documents >= kWorthSums) {
    for (const std::uint16_t at : sums_.reaching(window, score)) {
      if ((common_[at / 64] >> (at % 64) & 1) != 0) {
        candidates_.add(first + at);
      }
    }
    return;
  }
  for (std::uint32_t i = 0; i < std::size(common_); ++i) {
    for (std::uint64_t word = common_[i]; word != 0; word &= word - 1) {
      candidates_.add(first + i * 64 +
                      static_cast<std::uint32_t>(std::countr_zero(word)));
    }
  }
}

// ------------------------------------------------------- phrases and scoring

// Counts or scores the candidates: every required list has them, no excluded
// one.
void PlanAll::take_candidates() {
  // A damaged bitset may have more bits than there are documents.
  candidates_.drop_from(source_->documents);
  if (top_ == nullptr && !phrases_) {  // nothing has to be read of them
    total_ += candidates_.size();
    return;
  }
  const float* bounds = pruning() ? drop_low() : nullptr;
  if (pruning() && !early_lanes_.empty()) {
    for (const std::uint32_t lane : early_lanes_) {
      candidates_.rank(candidates_.lane(lane));
    }
    bounds = drop_low();
  }
  if (phrases_) {
    sieve_.sift(candidates_);
    if (top_ == nullptr) {
      total_ += candidates_.size();
      return;
    }
    for (std::uint32_t l = 0; l < candidates_.lanes(); ++l) {
      candidates_.rank(candidates_.lane(l));
    }
  }
  if (prune_ && (phrases_ || (bounds == nullptr && worth_bounding()))) {
    bounds = bounds_.of_all(candidates_);
  }
  score(bounds);
}

// Whether bounds of candidates should tell which to score when nothing is known
// of the threshold. They cost as much as scoring one in ten or so, and tell
// them apart only by the codes of a leader that has them and is not dense.
bool PlanAll::worth_bounding() const {
  return candidates_.size() > CandidateScorer::kMost &&
         candidates_.lane(0).list().layout() == ListLayout::kBlocks;
}

// Where all lists are dense, that of a phrase that is read first is ranked
// early, so that its codes bound scores. (Those of the leader have been looked
// at for whole windows.)
void PlanAll::choose_early_lanes() {
  early_lanes_.clear();
  if (!candidates_.lane(0).list().dense()) return;
  for (const AllQuery::Phrase* phrase : query_->phrases) {
    const std::uint32_t lane =
        candidates_.lane_of(*phrase->terms.front().cursor);
    if (lane > 0) early_lanes_.push_back(lane);
    for (const ListCursor* list : phrase->lists) {
      candidates_.lane(candidates_.lane_of(*list)).bounds_by_codes = true;
    }
  }
}

// Drops the candidates that cannot matter, before more is read of them; returns
// the bounds of the others.
const float* PlanAll::drop_low() {
  float* const bounds = bounds_.of_all(candidates_);
  candidates_.keep_if([&](std::uint32_t i, std::uint32_t place) {
    bounds[place] = bounds[i];
    return wants(bounds[place]);
  });
  return bounds;
}

// Asks for what will be read of the candidates, together; those that cannot
// matter are dropped before. The most frequent word of a long phrase is read
// only where all others stand in a row, which is too seldom to ask for.
void PlanAll::ask_occurrences() {
  if (pruning()) drop_low();
  if (top_ != nullptr) {
    for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
      source_->lengths.will_need(candidates_[i]);
    }
  }
  const std::uint32_t all = candidates_.lanes();
  const std::uint32_t lanes = phrases_ && all > 2 ? all - 1 : all;
  for (std::uint32_t l = 0; l < lanes; ++l) {
    Candidates::Lane& lane = candidates_.lane(l);
    candidates_.rank(lane);
    for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
      lane.list().will_need_occurrences(lane.ranks[i], phrases_);
    }
  }
}

// Scores the candidates. While there is no threshold that bounds could be held
// against, a few first, so that it rises.
void PlanAll::score(const float* bounds) {
  const bool wait = bounds != nullptr && (phrases_ || !pruning());
  std::uint32_t batch = wait ? kFirstBatch : CandidateScorer::kMost;
  std::uint32_t places[CandidateScorer::kMost];
  std::uint32_t n = 0;
  for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
    places[n] = i;
    n += bounds == nullptr || wants(bounds[i]) ? 1 : 0;
    if (n < batch) continue;
    offer(places, n);
    batch = CandidateScorer::kMost;
    n = 0;
  }
  if (n > 0) offer(places, n);
}

void PlanAll::offer(const std::uint32_t* places, std::uint32_t n) {
  total_ += n;
  scorer_.offer(places, n, candidates_, *top_);
}

}  // namespace kwic
