// SPDX-License-Identifier: Apache-2.0
// Impact codes: four bits that bound a posting's BM25 saturation from above.
//
// DESCRIPTION. Computing BM25 needs the length of the document, a load that
// misses the cache for every posting. Most postings of a list cannot reach the
// top k, and four bits are enough to know it: each posting has a code 1..15,
// each list a table of the largest saturation behind each code. A search adds
// bounds, and looks at lengths and frequencies only of the few documents whose
// sum of bounds reaches the current threshold, so that the answer stays exact.
//
// IMPLEMENTATION. Saturations fall off steeply, and top-k search only cares
// about the best: levels 1..10 cut the lower 15/16 of the list linearly, 11..15
// the rest by rank (1/64, 1/256, 1/1024, the best 64, the best). Only when a
// list is longer than a block it has codes: a shorter one is scored at once.
//
// Sources: V. N. Anh and A. Moffat, "Pruned query evaluation using pre-computed
// impacts", SIGIR 2006, for impacts; S. Ding and T. Suel, "Faster top-k
// document retrieval using block-max indexes", SIGIR 2011, for bounds per
// block.
#ifndef KWIC_FORMAT_IMPACT_LEVELS_H_
#define KWIC_FORMAT_IMPACT_LEVELS_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "format/posting_format.h"

namespace kwic {

// A saturation as a 16-bit fraction, rounded up. (Vector instructions of every
// machine can do this, which is not so of std::ceil.)
// REQUIRES: 0 <= saturation <= 1.
inline std::uint16_t quantise_saturation(float saturation) noexcept {
  const float scaled = saturation * kImpactUnit;
  const auto whole = static_cast<std::int32_t>(scaled);
  const bool more = static_cast<float>(whole) < scaled;
  return static_cast<std::uint16_t>(whole + (more ? 1 : 0));
}

struct ImpactLevels {
  std::uint16_t bound[kImpactLevels] = {};  // bound[0] = 0; ascending
  std::uint16_t seed[3] = {};  // below the saturation of rank 10, 100, 1000

  // `sorted`: the quantised saturations of a list, ascending, not empty.
  static ImpactLevels of(const std::vector<std::uint16_t>& sorted) {
    return of(sorted.size(), [&](std::size_t i) { return sorted[i]; });
  }
  // `sorted(i)`: number i of the n.
  template <typename Sorted>
  static ImpactLevels of(std::size_t n, const Sorted& sorted) {
    ImpactLevels levels;
    const auto from_top = [&](std::size_t rank) {
      return sorted(n - 1 - std::min(rank, n - 1));
    };
    const std::uint32_t low = sorted(0);
    const std::uint32_t middle = from_top(n / 16);
    for (std::uint32_t c = 1; c <= 10; ++c) {
      levels.bound[c] =
          static_cast<std::uint16_t>(low + (middle - low) * c / 10);
    }
    levels.bound[11] = from_top(n / 64);
    levels.bound[12] = from_top(n / 256);
    levels.bound[13] = from_top(n / 1024);
    levels.bound[14] = from_top(std::min<std::size_t>(n / 4096, 64));
    levels.bound[15] = sorted(n - 1);
    for (int c = 1; c < kImpactLevels; ++c) {
      levels.bound[c] = std::max(levels.bound[c], levels.bound[c - 1]);
    }
    for (int s = 0; s < 3; ++s) {
      if (n < kSeedRanks[s]) continue;
      const std::uint16_t at = from_top(kSeedRanks[s] - 1);
      levels.seed[s] =
          at == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(at - 1);
    }
    return levels;
  }

  // The codes of many. REQUIRES: as many as `quantised`.
  void codes(std::span<const std::uint16_t> quantised,
             std::uint8_t* out) const noexcept {
    for (std::size_t i = 0; i < quantised.size(); ++i) {
      out[i] = code(quantised[i]);
    }
  }

  // The smallest code whose bound is not below `quantised`.
  std::uint8_t code(std::uint16_t quantised) const noexcept {
    // In 16 bits, so that codes() is turned into vector instructions.
    std::uint16_t c = 1;
    for (int i = 1; i < kImpactLevels - 1; ++i) {
      c = static_cast<std::uint16_t>(c + (bound[i] < quantised ? 1 : 0));
    }
    return static_cast<std::uint8_t>(c);
  }
};

}  // namespace kwic

#endif  // KWIC_FORMAT_IMPACT_LEVELS_H_
