// SPDX-License-Identifier: Apache-2.0
// Kernels at every level do what format/kernels.h says and read no further:
// what they may load ends where a page ends that must not be touched.
#include "format/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <random>
#include <string>
#include <vector>

#include "format/bits.h"
#include "format/posting_format.h"
#include "tests/support/guarded_bytes.h"
#include "tests/support/simd_level.h"

namespace kwic {
namespace {

using testing::GuardedBytes;
using testing::SimdLevelScope;

constexpr std::uint32_t kMayLoad = 64;  // behind what a kernel reads of codes
using Lut = std::array<std::uint8_t, kImpactLevels>;

std::uint8_t code_at(const GuardedBytes& codes, std::size_t i) {
  return codes.data()[i / 2] >> (4 * (i % 2)) & 15;
}

class KernelsTest : public ::testing::Test {
 protected:
  std::string random_bytes(std::size_t n) {
    std::string bytes(n, '\0');
    for (char& b : bytes) b = static_cast<char>(random_());
    return bytes;
  }

  Lut random_lut() {
    Lut lut;
    for (std::uint8_t& v : lut) v = static_cast<std::uint8_t>(random_());
    return lut;
  }

  std::mt19937 random_{20261123};
};

// ------------------------------------------------------------- code_mask

class CodeMaskTest : public KernelsTest {
 protected:
  void check(std::uint32_t n, const Lut& lut, std::uint8_t threshold) {
    const GuardedBytes codes(random_bytes((n + 1) / 2 + kMayLoad));
    std::uint64_t expected[4] = {};
    for (std::uint32_t i = 0; i < n; ++i) {
      const bool passes = lut[code_at(codes, i)] >= threshold;
      expected[i / 64] |= std::uint64_t{passes} << (i % 64);
    }
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      std::uint64_t mask[4] = {7, 7, 7, 7};  // no word is left as it was
      kernels().code_mask(codes.data(), n, lut.data(), threshold, mask);
      EXPECT_TRUE(std::equal(mask, mask + 4, expected))
          << name << ", n " << n << ", threshold " << int{threshold};
    }
  }
};

TEST_F(CodeMaskTest, EveryNumberOfCodes) {
  for (std::uint32_t n = 0; n <= kBlockPostings; ++n) {
    check(n, random_lut(), static_cast<std::uint8_t>(random_()));
  }
}

// Values on both sides of the sign of a byte, and all or no codes passing.
TEST_F(CodeMaskTest, EveryThreshold) {
  for (unsigned threshold = 0; threshold < 256; ++threshold) {
    const auto bar = static_cast<std::uint8_t>(threshold);
    const auto below = static_cast<std::uint8_t>(threshold - 1);
    Lut lut = random_lut();
    check(kBlockPostings, lut, bar);
    lut[3] = bar;
    lut[9] = below;
    check(kBlockPostings - 3, lut, bar);
    lut.fill(bar);
    check(kBlockPostings, lut, bar);
    lut.fill(below);
    check(kBlockPostings - 31, lut, bar);
  }
}

// ------------------------------------------------------------- map_codes

TEST_F(KernelsTest, MapCodes) {
  for (std::uint32_t n = 0; n <= kBlockPostings; ++n) {
    const GuardedBytes codes(random_bytes((n + 1) / 2 + kMayLoad));
    const Lut lut = random_lut();
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      GuardedBytes out(std::string(n + kDecodeSlack, '\0'));
      kernels().map_codes(codes.data(), n, lut.data(), out.data());
      for (std::uint32_t i = 0; i < n; ++i) {
        ASSERT_EQ(out.data()[i], lut[code_at(codes, i)]) << name << " " << i;
      }
    }
  }
}

// ------------------------------------------------------------ expand_add

class ExpandAddTest : public KernelsTest {
 protected:
  using Sums = std::vector<std::uint8_t>;

  static Sums expected_sums(const std::string& bits, const GuardedBytes& codes,
                            std::uint32_t first, const Lut& lut, Sums sums) {
    std::uint32_t at = first;
    for (std::uint32_t doc = 0; doc < kWindowDocs; ++doc) {
      const auto byte = static_cast<std::uint8_t>(bits[doc / 8]);
      if ((byte >> (doc % 8) & 1) == 0) continue;
      const int sum = sums[doc] + lut[code_at(codes, at++)];
      sums[doc] = static_cast<std::uint8_t>(std::min(255, sum));
    }
    return sums;
  }

