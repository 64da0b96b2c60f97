// SPDX-License-Identifier: Apache-2.0
#include "format/exp_golomb.h"

#include <gtest/gtest.h>

#include <vector>

namespace kwic {
namespace {

std::vector<std::uint64_t> values() {
  std::vector<std::uint64_t> out;
  for (std::uint64_t value = 0; value < 70; ++value) out.push_back(value);
  for (int bit = 7; bit < 50; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    out.insert(out.end(), {power - 1, power, power + 1});
  }
  return out;
}

TEST(ExpGolombTest, RoundTripInEveryOrder) {
  for (const int order : {0, 1, 2, 5, 20, 40, 54}) {
    BitWriter bits;
    for (const std::uint64_t value : values()) {
      put_exp_golomb(bits, value, order);
      bits.put(value & 7, 3);
    }
    bits.align();
    std::vector<std::uint8_t> bytes(bits.bytes().begin(), bits.bytes().end());
    const std::size_t size = bytes.size();
    bytes.resize(size + 8, 0xff);
    CheckedBitReader reader({bytes.data(), size});
    for (const std::uint64_t value : values()) {
      EXPECT_EQ(reader.get_exp_golomb(order), value);
      EXPECT_EQ(reader.get(3), value & 7);
    }
    EXPECT_TRUE(reader.ok());
  }
}

TEST(ExpGolombTest, SmallValuesTakeFewBits) {
  BitWriter bits;
  put_exp_golomb(bits, 0, 0);
  EXPECT_EQ(bits.bit_count(), 1u);
  put_exp_golomb(bits, 1, 0);
  EXPECT_EQ(bits.bit_count(), 4u);
  put_exp_golomb(bits, 15, 4);
  EXPECT_EQ(bits.bit_count(), 9u);
}

TEST(ExpGolombTest, ReaderStopsAtTheEnd) {
  const std::vector<std::uint8_t> ones(16, 0xff);
  CheckedBitReader reader({ones.data(), 8});
  reader.skip(60);
  EXPECT_EQ(reader.get(4), 15u);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.get(1), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.get_exp_golomb(0), 0u);

  const std::vector<std::uint8_t> zeros(16, 0);
  CheckedBitReader endless({zeros.data(), 8});
  EXPECT_EQ(endless.get_exp_golomb(3), 0u);
  EXPECT_FALSE(endless.ok());

  CheckedBitReader nothing;
  EXPECT_EQ(nothing.get(0), 0u);
  EXPECT_TRUE(nothing.ok());
  nothing.skip(1);
  EXPECT_FALSE(nothing.ok());
}

}  // namespace
}  // namespace kwic
