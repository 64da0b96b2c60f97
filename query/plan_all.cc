// SPDX-License-Identifier: Apache-2.0
#include "query/plan_all.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace kwic {

std::uint64_t PlanAll::search(PostingSource& source, AllQuery& query,
                              const Bm25Norm& norm, std::size_t k,
                              bool count_all, TopK& top) {
  norm_ = norm;
  top.reset(k, 0);
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
  count_all_ = count_all;
  prune_ = top != nullptr && !count_all;
  phrases_ = !query.phrases.empty();
  total_ = sifted_ = sifted_out_ = 0;
  counted_ = false;
  std::sort(query.required.begin(), query.required.end(),
            [](const ScoredList* a, const ScoredList* b) {
              return a->list().doc_freq() < b->list().doc_freq();
            });
  set_lanes();
  set_bounds();
}

void PlanAll::set_lanes() {
  lane_count_ = static_cast<std::uint32_t>(query_->required.size());
  // As many candidates as there are at once; one more may be written.
  const std::uint32_t most =
      query_->required[0]->list().dense() ? kWindowDocs : kBlockPostings;
  if (lanes_.size() < lane_count_) lanes_.resize(lane_count_);
  for (std::uint32_t i = 0; i < lane_count_; ++i) {
    lanes_[i].scored = query_->required[i];
    lanes_[i].ranks.resize(
        std::max<std::size_t>(lanes_[i].ranks.size(), most + 1));
  }
  which_.resize(kWindowDocs + 1);
  signs_.resize(kWindowDocs);
  counts_.resize(kWindowDocs);
}

std::uint32_t PlanAll::lane_of(const ListCursor& cursor) const {
  std::uint32_t lane = 0;
  while (&lanes_[lane].scored->cursor() != &cursor) ++lane;
  return lane;
}

void PlanAll::set_bounds() {
  bounds_.clear();
  bound_lanes_.clear();
  optional_ = lead_weight_ = rest_ = 0;
  if (!prune_) return;
  for (const AllQuery::Part& part : query_->parts) {
    if (part.optional) {
      optional_ += part.term->max_score();
    } else {
      add_bound(part);
    }
  }
  rest_ += optional_;
}

void PlanAll::add_bound(const AllQuery::Part& part) {
  const auto begin = static_cast<std::uint32_t>(bound_lanes_.size());
  float weight = 0;
  if (part.term != nullptr) {
    weight = part.term->weight();
    bound_lanes_.push_back(lane_of(part.term->cursor()));
  } else {
    weight = part.phrase->weight;
    for (const ListCursor* list : part.phrase->lists) {
      bound_lanes_.push_back(lane_of(*list));
    }
  }
  const auto end = static_cast<std::uint32_t>(bound_lanes_.size());
  bounds_.push_back({weight, begin, end});
  bool leads = false;
  std::uint16_t best = 0xffff;
  for (std::uint32_t i = begin; i < end; ++i) {
    leads |= bound_lanes_[i] == 0;
    best = std::min(best, lanes_[bound_lanes_[i]].scored->list().best());
  }
  if (leads) {
    lead_weight_ += weight;
  } else {
    rest_ += weight * (static_cast<float>(best) / kImpactUnit);
  }
}

void PlanAll::run() {
  const PostingList& leader = query_->required[0]->list();
  if (leader.blocks() == 0) return;
  leader.dense() ? run_windows() : run_blocks();
}

// ------------------------------------------------------------------ by blocks

