// SPDX-License-Identifier: Apache-2.0
// The kernels for predecessor codes, at every level, find what a slow form does
// and read no further than they may.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
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

// ------------------------------------------------------------ count_between

class CountBetweenTest : public ::testing::Test {
 protected:
  // Puts values where nothing behind the last may be read.
  template <typename T>
  static GuardedBytes guarded(const std::vector<T>& values) {
    return GuardedBytes(
        std::string(reinterpret_cast<const char*>(values.data()),
                    values.size() * sizeof(T)));
  }

  std::vector<std::uint64_t> random_bits(std::uint32_t end) {
    std::vector<std::uint64_t> bits(end / 64 + 1);
    for (std::uint64_t& word : bits) word = random_();
    if (end / 64 < Kernels::kFewWords) bits.resize(Kernels::kFewWords);
    return bits;
  }

  // The ones before bit min(border, end).
  static std::uint32_t rank(const std::vector<std::uint64_t>& bits,
                            std::uint32_t border, std::uint32_t end) {
    std::uint32_t ones = 0;
    for (std::uint32_t i = 0; i < std::min(border, end); ++i) {
      ones += (bits[i / 64] >> (i % 64) & 1) != 0 ? 1 : 0;
    }
    return ones;
  }

  static void check(const std::vector<std::uint64_t>& bits,
                    std::vector<std::uint32_t> borders, std::uint32_t end) {
    const auto n = static_cast<std::uint32_t>(borders.size() - 1);
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < n; ++i) {
      expected.push_back(rank(bits, borders[i + 1], end) -
                         rank(bits, borders[i], end));
    }
    borders.resize(borders.size() + kDecodeSlack, 0xffff'ffff);
    std::vector<std::uint32_t> before(1);
    for (const std::uint64_t word : bits) {
      before.push_back(before.back() +
                       static_cast<std::uint32_t>(std::popcount(word)));
    }
    before.pop_back();
    const GuardedBytes all_bits = guarded(bits);
    const GuardedBytes all_before = guarded(before);
    const GuardedBytes all_borders = guarded(borders);
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      GuardedBytes counts = guarded(std::vector<std::uint32_t>(n));
      const std::uint32_t some = kernels().count_between(
          reinterpret_cast<const std::uint64_t*>(all_bits.data()),
          reinterpret_cast<const std::uint32_t*>(all_before.data()),
          reinterpret_cast<const std::uint32_t*>(all_borders.data()), n, end,
          reinterpret_cast<std::uint32_t*>(counts.data()));
      std::vector<std::uint32_t> found(n);
      std::memcpy(found.data(), counts.data(), counts.size());
      ASSERT_EQ(found, expected) << name << " " << n << " up to " << end;
      ASSERT_EQ(n - some, std::count(found.begin(), found.end(), 0)) << name;
    }
  }

  std::mt19937_64 random_{20261123};
};

// As many words as fit registers, and more; borders next to each other and far.
TEST_F(CountBetweenTest, AscendingBorders) {
  for (const std::uint32_t end :
       {1U, 63U, 64U, 65U, 1000U, 1024U, 2047U, 2048U, 2049U, 9000U}) {
    for (const std::uint32_t n : {1U, 15U, 16U, 17U, 200U, 255U, 256U}) {
      std::vector<std::uint32_t> borders(n + 1);
      for (std::uint32_t& border : borders) {
        border = static_cast<std::uint32_t>(random_() % (end + 1));
      }
      std::sort(borders.begin(), borders.end());
      borders.back() = end;
      check(random_bits(end), borders, end);
    }
  }
}

// In a damaged file: nothing behind the end is read.
TEST_F(CountBetweenTest, AnyBorders) {
  for (unsigned round = 0; round < 200; ++round) {
    const auto end = static_cast<std::uint32_t>(random_() % 5000);
    std::vector<std::uint32_t> borders(1 + random_() % 256 + 1);
    for (std::uint32_t& border : borders) {
      border = static_cast<std::uint32_t>(random_()) >> random_() % 32;
    }
    check(random_bits(end), borders, end);
  }
}

}  // namespace
}  // namespace kwic
