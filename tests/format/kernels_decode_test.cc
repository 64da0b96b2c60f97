// SPDX-License-Identifier: Apache-2.0
// Kernels at every level decode blocks of documents and look into them as a
// slow form does, whatever the bytes are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "format/bits.h"
#include "format/kernels.h"
#include "format/posting_format.h"
#include "tests/support/guarded_bytes.h"
#include "tests/support/simd_level.h"

namespace kwic {
namespace {

using testing::GuardedBytes;
using testing::SimdLevelScope;

constexpr std::uint32_t kMayLoad = 64;
constexpr unsigned kWidths = 32;  // of low halves: 0 .. 31

struct EfBytes {
  GuardedBytes low;
  GuardedBytes high;
  std::uint32_t high_bytes;
  std::uint32_t n;
  unsigned low_width;

  // The values there are, with a bit at a time.
  std::vector<std::uint64_t> values() const {
    std::vector<std::uint64_t> out;
    for (std::uint32_t at = 0; at < high_bytes * 8 && out.size() < n; ++at) {
      if ((high.data()[at / 8] >> (at % 8) & 1) == 0) continue;
      const std::size_t i = out.size();
      out.push_back(((at - i) << low_width) |
                    read_bits(low.data(), i * low_width, low_width));
    }
    return out;
  }
};

class DecodeTest : public ::testing::Test {
 protected:
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(random_() % bound);
  }

  std::string random_bytes(std::size_t n) {
    std::string bytes(n, '\0');
    for (char& b : bytes) b = static_cast<char>(random_());
    return bytes;
  }

  // One in 2^sparse of the high bits is a one, which may be too few of them.
  EfBytes block(std::uint32_t n, unsigned width, std::uint32_t high_bytes,
                unsigned sparse, std::string low) {
    low.resize(bytes_for_bits(std::uint64_t{n} * width) + kMayLoad, '\x55');
    // What is behind the high bytes may be loaded, and must not be taken.
    std::string high(high_bytes + kMayLoad, '\xff');
    for (unsigned k = 0; k < sparse; ++k) {
      for (std::uint32_t i = 0; i < high_bytes; ++i) {
        high[i] = static_cast<char>(high[i] & static_cast<char>(random_()));
      }
    }
    return {GuardedBytes(low), GuardedBytes(high), high_bytes, n, width};
  }

  EfBytes random_block(std::uint32_t n, unsigned width,
                       std::uint32_t high_bytes, unsigned sparse) {
    return block(n, width, high_bytes, sparse, random_bytes(1024));
  }

  // Low halves ascend, so that values with the same high half do.
  EfBytes ascending_block(std::uint32_t n, unsigned width) {
    BitWriter lows;
    for (std::uint32_t i = 0; i < n && width > 0; ++i) {
      lows.put(((std::uint64_t{1} << width) - 1) * i / n, width);
    }
    lows.align();
    return block(n, width, 1 + below(100), 1 + below(3),
                 std::string(lows.bytes().begin(), lows.bytes().end()));
  }

  static void check_decode(const EfBytes& block, std::uint32_t base,
                           std::uint32_t limit) {
    std::vector<std::uint32_t> expected;
    for (const std::uint64_t value : block.values()) {
      expected.push_back(static_cast<std::uint32_t>(
          std::min<std::uint64_t>(base + value, limit)));
    }
    expected.resize(block.n, limit);
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      GuardedBytes out(std::string(4 * (block.n + kDecodeSlack), '\0'));
      auto* const docs = reinterpret_cast<std::uint32_t*>(out.data());
      kernels().decode_elias_fano(block.low.data(), block.high.data(),
                                  block.high_bytes, block.n, block.low_width,
                                  base, limit, docs);
      ASSERT_TRUE(std::equal(expected.begin(), expected.end(), docs))
          << name << ", n " << block.n << ", width " << block.low_width;
    }
  }

  static void check_search(const EfBytes& block, std::uint32_t target) {
    const std::vector<std::uint64_t> values = block.values();
    std::uint32_t index = 0;
    while (index < values.size() && values[index] < target) ++index;
    const bool there = index < values.size();
    const std::uint64_t expected =
        there ? std::min<std::uint64_t>(values[index], 0xffff'fffe)
              : ~std::uint32_t{0};
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      std::uint32_t at = 0;
      EXPECT_EQ(kernels().search_elias_fano(block.low.data(), block.high.data(),
                                            block.high_bytes, block.n,
                                            block.low_width, target, &at),
                expected)
          << name << ", n " << block.n << ", width " << block.low_width;
      EXPECT_EQ(at, there ? index : block.n) << name;
    }
  }

  std::mt19937_64 random_{20261123};
};

TEST_F(DecodeTest, EveryWidth) {
  for (unsigned width = 0; width < kWidths; ++width) {
    for (unsigned sparse = 0; sparse < 5; ++sparse) {
      const std::uint32_t n = 1 + below(kBlockPostings);
      const EfBytes block = random_block(n, width, below(200), sparse);
      check_decode(block, 0, 0x7fff'ffff);
      const std::uint32_t base = below(1U << 30);
      check_decode(block, base, base + below(1U << 30));
    }
  }
}

TEST_F(DecodeTest, EveryNumberOfValues) {
  for (std::uint32_t n = 0; n <= kBlockPostings; ++n) {
    check_decode(random_block(n, 4, n / 4, 1), 7, 1U << 20);
    check_decode(random_block(n, 9, n / 8 + 1, 0), 7, 1U << 20);
  }
}

TEST_F(DecodeTest, Search) {
  for (int round = 0; round < 500; ++round) {
    const unsigned width = below(12);
    const EfBytes block = ascending_block(1 + below(kBlockPostings), width);
    for (int i = 0; i < 10; ++i) check_search(block, below(1U << (10 + width)));
    const std::vector<std::uint64_t> values = block.values();
    if (values.empty()) continue;
    const auto some = static_cast<std::uint32_t>(
        values[below(static_cast<std::uint32_t>(values.size()))]);
    check_search(block, some);
    check_search(block, some + 1);
  }
}

}  // namespace
}  // namespace kwic