void PlanAll::run_blocks() {
  const PostingList& leader = lanes_[0].scored->list();
  const bool reads = top_ != nullptr || phrases_;
  std::uint32_t rehearsed = 0;
  for (std::uint32_t b = 0; b < leader.blocks(); ++b) {
    if (source_->cold && reads && b == rehearsed) rehearsed = rehearse(b);
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
  for (; block < lanes_[0].scored->list().blocks() && asked < kMany; ++block) {
    load_leader(block);
    narrow();
    exclude();
    for (const AllQuery::Phrase* phrase : query_->phrases) {
      drop_without(*phrase, true);
    }
    ask_occurrences();
    asked += candidates_.size();
  }
  source_->damage = damage;
  return block;
}

bool PlanAll::block_matters(std::uint32_t block) const {
  const PostingList& leader = lanes_[0].scored->list();
  const float bound =
      static_cast<float>(leader.bound(leader.best_code(block))) / kImpactUnit;
  return wants(lead_weight_ * bound + rest_);
}

// The documents of a block of the leader that can still matter.
void PlanAll::load_leader(std::uint32_t block) {
  ListCursor& cursor = lanes_[0].scored->cursor();
  const PostingList& leader = cursor.list();
  std::uint32_t n = 0;
  const std::uint32_t* docs = cursor.decode(block, &n);
  const std::uint32_t first_rank = block * kBlockPostings;
  candidates_.clear();
  for (std::uint32_t i = 0; i < lane_count_; ++i) lanes_[i].ranked = false;
  lanes_[0].ranked = top_ != nullptr || phrases_;
  std::uint32_t* const ranks = lanes_[0].ranks.data();
  if (!pruning() || !leader.coded() || n == 0) {
    candidates_.assign(docs, docs + n);
    std::iota(ranks, ranks + n, first_rank);
    return;
  }
  std::uint8_t passes[kImpactLevels] = {};
  for (int c = 1; c < kImpactLevels; ++c) {
    const float bound = static_cast<float>(leader.bound(c)) / kImpactUnit;
    passes[c] = wants(lead_weight_ * bound + rest_);
  }
  std::uint64_t mask[4];
  source_->kernel->code_mask(cursor.block().codes, n, passes, 1, mask);
  for (std::uint32_t w = 0; w < 4; ++w) {
    for (; mask[w] != 0; mask[w] &= mask[w] - 1) {
      const std::uint32_t i =
          w * 64 + static_cast<std::uint32_t>(std::countr_zero(mask[w]));
      ranks[candidates_.size()] = first_rank + i;
      candidates_.push_back(docs[i]);
    }
  }
}

// Keeps the candidates which_[0, n), and what is known of them.
void PlanAll::keep(std::uint32_t n) {
  for (std::uint32_t i = 0; i < n; ++i) candidates_[i] = candidates_[which_[i]];
  candidates_.resize(n);
  for (std::uint32_t l = 0; l < lane_count_; ++l) {
    if (!lanes_[l].ranked) continue;
    std::uint32_t* const ranks = lanes_[l].ranks.data();
    for (std::uint32_t i = 0; i < n; ++i) ranks[i] = ranks[which_[i]];
  }
}

// Keeps the candidates that every other required list has.
void PlanAll::narrow() {
  for (std::uint32_t l = 1; l < lane_count_ && !candidates_.empty(); ++l) {
    ListCursor& cursor = lanes_[l].scored->cursor();
    const std::uint32_t n = cursor.find_all(
        candidates_.data(), static_cast<std::uint32_t>(candidates_.size()),
        which_.data(), lanes_[l].ranks.data());
    keep(n);
    lanes_[l].ranked = lanes_[0].ranked && !cursor.list().dense();
  }
}

// Drops the candidates that an excluded list has.
void PlanAll::exclude() {
  for (ScoredList* list : query_->excluded) {
    if (candidates_.empty()) return;
    const auto n = static_cast<std::uint32_t>(candidates_.size());
    excluded_.resize(n + 1);
    excluded_ranks_.resize(n + 1);
    const std::uint32_t found = list->cursor().find_all(
        candidates_.data(), n, excluded_.data(), excluded_ranks_.data());
    if (found == 0) continue;
    std::uint32_t kept = 0;
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
      if (next < found && excluded_[next] == i) {
        ++next;
      } else {
        which_[kept++] = i;
      }
    }
    keep(kept);
  }
}

// ----------------------------------------------------------------- by windows

