// SPDX-License-Identifier: Apache-2.0
// The kernel for predecessor codes, at every level, finds what a slow form does
// and reads no further than it may.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "format/kernels.h"
#include "tests/support/guarded_bytes.h"
#include "tests/support/simd_level.h"

namespace kwic {
namespace {

using testing::GuardedBytes;
using testing::SimdLevelScope;

constexpr std::size_t kMayLoad = 8;  // behind the mask, and behind the codes
constexpr std::uint8_t kUnsure = 15;

class MatchPredecessorsTest : public ::testing::Test {
 protected:
  // Codes of which one in `unsure` is 15; others are below 8, so that many are
  // the same.
  std::vector<std::uint8_t> random_codes(std::size_t n, unsigned unsure) {
    std::vector<std::uint8_t> codes(n);
    for (std::uint8_t& code : codes) {
      code = static_cast<std::uint8_t>(random_() % 8);
      if (random_() % unsure == 0) code = kUnsure;
    }
    return codes;
  }

  // `codes` may be fewer than the mask has ones: a damaged file. What is behind
  // them is 15 all over.
  static void check(const std::vector<bool>& mask,
                    const std::vector<std::uint8_t>& codes, std::uint8_t code) {
    const std::size_t n = mask.size();
    GuardedBytes bits(std::string((n + 7) / 8 + kMayLoad, '\xff'));
    GuardedBytes nibbles(
        std::string((codes.size() + 1) / 2 + kMayLoad, '\xff'));
    std::vector<bool> expected(n);
    bool several_expected = false;
    std::size_t at = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!mask[i]) bits[i / 8] &= static_cast<std::uint8_t>(~(1U << (i % 8)));
      if (!mask[i] || at == codes.size()) continue;
      const std::uint8_t here = codes[at];
      const unsigned other = at % 2 == 0 ? 0xf0 : 0x0f;
      nibbles[at / 2] &=
          static_cast<std::uint8_t>(other | unsigned{here} << (4 * (at % 2)));
      expected[i] = here == code || here == kUnsure;
      several_expected |= here == kUnsure;
      ++at;
    }
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      std::vector<std::uint64_t> out((n + 63) / 64, ~std::uint64_t{0});
      const bool several = kernels().match_predecessors(
          bits.data(), n, nibbles.data(), codes.size(), code, out.data());
      EXPECT_EQ(several, several_expected) << name;
      for (std::size_t i = 0; i < n; ++i) {
        ASSERT_EQ((out[i / 64] >> (i % 64) & 1) != 0, expected[i])
            << name << " " << i << " of " << n;
      }
    }
  }

  std::mt19937 random_{20261123};
};

TEST_F(MatchPredecessorsTest, AnyMask) {
  for (unsigned round = 0; round < 400; ++round) {
    const std::size_t n = 1 + random_() % (round % 4 == 0 ? 70 : 3000);
    const std::size_t share = 1 + random_() % 20;
    std::vector<bool> mask(n);
    for (std::size_t i = 0; i < n; ++i) mask[i] = random_() % share == 0;
    auto ones =
        static_cast<std::size_t>(std::count(mask.begin(), mask.end(), true));
    if (round % 7 == 0) ones /= 2;
    const unsigned unsure = round % 3 == 0 ? 1'000'000 : 30;
    check(mask, random_codes(ones, unsure),
          static_cast<std::uint8_t>(1 + random_() % 14));
  }
}

// 64 codes and no fewer for a word, from an even or an odd place on, and the
// last codes at any distance from the end.
TEST_F(MatchPredecessorsTest, FullWords) {
  for (std::size_t first = 0; first < 70; ++first) {
    for (std::size_t rest = 0; rest < 70; ++rest) {
      std::vector<bool> mask(192 + rest, true);
      std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(first),
                  64 - std::min<std::size_t>(first, 64), false);
      const auto ones =
          static_cast<std::size_t>(std::count(mask.begin(), mask.end(), true));
      std::vector<std::uint8_t> codes = random_codes(ones, 1'000'000);
      check(mask, codes, 3);
      // The only one that is 15 may be anywhere.
      codes[random_() % ones] = kUnsure;
      check(mask, codes, 3);
      codes[std::min(ones - 1, first + 63)] = kUnsure;
      check(mask, codes, 3);
    }
  }
}

}  // namespace
}  // namespace kwic
