// SPDX-License-Identifier: Apache-2.0
#include "base/varint.h"

#include <gtest/gtest.h>

#include <vector>

namespace kwic {
namespace {

bool read_all(const std::vector<std::uint8_t>& bytes, std::uint64_t& value) {
  const std::uint8_t* p = bytes.data();
  const std::uint8_t* end = p + bytes.size();
  return read_varint(p, end, value) && p == end;
}

TEST(VarintTest, RoundTripAroundEveryPowerOfTwo) {
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t value : {power - 1, power, power + 1, ~power}) {
      std::vector<std::uint8_t> bytes;
      append_varint(bytes, value);
      EXPECT_LE(bytes.size(), kMaxVarintBytes);
      std::uint64_t found = 0;
      EXPECT_TRUE(read_all(bytes, found)) << value;
      EXPECT_EQ(found, value);
      bytes.pop_back();
      EXPECT_FALSE(read_all(bytes, found)) << value;
    }
  }
}

TEST(VarintTest, RefusesWhatNoWriterWrites) {
  std::uint64_t value = 0;
  EXPECT_FALSE(read_all({0x80, 0x00}, value));  // padded
  std::vector<std::uint8_t> bytes(9, 0xff);
  bytes.push_back(0x01);
  EXPECT_TRUE(read_all(bytes, value));
  EXPECT_EQ(value, ~std::uint64_t{0});
  bytes.back() = 0x02;  // the 65th bit
  EXPECT_FALSE(read_all(bytes, value));
  EXPECT_FALSE(read_all(std::vector<std::uint8_t>(20, 0xff), value));
}

}  // namespace
}  // namespace kwic