  // Both starts, storing and adding, with `lut` and the window given.
  void check(const std::string& bits, const Lut& lut) {
    const GuardedBytes window(bits);
    std::uint32_t ones = 0;
    for (const char byte : bits) {
      ones += static_cast<std::uint32_t>(
          std::popcount(static_cast<std::uint8_t>(byte)));
    }
    for (const std::uint32_t first : {0U, 1U}) {
      // No more than the codes that there are bits for.
      const GuardedBytes codes(random_bytes((first + ones + 1) / 2 + kMayLoad));
      const std::string before = random_bytes(kWindowDocs);
      const Sums zero(kWindowDocs);
      const Sums stored = expected_sums(bits, codes, first, lut, zero);
      const Sums added = expected_sums(bits, codes, first, lut,
                                       Sums(before.begin(), before.end()));
      for (const auto& [level, name] : testing::kSimdLevels) {
        const SimdLevelScope scope(level);
        if (!scope) continue;
        SCOPED_TRACE(std::string(name) + ", " + std::to_string(ones) +
                     " ones, from nibble " + std::to_string(first));
        for (const bool store : {false, true}) {
          GuardedBytes sums(before);
          kernels().expand_add(window.data(), codes.data(), first, lut.data(),
                               store, sums.data());
          const Sums& expected = store ? stored : added;
          EXPECT_TRUE(std::equal(expected.begin(), expected.end(), sums.data()))
              << "store: " << store;
        }
      }
    }
  }

  std::string random_window(std::uint32_t gap) {
    std::string bits(kWindowBytes, '\0');
    for (std::uint32_t doc = 0; doc < kWindowDocs; ++doc) {
      if (random_() % gap == 0) {
        bits[doc / 8] = static_cast<char>(bits[doc / 8] | 1 << doc % 8);
      }
    }
    return bits;
  }
};

TEST_F(ExpandAddTest, RandomWindows) {
  for (const std::uint32_t gap : {2U, 3U, 8U, 16U, 200U, 5000U}) {
    for (int round = 0; round < 20; ++round) {
      check(random_window(gap), random_lut());
    }
  }
}

TEST_F(ExpandAddTest, AllZerosAndAllOnes) {
  const Lut lut = random_lut();
  check(std::string(kWindowBytes, '\0'), lut);
  check(std::string(kWindowBytes, '\xff'), lut);
  // Whole words of either, in random order.
  for (int round = 0; round < 20; ++round) {
    std::string bits;
    while (bits.size() < kWindowBytes) {
      bits += std::string(8, random_() % 2 == 0 ? '\0' : '\xff');
    }
    check(bits, random_lut());
  }
}

// Every pair of bytes that a form may take at once.
TEST_F(ExpandAddTest, EveryByteBesideEveryOther) {
  std::string bits;
  for (int pair = 0; pair < 65536; ++pair) {
    bits += static_cast<char>(pair & 255);
    bits += static_cast<char>(pair >> 8);
    if (bits.size() < kWindowBytes) continue;
    check(bits, random_lut());
    bits.clear();
  }
}

// A code's value may be anything, also that of code 0; sums stay at 255.
TEST_F(ExpandAddTest, SumsSaturate) {
  Lut lut;
  lut.fill(255);
  check(random_window(2), lut);
  lut.fill(128);
  check(random_window(2), lut);
  lut.fill(0);
  lut[0] = 200;
  check(random_window(2), lut);
}

// ------------------------------------------------------------- positions

