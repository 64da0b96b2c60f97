// SPDX-License-Identifier: Apache-2.0
#include "query/scored_list.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace kwic {
namespace {

// Bounds were computed in real numbers and are used in floats: widen them by
// more than the rounding errors of a sum of scores can be.
constexpr float kUp = 1.0F + 4e-6F;
constexpr float kDown = 1.0F - 4e-6F;

// A score that at least k of n reach, at most 1/64 of the best below the k-th.
// They are counted in steps, which takes no comparisons that could go either
// way.
float reached_by(std::size_t k, const float* scores, std::uint32_t n) {
  constexpr std::uint32_t kSteps = 64;
  const float best = *std::max_element(scores, scores + n);
  if (best <= 0) return 0;
  const float per_step = (kSteps - 1) / best;
  std::uint32_t counts[kSteps] = {};
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto step = static_cast<std::uint32_t>(scores[i] * per_step);
    ++counts[std::min(step, kSteps - 1)];
  }
  std::uint32_t step = kSteps - 1;
  for (std::size_t above = counts[step]; above < k && step > 0;) {
    above += counts[--step];
  }
  return static_cast<float>(step) / per_step;
}

}  // namespace

[[gnu::noinline]] void score_units(const float* scores, std::uint32_t n,
                                   float per_unit,
                                   std::uint8_t* units) noexcept {
  for (std::uint32_t i = 0; i < n; ++i) {
    const float exact = std::ceil(scores[i] * per_unit * kUp);
    units[i] = static_cast<std::uint8_t>(std::clamp(exact, 1.0F, 255.0F));
  }
}

void ScoredList::open(PostingSource& source, const TermInfo& info, float weight,
                      const Bm25Norm& norm) {
  norm_ = norm;
  weight_ = weight;
  small_count_ = 0;
  max_score_ = 0;
  if (!cursor_.open(source, info)) return;
  max_score_ = weight * (static_cast<float>(list().best()) / kImpactUnit) * kUp;
}

void ScoredList::add_weight(float weight) {
  const float factor = weight_ > 0 ? (weight_ + weight) / weight_ : 1;
  weight_ += weight;
  max_score_ *= factor * kUp;
  for (std::uint32_t i = 0; i < small_count_; ++i) small_scores_[i] *= factor;
}

// All at once: one by one, counting their frequencies would take most of the
// time of a query of rare words.
void ScoredList::score_small() {
  if (!small() || small_count_ > 0) return;
  small_docs_ = cursor_.decode(0, &small_count_);
  const DocumentLengths& lengths = list().source().lengths;
  std::uint32_t ranks[kBlockPostings];
  float norms[kBlockPostings];
  for (std::uint32_t i = 0; i < small_count_; ++i) {
    ranks[i] = i;
    norms[i] = norm_(lengths(small_docs_[i]));
  }
  scores(ranks, small_count_, norms, small_scores_);
  max_score_ = 0;
  for (std::uint32_t i = 0; i < small_count_; ++i) {
    max_score_ = std::max(max_score_, small_scores_[i]);
  }
}

void ScoredList::scores(const std::uint32_t* ranks, std::uint32_t n,
                        const float* norms, float* out) {
  std::uint32_t frequencies[kBlockPostings];
  cursor_.occurrences().frequencies(ranks, n, frequencies);
  const float weight = weight_;
  for (std::uint32_t i = 0; i < n; ++i) {
    out[i] = weight * bm25_saturation(frequencies[i], norms[i]);
  }
}

float ScoredList::floor_of(std::size_t k, float least) const {
  if (!small()) {
    const float seed = static_cast<float>(list().seed(k)) / kImpactUnit;
    return std::max(least, weight_ * seed * kDown);
  }
  if (k == 0 || k > small_count_) return least;
  return std::max(least, reached_by(k, small_scores_, small_count_) * kDown);
}

void ScoredList::set_unit(float unit) {
  per_unit_ = 1.0F / unit;
  units_[0] = 0;
  if (small()) {
    score_units(small_scores_, small_count_, per_unit_, small_units_);
    score_units(&max_score_, 1, per_unit_, units_ + kImpactLevels - 1);
    return;
  }
  float scores[kImpactLevels];
  for (int c = 0; c < kImpactLevels; ++c) {
    const float bound = static_cast<float>(list().bound(c)) / kImpactUnit;
    scores[c] = weight_ * bound;
  }
  score_units(scores + 1, kImpactLevels - 1, per_unit_, units_ + 1);
}

int ScoredList::least_code(float bar) const {
  int code = 1;
  for (; code < kImpactLevels; ++code) {
    const float bound = static_cast<float>(list().bound(code)) / kImpactUnit;
    if (weight_ * bound * kUp >= bar) break;
  }
  return code;
}

}  // namespace kwic
