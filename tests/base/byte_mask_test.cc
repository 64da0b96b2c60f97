// SPDX-License-Identifier: Apache-2.0
#include "base/byte_mask.h"

#include <gtest/gtest.h>

namespace kwic {
namespace {

TEST(ByteMask, TellsEveryByte) {
  for (unsigned first = 0; first < 256; first += kMaskedBytes) {
    std::uint8_t bytes[kMaskedBytes];
    std::uint64_t tops = 0;
    std::uint64_t words = 0;
    for (unsigned i = 0; i < kMaskedBytes; ++i) {
      const unsigned c = first + i;
      bytes[i] = static_cast<std::uint8_t>(c);
      tops |= std::uint64_t{c >= 0x80} << i;
      const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z');
      words |= std::uint64_t{word} << i;
    }
    EXPECT_EQ(mask_of(bytes, [](Bytes16 c) { return c; }), tops);
    EXPECT_EQ(mask_of(bytes, ascii_words), words);
  }
}

}  // namespace
}  // namespace kwic