void PlanAll::run_windows() {
  sums_.clear();
  for (const BoundPart& part : bounds_) {
    // Of a phrase the rarest word, which bounds it best.
    const std::uint32_t lane = *std::min_element(
        bound_lanes_.begin() + part.begin, bound_lanes_.begin() + part.end);
    sums_.add(lanes_[lane].scored->list(), part.weight);
  }
  const std::uint32_t windows = lanes_[0].scored->list().windows();
  const bool only_count =
      top_ == nullptr && !phrases_ && query_->excluded.empty();
  for (std::uint32_t w = 0; w < windows; ++w) {
    if (pruning() && !window_matters(w)) continue;
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

// All lists are dense.
bool PlanAll::window_matters(std::uint32_t window) const {
  float bound = optional_;
  for (const BoundPart& part : bounds_) {
    std::uint16_t least = 0xffff;
    for (std::uint32_t i = part.begin; i < part.end; ++i) {
      const PostingList& list = lanes_[bound_lanes_[i]].scored->list();
      least = std::min(least, list.bound(list.window_best(window)));
    }
    bound += part.weight * (static_cast<float>(least) / kImpactUnit);
  }
  return wants(bound);
}

// Finds what is in every list; returns the number.
std::uint64_t PlanAll::intersect_window(std::uint32_t window) {
  std::fill(std::begin(common_), std::end(common_), ~std::uint64_t{0});
  for (std::uint32_t l = 0; l < lane_count_; ++l) {
    const std::uint8_t* bits = lanes_[l].scored->list().window_bits(window);
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
  for (std::uint32_t l = 0; l < lane_count_; ++l) lanes_[l].ranked = false;
  const std::uint32_t first = window * kWindowDocs;
  const float score = pruning() ? top_->bar() / kUp - optional_ : 0;
  if (score > 0 && documents >= kWorthSums) {
    for (const std::uint16_t at : sums_.reaching(window, score)) {
      if ((common_[at / 64] >> (at % 64) & 1) != 0) {
        candidates_.push_back(first + at);
      }
    }
    return;
  }
  for (std::uint32_t i = 0; i < std::size(common_); ++i) {
    for (std::uint64_t word = common_[i]; word != 0; word &= word - 1) {
      candidates_.push_back(first + i * 64 +
                            static_cast<std::uint32_t>(std::countr_zero(word)));
    }
  }
}

// ------------------------------------------------------- phrases and scoring

// Counts or scores the candidates: every required list has them, no excluded
// one.
void PlanAll::take_candidates() {
  // A damaged bitset may have more bits than there are documents.
  while (!candidates_.empty() && candidates_.back() >= source_->documents) {
    candidates_.pop_back();
  }
  if (top_ == nullptr && !phrases_) {  // nothing has to be read of them
    total_ += candidates_.size();
    return;
  }
  if (phrases_) {
    if (pruning()) drop_low();
    if (sift_phrases() && top_ == nullptr) {
      total_ += candidates_.size();
      return;
    }
    for (std::uint32_t l = 0; l < lane_count_; ++l) rank(lanes_[l]);
  }
  for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
    if (pruning() && !can_matter(i)) continue;
    stand_on(i);
    if (top_ != nullptr) {
      score(i);
    } else {
      total_ += has_phrases() ? 1 : 0;
    }
  }
}

// Drops the candidates that cannot matter, before their positions are read.
void PlanAll::drop_low() {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
    if (can_matter(i)) which_[kept++] = i;
  }
  keep(kept);
}

// Drops the candidates in which the two rarest words of a phrase do not stand
// as they should, unless at least half have been found to have the phrase, and
// were read twice. True if the others have the phrase: then counts_ says how
// often.
bool PlanAll::drop_without(const AllQuery::Phrase& phrase,
                           bool only_asked_for) {
  const PhraseTerm& a = phrase.terms[0];
  const auto b = std::find_if(
      phrase.terms.begin(), phrase.terms.end(),
      [&a](const PhraseTerm& term) { return term.cursor != a.cursor; });
  if (b == phrase.terms.end()) return false;
  const bool exact =
      phrase.terms.size() == 2 && a.behind == 0 && b->behind == 0;
  if (only_asked_for && !asked_as_a_whole(b->cursor->list())) return false;
  if (!only_asked_for && !exact) {
    if (sifted_out_ < sifted_ / 2) return false;
    sifted_ += candidates_.size();
    sifted_out_ += candidates_.size();
  }
  Lane& lane_a = lanes_[lane_of(*a.cursor)];
  Lane& lane_b = lanes_[lane_of(*b->cursor)];
  rank(lane_a);
  rank(lane_b);
  phrase_counter_.count_pairs(a, lane_a.ranks.data(), *b, lane_b.ranks.data(),
                              static_cast<std::uint32_t>(candidates_.size()),
                              counts_.data());
  keep_counted();
  if (!only_asked_for && !exact) sifted_out_ -= candidates_.size();
  return exact;
}

// Keeps the candidates with a count, and the counts.
void PlanAll::keep_counted() {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
    counts_[kept] = counts_[i];
    which_[kept] = i;
    kept += counts_[i] != 0 ? 1 : 0;
  }
  keep(kept);
}

// Drops candidates that do not have all phrases. True if that is sure of all
// that are left.
bool PlanAll::sift_phrases() {
  bool sure = true;
  for (const AllQuery::Phrase* phrase : query_->phrases) {
    const bool behind = drop_not_behind(*phrase);
    const bool exact = drop_without(*phrase, false);
    sure &= exact || (behind && phrase->terms.size() == 1);
    counted_ = exact && query_->phrases.size() == 1;
  }
  return sure;
}

