// SPDX-License-Identifier: Apache-2.0
#include "format/bits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

// Whatever stands before them, many at once are as one after the other.
TEST(BitWriter, ManyAtOnce) {
  testing::Random random(testing::test_seed());
  for (int round = 0; round < 3000; ++round) {
    BitWriter one, many;
    for (int part = 0; part < 4; ++part) {
      const auto width = static_cast<unsigned>(random.below(58));
      const std::size_t n = random.below(40);
      std::vector<std::uint64_t> values, zeros;
      std::uint64_t bits = 0;
      for (std::size_t i = 0; i < n; ++i) {
        values.push_back(random.below(std::uint64_t{1} << width));
        zeros.push_back(random.below(random.chance(0.1) ? 300 : 5));
        bits += zeros.back() + 1;
        one.put(values.back(), width);
      }
      for (const std::uint64_t z : zeros) one.put_unary(z);
      many.put_all(n, width, [&](std::size_t i) { return values[i]; });
      many.put_all_unary(n, bits, [&](std::size_t i) { return zeros[i]; });
      ASSERT_EQ(one.bit_count(), many.bit_count());
      if (random.chance(0.5)) {
        one.align();
        many.align();
      }
    }
    one.align();
    many.align();
    ASSERT_TRUE(std::ranges::equal(one.bytes(), many.bytes()));
  }
}

}  // namespace
}  // namespace kwic
