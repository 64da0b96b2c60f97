// SPDX-License-Identifier: Apache-2.0
#include "query/plan_all.h"

#include <algorithm>
#include <bit>

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
  total_ = 0;
  std::sort(query.required.begin(), query.required.end(),
            [](const ScoredList* a, const ScoredList* b) {
              return a->list().doc_freq() < b->list().doc_freq();
            });
  // Bounds follow from impact codes only where the leader is scored as a term.
  rest_ = 0;
  prune_ = false;
  for (const AllQuery::Part& part : query.parts) {
    if (part.term == query.required[0] && !prune_) {
      prune_ = top != nullptr && !count_all && part.term->list().coded();
    } else if (part.term != nullptr) {
      rest_ += part.term->max_score();
    } else {
      rest_ += part.phrase->weight;
    }
  }
}

void PlanAll::run() {
  if (query_->required[0]->list().blocks() == 0) return;
  if (query_->required[0]->list().dense()) return run_windows();
  run_blocks();
}

// ------------------------------------------------------------------ by blocks

void PlanAll::run_blocks() {
  const PostingList& leader = query_->required[0]->list();
  for (std::uint32_t b = 0; b < leader.blocks(); ++b) {
    if (!block_matters(b)) continue;
    load_leader(b);
    // Phrases want every cursor on the document in question, one document
    // after the other; without them most candidates fall in narrowing.
    if (query_->phrases.empty()) narrow();
    if (top_ == nullptr && query_->phrases.empty()) {
      count_candidates();
      continue;
    }
    for (const std::uint32_t doc : candidates_) accept(doc);
  }
}

bool PlanAll::block_matters(std::uint32_t block) const {
  if (!prune_) return true;
  const ScoredList& leader = *query_->required[0];
  const float bound =
      static_cast<float>(leader.list().bound(leader.list().best_code(block))) /
      kImpactUnit;
  return top_->wants((leader.weight() * bound + rest_) * 1.00001F);
}

// The documents of a block of the leader that can still matter.
void PlanAll::load_leader(std::uint32_t block) {
  ScoredList& leader = *query_->required[0];
  std::uint32_t n = 0;
  const std::uint32_t* docs = leader.cursor().decode(block, &n);
  if (!prune_ || top_->bar() <= 0 || n == 0) {
    candidates_.assign(docs, docs + n);
    return;
  }
  candidates_.clear();
  std::uint8_t passes[kImpactLevels] = {};
  for (int c = 1; c < kImpactLevels; ++c) {
    const float bound =
        static_cast<float>(leader.list().bound(c)) / kImpactUnit;
    passes[c] = top_->wants((leader.weight() * bound + rest_) * 1.00001F);
  }
  std::uint64_t mask[4];
  source_->kernel->code_mask(leader.cursor().block().codes, n, passes, 1, mask);
  for (std::uint32_t w = 0; w < 4; ++w) {
    for (; mask[w] != 0; mask[w] &= mask[w] - 1) {
      candidates_.push_back(
          docs[w * 64 + static_cast<std::uint32_t>(std::countr_zero(mask[w]))]);
    }
  }
}

void PlanAll::narrow() {
  for (std::size_t i = 1; i < query_->required.size(); ++i) {
    if (candidates_.empty()) return;
    keep_in(query_->required[i]->cursor(), true);
  }
}

// Adds the candidates to the total: all required lists have them, and nothing
// has to be read of them.
void PlanAll::count_candidates() {
  for (ScoredList* list : query_->excluded) {
    if (candidates_.empty()) return;
    keep_in(list->cursor(), false);
  }
  total_ += candidates_.size();
}

// Keeps the candidates that the list has (or has not).
void PlanAll::keep_in(ListCursor& cursor, bool wanted) {
  std::size_t kept = 0;
  const PostingList& list = cursor.list();
  if (list.dense()) {
    for (const std::uint32_t doc : candidates_) {
      candidates_[kept] = doc;
      kept += list.contains(doc) == wanted;
    }
  } else {
    for (const std::uint32_t doc : candidates_) {
      candidates_[kept] = doc;
      kept += cursor.find(doc) == wanted;
    }
  }
  candidates_.resize(kept);
}