// Keeps the candidates that have a sign left.
void PlanAll::keep_signed() {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
    if (signs_[i] != 0) which_[kept++] = i;
  }
  keep(kept);
}

// Drops the candidates in which a term never stands behind the frequent word
// that was left out before it. False if that is not sure of all that are left.
bool PlanAll::drop_not_behind(const AllQuery::Phrase& phrase) {
  bool sure = true;
  const PhraseTerm* last = nullptr;
  for (const PhraseTerm& term : phrase.terms) {
    if (term.behind == 0) continue;
    // "to be or not to be"
    if (last != nullptr && last->cursor == term.cursor &&
        last->behind == term.behind) {
      continue;
    }
    last = &term;
    Lane& lane = lanes_[lane_of(*term.cursor)];
    rank(lane);
    std::fill_n(signs_.begin(), candidates_.size(), ~std::uint64_t{0});
    sure &= !term.cursor->keep_behind(
        lane.ranks.data(), static_cast<std::uint32_t>(candidates_.size()),
        term.behind, signs_.data());
    keep_signed();
  }
  return sure;
}

void PlanAll::rank(Lane& lane) {
  if (lane.ranked) return;
  lane.ranked = true;
  lane.scored->cursor().rank_all(candidates_.data(),
                                 static_cast<std::uint32_t>(candidates_.size()),
                                 lane.ranks.data());
}

// Asks for what will be read of the candidates, together; those that cannot
// matter are dropped before. The most frequent word of a long phrase is read
// only where all others stand in a row, which is too seldom to ask for.
void PlanAll::ask_occurrences() {
  if (pruning()) drop_low();
  if (top_ != nullptr) {
    for (const std::uint32_t doc : candidates_) source_->lengths.will_need(doc);
  }
  const std::uint32_t lanes =
      phrases_ && lane_count_ > 2 ? lane_count_ - 1 : lane_count_;
  for (std::uint32_t l = 0; l < lanes; ++l) {
    rank(lanes_[l]);
    const PostingList& list = lanes_[l].scored->list();
    for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
      list.will_need_occurrences(lanes_[l].ranks[i], phrases_);
    }
  }
}

// Whether the impact codes allow it a score above the threshold.
bool PlanAll::can_matter(std::uint32_t candidate) const {
  float bound = optional_;
  for (const BoundPart& part : bounds_) {
    float least = 1;
    for (std::uint32_t i = part.begin; i < part.end; ++i) {
      least = std::min(least, lane_bound(bound_lanes_[i], candidate));
    }
    bound += part.weight * least;
  }
  return wants(bound);
}

// Of dense lists only the bound of the window: finding a code takes counting.
float PlanAll::lane_bound(std::uint32_t lane, std::uint32_t candidate) const {
  const PostingList& list = lanes_[lane].scored->list();
  std::uint16_t bound = list.best();
  if (list.dense()) {
    bound = list.bound(list.window_best(candidates_[candidate] / kWindowDocs));
  } else if (list.coded()) {
    bound = list.bound(list.code(lanes_[lane].ranks[candidate]));
  }
  return static_cast<float>(bound) / kImpactUnit;
}

void PlanAll::stand_on(std::uint32_t candidate) {
  for (std::uint32_t l = 0; l < lane_count_; ++l) {
    ListCursor& cursor = lanes_[l].scored->cursor();
    if (lanes_[l].ranked) {
      cursor.stand_on(candidates_[candidate], lanes_[l].ranks[candidate]);
    } else {
      cursor.stand_on(candidates_[candidate]);
    }
  }
}

bool PlanAll::has_phrases() {
  for (AllQuery::Phrase* phrase : query_->phrases) {
    if (phrase_counter_.count(phrase->terms) == 0) return false;
  }
  return true;
}

void PlanAll::score(std::uint32_t candidate) {
  const std::uint32_t doc = candidates_[candidate];
  const std::uint32_t length = source_->lengths(doc);
  const float norm = norm_(length);
  float score = 0;
  for (const AllQuery::Part& part : query_->parts) {
    if (part.phrase != nullptr) {
      const std::uint32_t tf = counted_
                                   ? counts_[candidate]
                                   : phrase_counter_.count(part.phrase->terms);
      if (tf == 0) return;
      score += part.phrase->weight * bm25_saturation(tf, norm);
    } else if (!part.optional || part.term->cursor().find(doc)) {
      score += part.term->score(length);
    }
  }
  ++total_;
  if (top_->wants(score)) top_->offer(doc, score);
}

}  // namespace kwic
