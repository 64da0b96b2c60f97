// SPDX-License-Identifier: Apache-2.0
#include "query/window_sums.h"

#include <algorithm>
#include <cmath>

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
    for (int c = 1; c < kImpactLevels; ++c) {
      const float bound = static_cast<float>(part.list->bound(c)) / kImpactUnit;
      part.units[c] = static_cast<std::uint8_t>(
          std::clamp(std::ceil(part.weight * bound * per_unit), 1.0F, 255.0F));
    }
  }
}

std::span<const std::uint16_t> WindowSums::reaching(std::uint32_t window,
                                                    float score) {
  if (parts_.empty()) return {};
  if (score != score_) set_units(score);
  const Kernels& kernel = *parts_[0].list->source().kernel;
  for (const Part& part : parts_) {
    const std::uint32_t rank = part.list->window_rank(window);
    const std::uint8_t* codes =
        part.list->codes_from(rank, kWindowDocs + 2, codes_);
    kernel.expand_add(part.list->window_bits(window), codes, rank & 1,
                      part.units, &part == parts_.data(), sums_);
  }
  return {found_, kernel.collect(sums_, kThreshold, found_)};
}

}  // namespace kwic