// ----------------------------------------------------------------- by windows

void PlanAll::run_windows() {
  const std::uint32_t windows = query_->required[0]->list().windows();
  for (std::uint32_t w = 0; w < windows; ++w) run_window(w);
}

void PlanAll::run_window(std::uint32_t window) {
  if (top_ != nullptr && !count_all_) {
    float bound = 0;
    for (const AllQuery::Part& part : query_->parts) {
      if (part.term == nullptr) {
        bound += part.phrase->weight;
      } else if (part.term->list().dense()) {
        const PostingList& list = part.term->list();
        bound += part.term->weight() *
                 static_cast<float>(list.bound(list.window_best(window))) /
                 kImpactUnit;
      } else {
        bound += part.term->max_score();
      }
    }
    if (!top_->wants(bound * 1.00001F)) return;
  }
  candidates_.clear();
  std::uint64_t plain_count = 0;
  const bool only_count =
      top_ == nullptr && query_->phrases.empty() && query_->excluded.empty();
  for (std::uint32_t i = 0; i < kWindowBytes; i += 8) {
    std::uint64_t word = ~std::uint64_t{0};
    for (ScoredList* list : query_->required) {
      word &= load_le<std::uint64_t>(list->list().window_bits(window) + i);
    }
    if (only_count) {
      plain_count += static_cast<std::uint64_t>(std::popcount(word));
      continue;
    }
    for (; word != 0; word &= word - 1) {
      candidates_.push_back(window * kWindowDocs + i * 8 +
                            static_cast<std::uint32_t>(std::countr_zero(word)));
    }
  }
  if (only_count) {
    total_ += plain_count;
    return;
  }
  if (top_ == nullptr && query_->phrases.empty()) {
    count_candidates();
    return;
  }
  for (const std::uint32_t doc : candidates_) accept(doc);
}

// ------------------------------------------------------- phrases and scoring

// Puts every required cursor on the document, unless one lacks it or an
// excluded one has it.
bool PlanAll::prepare(std::uint32_t doc) {
  for (ScoredList* list : query_->required) {
    if (!list->cursor().find(doc)) return false;
  }
  for (ScoredList* list : query_->excluded) {
    if (list->cursor().find(doc)) return false;
  }
  return true;
}

// tf of a phrase is at most that of its rarest word.
float PlanAll::phrase_bound(const AllQuery::Phrase& phrase, float norm) {
  std::uint32_t least = kEndDoc;
  for (const PhraseTerm& term : phrase.terms) {
    least = std::min(least, term.cursor->frequency());
  }
  return phrase.weight * bm25_saturation(least, norm);
}

void PlanAll::accept(std::uint32_t doc) {
  if (doc >= source_->documents || !prepare(doc)) return;
  if (top_ != nullptr) return score(doc);
  for (AllQuery::Phrase* phrase : query_->phrases) {
    if (phrase_counter_.count(phrase->terms) == 0) return;
  }
  ++total_;
}

void PlanAll::score(std::uint32_t doc) {
  const std::uint32_t length = source_->lengths(doc);
  const float norm = norm_(length);
  if (!count_all_ && !query_->phrases.empty() && top_->bar() > 0) {
    float bound = 0;
    for (const AllQuery::Part& part : query_->parts) {
      bound += part.phrase != nullptr ? phrase_bound(*part.phrase, norm)
                                      : part.term->max_score();
    }
    if (!top_->wants(bound * 1.00001F)) return;
  }
  float score = 0;
  for (const AllQuery::Part& part : query_->parts) {
    if (part.phrase != nullptr) {
      const std::uint32_t tf = phrase_counter_.count(part.phrase->terms);
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