class PositionsTest : public KernelsTest {
 protected:
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(random_()) % bound;
  }

  // Codes behind `from` bits of others; `missing` of them are cut off.
  void check_sums(std::uint32_t n, unsigned width, std::uint32_t from,
                  std::uint32_t missing) {
    BitWriter unary;
    BitWriter lows;
    if (from > 0) unary.put(random_() & ((1U << from) - 1), from);
    std::vector<std::uint32_t> expected;
    const std::uint32_t before = static_cast<std::uint32_t>(random_());
    std::uint32_t sum = before;
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t high = below(below(8) == 0 ? 300 : 3);
      const std::uint32_t low =
          static_cast<std::uint32_t>(random_()) & ((1U << width) - 1);
      if (i < n - missing) unary.put_unary(high);
      if (width > 0) lows.put(low, width);
      sum += (high << width) + low + 1;
      expected.push_back(sum);
    }
    expected.resize(n - missing);
    const GuardedBytes high_bytes = guarded(unary);
    const GuardedBytes low_bytes = guarded(lows);
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      std::vector<std::uint32_t> out(n + kDecodeSlack);
      const std::uint32_t found = kernels().rice_sums(
          high_bytes.data(),
          static_cast<std::uint32_t>(high_bytes.size() - kMayLoad), from,
          low_bytes.data(), n, width, before, out.data());
      ASSERT_EQ(found, n - missing) << name << " width " << width;
      out.resize(found);
      ASSERT_EQ(out, expected) << name << " width " << width;
    }
  }

  static GuardedBytes guarded(BitWriter& bits) {
    bits.align();
    std::string bytes(bits.bytes().begin(), bits.bytes().end());
    bytes.resize(bytes.size() + kMayLoad);
    return GuardedBytes(bytes);
  }

  // Appends ascending positions to `sums`, behind a value that is left out.
  PositionRun add_run(std::vector<std::uint32_t>& sums, std::uint32_t count,
                      std::uint32_t most) {
    std::vector<std::uint32_t> positions;
    while (positions.size() < count) {
      positions.push_back(below(most));
      std::sort(positions.begin(), positions.end());
      positions.erase(std::unique(positions.begin(), positions.end()),
                      positions.end());
    }
    const auto less = static_cast<std::uint32_t>(random_());
    const auto at = static_cast<std::uint32_t>(sums.size());
    for (const std::uint32_t p : positions) sums.push_back(p + less);
    return {at, count, less};
  }

  static std::uint32_t slow_count(const std::vector<std::uint32_t>& a,
                                  const PositionRun& x,
                                  const std::vector<std::uint32_t>& b,
                                  const PositionRun& y, std::int32_t distance) {
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i < x.count; ++i) {
      for (std::uint32_t j = 0; j < y.count; ++j) {
        const auto p = static_cast<std::int32_t>(a[x.at + i] - x.less);
        const auto q = static_cast<std::int32_t>(b[y.at + j] - y.less);
        found += p + distance == q ? 1 : 0;
      }
    }
    return found;
  }
};

TEST_F(PositionsTest, SumsOfRiceCodes) {
  for (unsigned width = 0; width < 32; ++width) {
    for (std::uint32_t from = 0; from < 8; ++from) {
      const std::uint32_t n = 1 + below(256);
      check_sums(n, width, from, 0);
      check_sums(n, width, from, below(n));
      check_sums(256, width, from, 0);
    }
  }
}

TEST_F(PositionsTest, CountRows) {
  constexpr std::uint32_t kRuns = 50;
  for (int round = 0; round < 100; ++round) {
    const std::uint32_t most_a = 1 + below(round % 3 == 0 ? 60 : 6);
    const std::uint32_t most_b = 1 + below(round % 2 == 0 ? 60 : 6);
    // Either may be the one that stands behind.
    const std::int32_t distance = static_cast<std::int32_t>(below(9)) - 4;
    std::vector<std::uint32_t> a;
    std::vector<std::uint32_t> b;
    std::vector<PositionRun> runs_a;
    std::vector<PositionRun> runs_b;
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < kRuns; ++i) {
      runs_a.push_back(add_run(a, below(most_a + 1), 100));
      runs_b.push_back(add_run(b, below(most_b + 1), 100));
      expected.push_back(slow_count(a, runs_a[i], b, runs_b[i], distance));
    }
    a.resize(a.size() + kDecodeSlack);
    b.resize(b.size() + kDecodeSlack);
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      std::vector<std::uint32_t> out(kRuns);
      kernels().count_rows(a.data(), runs_a.data(), b.data(), runs_b.data(),
                           kRuns, distance, out.data());
      ASSERT_EQ(out, expected) << name;
    }
  }
}

// --------------------------------------- collect, count_sums, take_sums

class SumsTest : public KernelsTest {
 protected:
  // Sums that end where the page does, and outputs with no room but the slack.
  void check(const std::string& sums, std::uint8_t threshold) {
    const auto words = static_cast<std::uint32_t>(sums.size() / 64);
    std::vector<std::uint16_t> places;
    std::vector<std::uint8_t> reached;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const auto sum = static_cast<std::uint8_t>(sums[i]);
      if (sum < threshold) continue;
      places.push_back(static_cast<std::uint16_t>(i));
      reached.push_back(sum);
    }
    const std::size_t room = places.size() + kDecodeSlack;
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      SCOPED_TRACE(std::string(name) + ", " + std::to_string(words) +
                   " words, threshold " + std::to_string(threshold));
      GuardedBytes taken(sums);
      GuardedBytes at(std::string(2 * room, '\0'));
      GuardedBytes values(std::string(room, '\0'));
      auto* const offsets = reinterpret_cast<std::uint16_t*>(at.data());
      EXPECT_EQ(kernels().count_sums(taken.data(), words, threshold),
                places.size());
      ASSERT_EQ(kernels().take_sums(taken.data(), words, threshold, offsets,
                                    values.data()),
                places.size());
      EXPECT_TRUE(std::equal(places.begin(), places.end(), offsets));
      EXPECT_TRUE(std::equal(reached.begin(), reached.end(), values.data()));
      EXPECT_EQ(std::string(sums.size(), '\0'),
                std::string(taken.data(), taken.data() + taken.size()));
    }
  }
};

