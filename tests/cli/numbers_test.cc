// SPDX-License-Identifier: Apache-2.0
#include "cli/numbers.h"

#include <gtest/gtest.h>

namespace kwic::cli {
namespace {

TEST(Numbers, Counts) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(18446744073709551615u), "18,446,744,073,709,551,615");
  EXPECT_EQ(format_count(1, "hit"), "1 hit");
  EXPECT_EQ(format_count(0, "hit"), "0 hits");
}

TEST(Numbers, Bytes) {
  EXPECT_EQ(format_bytes(0), "0 bytes");
  EXPECT_EQ(format_bytes(1), "1 byte");
  EXPECT_EQ(format_bytes(1500), "1.5 kB");
  EXPECT_EQ(format_bytes(999949), "999.9 kB");
  EXPECT_EQ(format_bytes(999950), "1.0 MB");
  EXPECT_EQ(format_bytes(123456789), "123.5 MB");
  EXPECT_EQ(format_bytes(18446744073709551615u), "18.4 EB");
}

TEST(Numbers, SharesAndTimes) {
  EXPECT_EQ(format_share(1, 0), "-");
  EXPECT_EQ(format_share(1, 3), "33.3 %");
  EXPECT_EQ(format_seconds(0.314), "0.31 s");
  EXPECT_EQ(format_seconds(12.34), "12.3 s");
  EXPECT_EQ(format_seconds(185), "3 min 05 s");
  EXPECT_EQ(format_float(1.23f), "1.23");
}

TEST(Numbers, ReadsCounts) {
  EXPECT_EQ(parse_count("0", 10), 0u);
  EXPECT_EQ(parse_count("10", 10), 10u);
  for (const char* bad : {"", "11", "-1", "+1", "1x", " 1", "1.5", "0x1",
                          "99999999999999999999"}) {
    EXPECT_FALSE(parse_count(bad, 10)) << bad;
  }
}

TEST(Numbers, ReadsSizes) {
  EXPECT_EQ(parse_size("65536"), 65536u);
  EXPECT_EQ(parse_size("10b"), 10u);
  EXPECT_EQ(parse_size("64M"), 64u << 20);
  EXPECT_EQ(parse_size("64m"), 64u << 20);
  EXPECT_EQ(parse_size("1G"), 1u << 30);
  EXPECT_EQ(parse_size("512MiB"), 512u << 20);
  EXPECT_EQ(parse_size("64MB"), 64000000u);
  EXPECT_EQ(parse_size("2kB"), 2000u);
  EXPECT_EQ(parse_size("16777215T"), 16777215ull << 40);
  for (const char* bad : {"", "M", "64X", "64 M", "-1M", "1.5G", "64MiBs",
                          "16777216T", "1e9", "18446744073709551616", "1Mi"}) {
    EXPECT_FALSE(parse_size(bad)) << bad;
  }
}

}  // namespace
}  // namespace kwic::cli
