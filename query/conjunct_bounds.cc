// SPDX-License-Identifier: Apache-2.0
#include "query/conjunct_bounds.h"

#include <algorithm>

namespace kwic {

void ConjunctBounds::clear() {
  parts_.clear();
  lanes_.clear();
  optional_ = lead_weight_ = rest_ = 0;
}

void ConjunctBounds::add(const Candidates& candidates, float weight,
                         const std::vector<std::uint32_t>& lanes) {
  const auto begin = static_cast<std::uint32_t>(lanes_.size());
  lanes_.insert(lanes_.end(), lanes.begin(), lanes.end());
  parts_.push_back({weight, begin, static_cast<std::uint32_t>(lanes_.size())});
  bool leads = false;
  std::uint16_t best = 0xffff;
  for (const std::uint32_t lane : lanes) {
    leads |= lane == 0;
    best = std::min(best, candidates.lane(lane).list().best());
  }
  if (leads) {
    lead_weight_ += weight;
  } else {
    rest_ += weight * (static_cast<float>(best) / kImpactUnit);
  }
}

float ConjunctBounds::with_leader(std::uint16_t bound) const noexcept {
  return lead_weight_ * (static_cast<float>(bound) / kImpactUnit) + rest_;
}

float ConjunctBounds::of_window(const Candidates& candidates,
                                std::uint32_t window) const noexcept {
  float bound = optional_;
  for (const Part& part : parts_) {
    std::uint16_t least = 0xffff;
    for (std::uint32_t i = part.begin; i < part.end; ++i) {
      const PostingList& list = candidates.lane(lanes_[i]).list();
      least = std::min(least, list.bound(list.window_best(window)));
    }
    bound += part.weight * (static_cast<float>(least) / kImpactUnit);
  }
  return bound;
}

float* ConjunctBounds::of_all(const Candidates& candidates) {
  const std::uint32_t n = candidates.size();
  sums_.resize(n);  // and fill: half the code of assign()
  std::fill(sums_.begin(), sums_.end(), optional_);
  least_.resize(n);
  lane_bounds_.resize(n);
  for (const Part& part : parts_) {
    bound_lane(candidates, lanes_[part.begin], least_.data());
    for (std::uint32_t l = part.begin + 1; l < part.end; ++l) {
      bound_lane(candidates, lanes_[l], lane_bounds_.data());
      for (std::uint32_t i = 0; i < n; ++i) {
        least_[i] = std::min(least_[i], lane_bounds_[i]);
      }
    }
    for (std::uint32_t i = 0; i < n; ++i) sums_[i] += part.weight * least_[i];
  }
  return sums_.data();
}

void ConjunctBounds::bound_lane(const Candidates& candidates,
                                std::uint32_t lane, float* out) {
  const Candidates::Lane& known = candidates.lane(lane);
  const PostingList& list = known.list();
  const std::uint32_t n = candidates.size();
  const auto bound_of = [&list](std::uint8_t code) {
    return static_cast<float>(list.bound(code)) / kImpactUnit;
  };
  if (list.dense() && !(known.bounds_by_codes && known.ranked)) {
    for (std::uint32_t i = 0; i < n; ++i) {
      out[i] = bound_of(list.window_best(candidates[i] / kWindowDocs));
    }
  } else if (list.coded()) {
    float bounds[kImpactLevels];
    for (std::uint8_t c = 0; c < kImpactLevels; ++c) bounds[c] = bound_of(c);
    list.map_codes(known.ranks.data(), n, bounds, out);
  } else {
    std::fill_n(out, n, static_cast<float>(list.best()) / kImpactUnit);
  }
}

void ConjunctBounds::set_sums(const Candidates& candidates,
                              WindowSums& sums) const {
  sums.clear();
  for (const Part& part : parts_) {
    // Lanes are in order of length, and of a phrase the rarest word bounds it
    // best.
    const std::uint32_t lane = *std::min_element(lanes_.begin() + part.begin,
                                                 lanes_.begin() + part.end);
    sums.add(candidates.lane(lane).list(), part.weight);
  }
}

}  // namespace kwic
