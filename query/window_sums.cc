// SPDX-License-Identifier: Apache-2.0
#include "query/window_sums.h"

#include "query/scored_list.h"

namespace kwic {
namespace {

constexpr float kScoreUnits = 160;
// One less than the score's: the sum of a document that just reaches it may
// fall short by the errors of floats.
constexpr std::uint8_t kThreshold = 159;

}  // namespace

void WindowSums::set_units(float score) {
  score_ = score;
  const float per_unit = kScoreUnits / score;
  for (Part& part : parts_) {
    part.units[0] = 0;
    float scores[kImpactLevels];
    for (int c = 0; c < kImpactLevels; ++c) {
      const float bound = static_cast<float>(part.list->bound(c)) / kImpactUnit;
      scores[c] = part.weight * bound;
    }
    score_units(scores + 1, kImpactLevels - 1, per_unit, part.units + 1);
  }
}

std::span<const std::uint16_t> WindowSums::reaching(std::uint32_t window,
                                                    float score) {
  if (parts_.empty()) return {};
  if (score != score_) set_units(score);
  const Kernels& kernel = *parts_[0].list->source().kernel;
  for (const Part& part : parts_) {
    part.list->add_units(window, part.units, &part == parts_.data(), sums_);
  }
  return {found_, kernel.collect(sums_, kThreshold, found_)};
}

}  // namespace kwic
