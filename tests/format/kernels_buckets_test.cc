// SPDX-License-Identifier: Apache-2.0
// Looking for documents in an Elias-Fano block that is not decoded finds what
// is there, at the levels that can, and stays inside its bounds whatever the
// bytes are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "format/elias_fano.h"
#include "format/kernels.h"
#include "tests/support/guarded_bytes.h"
#include "tests/support/simd_level.h"

namespace kwic {
namespace {

using testing::SimdLevelScope;

constexpr std::uint32_t kUnwritten = 0xdead'beef;
constexpr std::uint32_t kFirstValue = 1000;
constexpr std::uint32_t kFirstRank = 77;

// An encoded block; what kernels may load behind it is random.
struct EncodedBlock {
  EncodedBlock(const std::vector<std::uint32_t>& values, std::uint32_t first,
               std::uint64_t range, std::mt19937& random)
      : base(first), shape(ef_shape(values.size(), range)) {
    n = static_cast<std::uint32_t>(values.size());
    BitWriter writer;
    ef_encode(values, base, range, writer);
    bytes.assign(writer.bytes().begin(), writer.bytes().end());
    for (int i = 0; i < 64; ++i) {
      bytes.push_back(static_cast<std::uint8_t>(random()));
    }
  }

  std::uint32_t n;
  std::uint32_t base;
  EfShape shape;
  std::vector<std::uint8_t> bytes;
};

class BucketsTest : public ::testing::Test {
 protected:
  using Found = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

  std::uint32_t below(std::uint64_t end) {
    return static_cast<std::uint32_t>(random_() % end);
  }

  std::vector<std::uint32_t> distinct(std::size_t n, std::uint32_t first,
                                      std::uint64_t range) {
    std::set<std::uint32_t> values;
    while (values.size() < n) values.insert(first + below(range));
    return {values.begin(), values.end()};
  }

  // What the kernels in force find: places and ranks.
  static Found found_in(const EncodedBlock& block,
                        const std::vector<std::uint32_t>& sought) {
    const Kernels& kernel = kernels();
    EliasFanoIndex index;
    std::memset(&index, 0, sizeof index);  // what was there before may match
    const testing::GuardedBytes guarded(as_text(block.bytes));
    const std::uint8_t* const low = guarded.data();
    kernel.index_elias_fano(low, low + block.shape.low_bytes,
                            block.shape.high_bytes, block.n,
                            block.shape.low_width, index);
    std::vector<std::uint32_t> which(sought.size() + 1, kUnwritten);
    std::vector<std::uint32_t> ranks(sought.size() + 1, kUnwritten);
    const std::uint32_t n = kernel.find_in_elias_fano(
        index, block.base, sought.data(),
        static_cast<std::uint32_t>(sought.size()), kFirstValue, kFirstRank,
        which.data(), ranks.data());
    EXPECT_LE(n, sought.size());
    EXPECT_EQ(which[n], kUnwritten);
    EXPECT_EQ(ranks[n], kUnwritten);
    Found found;
    for (std::uint32_t i = 0; i < std::min<std::size_t>(n, sought.size()); ++i)
      found.emplace_back(which[i] - kFirstValue, ranks[i] - kFirstRank);
    return found;
  }

  template <typename Check>
  static void at_levels_that_can(const Check& check) {
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope || kernels().index_elias_fano == nullptr) continue;
      SCOPED_TRACE(name);
      check();
    }
  }

  static void check(const EncodedBlock& block,
                    const std::vector<std::uint32_t>& values,
                    const std::vector<std::uint32_t>& sought) {
    Found expected;
    for (std::uint32_t i = 0; i < sought.size(); ++i) {
      const auto at = std::lower_bound(values.begin(), values.end(), sought[i]);
      if (at == values.end() || *at != sought[i]) continue;
      expected.emplace_back(i, static_cast<std::uint32_t>(at - values.begin()));
    }
    at_levels_that_can([&] { EXPECT_EQ(found_in(block, sought), expected); });
  }

  std::mt19937 random_{20261124};
};

TEST_F(BucketsTest, FindsWhatIsThere) {
  for (int round = 0; round < 1500; ++round) {
    const std::uint32_t n = 1 + below(255);
    const std::uint64_t range = (std::uint64_t{4 * n} + 1)
                                << below(18) << below(2);
    const std::uint32_t base = below(1U << 28);
    // Near each other, so that there are empty buckets and full ones, or not.
    const std::uint64_t used =
        below(3) == 0 ? std::max<std::uint64_t>(n, range / 8) : range;
    const std::vector<std::uint32_t> values = distinct(n, base, used);
    const EncodedBlock block(values, base, range, random_);
    ASSERT_FALSE(block.shape.bitset);
    std::set<std::uint32_t> sought;
    const std::uint32_t others = below(std::min<std::uint64_t>(range / 2, 300));
    while (sought.size() < others) sought.insert(base + below(range));
    for (const std::uint32_t value : values) {
      if (below(4) == 0) sought.insert(value);
    }
    check(block, values, {sought.begin(), sought.end()});
  }
}

// All of a block in few buckets: more of them in one than are looked at before
// the search asks whether there are more.
TEST_F(BucketsTest, FullBuckets) {
  std::vector<std::uint32_t> values;
  for (std::uint32_t i = 0; i < 255; ++i) values.push_back(500 + i);
  for (const std::uint32_t range : {2000U, 10'000U, 1'000'000U}) {
    const EncodedBlock block(values, 400, range, random_);
    std::vector<std::uint32_t> sought;
    for (std::uint32_t v = 400; v < 1000; ++v) sought.push_back(v);
    check(block, values, sought);
  }
}

// Values that lie outside of the block's range are not taken for others.
TEST_F(BucketsTest, NothingBeyondTheRange) {
  const std::vector<std::uint32_t> values = distinct(200, 5000, 20'000);
  const EncodedBlock block(values, 5000, 20'000, random_);
  std::vector<std::uint32_t> sought;
  for (const std::uint32_t value : values) {
    for (int bit = 13; bit < 32; ++bit) {
      const std::uint32_t other = value + (1U << bit);
      if (other - 5000 >= 20'000) sought.push_back(other);
    }
  }
  check(block, values, sought);
}

TEST_F(BucketsTest, AnyBytesAreSafe) {
  for (int round = 0; round < 4000; ++round) {
    const std::uint32_t n = 1 + below(255);
    const std::uint64_t range = (std::uint64_t{4 * n} + 1 + below(4 * n))
                                << below(23);
    EncodedBlock block(distinct(n, 9, range), 9, range, random_);
    const int kind = static_cast<int>(below(3));
    for (std::uint8_t& byte : block.bytes) {
      byte = kind == 2 ? static_cast<std::uint8_t>(random_() | random_())
                       : static_cast<std::uint8_t>(kind * 255);
    }
    std::vector<std::uint32_t> sought =
        distinct(std::min<std::size_t>(100, range / 2), 9, range);
    if (round % 3 == 0) {  // the lowest bits are those of what is not there
      for (std::uint32_t& value : sought) value = 9 + ((value - 9) >> 8 << 8);
    }
    if (round % 2 == 0) std::shuffle(sought.begin(), sought.end(), random_);
    at_levels_that_can([&] {
      std::set<std::uint32_t> places;
      for (const auto& [place, rank] : found_in(block, sought)) {
        EXPECT_LT(place, sought.size());
        EXPECT_LT(rank, n);
        EXPECT_TRUE(places.insert(place).second);
      }
    });
  }
}

}  // namespace
}  // namespace kwic