TEST_F(SumsTest, EveryThreshold) {
  const std::string sums = random_bytes(5 * 64);
  for (unsigned bar = 1; bar < 256; ++bar) {
    check(sums, static_cast<std::uint8_t>(bar));
  }
}

// Words with none, one, 16, 17 and 64 of them.
TEST_F(SumsTest, EveryNumberInAWord) {
  for (std::size_t n = 0; n <= 64; ++n) {
    std::string sums(3 * 64, '\x63');
    for (std::size_t i = 0; i < n; ++i) sums[64 + i] = '\x64';
    std::shuffle(sums.begin() + 64, sums.begin() + 128, random_);
    check(sums, 100);
  }
}

TEST_F(SumsTest, EveryNumberOfWords) {
  for (const std::size_t words : {0U, 1U, 3U, 4U, 64U, 1023U, 1024U}) {
    const std::string sums = random_bytes(words * 64);
    check(sums, 1);
    check(sums, 128);
    check(sums, 254);
  }
}

// Long stretches without any, and then many, or the other way round.
TEST_F(SumsTest, HardlyAny) {
  for (int round = 0; round < 60; ++round) {
    std::string sums(1024 * 64, '\0');
    for (char& sum : sums) sum = static_cast<char>(random_() % 100);
    for (std::size_t n = random_() % 40; n > 0; --n) {
      sums[random_() % sums.size()] = static_cast<char>(100 + random_() % 156);
    }
    const std::size_t many = random_() % 16 * 4096;
    for (std::size_t i = 0; i < 4096; i += 1 + random_() % 128) {
      sums[many + i] = '\x64';
    }
    check(sums, 100);
  }
}

TEST_F(KernelsTest, CollectsAWindow) {
  const std::string random = random_bytes(kWindowDocs);
  const GuardedBytes sums(random);
  for (unsigned bar = 1; bar < 256; ++bar) {
    std::vector<std::uint16_t> expected;
    for (std::uint32_t i = 0; i < kWindowDocs; ++i) {
      if (sums.data()[i] >= bar) {
        expected.push_back(static_cast<std::uint16_t>(i));
      }
    }
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      std::vector<std::uint16_t> out(kWindowDocs);
      out.resize(kernels().collect(sums.data(), static_cast<std::uint8_t>(bar),
                                   out.data()));
      EXPECT_EQ(out, expected) << name << ", threshold " << bar;
    }
  }
}

// ---------------------------------------------------- popcount, skip_ones

TEST_F(KernelsTest, Popcount) {
  for (const std::uint32_t words : {0U, 1U, 7U, 8U, 9U, 40U, 999U, 70'000U}) {
    for (const bool full : {false, true}) {
      const GuardedBytes bits(full ? std::string(8 * words, '\xff')
                                   : random_bytes(8 * words));
      std::uint64_t expected = 0;
      for (std::uint32_t i = 0; i < 8 * words; ++i) {
        expected += static_cast<std::uint64_t>(std::popcount(bits.data()[i]));
      }
      for (const auto& [level, name] : testing::kSimdLevels) {
        const SimdLevelScope scope(level);
        if (!scope) continue;
        EXPECT_EQ(kernels().popcount(bits.data(), words), expected) << name;
      }
    }
  }
}

TEST_F(KernelsTest, SkipOnesStopsBehindTheCountthOne) {
  for (int round = 0; round < 300; ++round) {
    std::string bytes = random_bytes(40);
    const std::uint64_t sparse = random_() % 3;
    for (char& b : bytes) {
      for (std::uint64_t i = 0; i < sparse; ++i)
        b &= static_cast<char>(random_());
    }
    const std::uint64_t end = 8 * (bytes.size() - 8);  // 8 bytes may be loaded
    const GuardedBytes bits(bytes);
    const std::uint64_t from = random_() % end;
    const std::uint64_t count = random_() % 80;
    std::uint64_t expected = from;
    for (std::uint64_t left = count; left > 0 && expected < end; ++expected) {
      left -= bits.data()[expected / 8] >> (expected % 8) & 1U;
    }
    std::uint64_t ones = 0;
    for (std::uint64_t i = from; i < expected; ++i) {
      ones += bits.data()[i / 8] >> (i % 8) & 1U;
    }
    if (ones < count) expected = end;
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      EXPECT_EQ(kernels().skip_ones(bits.data(), from, count, end), expected)
          << name << ", from " << from << ", count " << count;
    }
  }
}

}  // namespace
}  // namespace kwic
