// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace kwic {
namespace {

CodePoint decoded(std::string_view bytes) {
  return decode_utf8(bytes.data(), bytes.data() + bytes.size());
}

TEST(Utf8, EveryScalarValueGoesAroundAndNoOtherDoes) {
  for (char32_t code = 0; code < 0x110010; ++code) {
    char bytes[kMaxUtf8Bytes];
    const std::size_t n = encode_utf8(code, bytes);
    const bool valid = code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
    const CodePoint c = decoded({bytes, n});
    ASSERT_EQ(c.size, n);
    ASSERT_EQ(c.code, valid ? code : kReplacementCharacter);
    if (n > 1) {
      ASSERT_EQ(decoded({bytes, n - 1}).code, kInvalidCodePoint);
    }
  }
}

TEST(Utf8, InvalidBytesAreTakenAlone) {
  for (const char* text :
       {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
        "\xc3", "\xe2\x82", "\xe2\x82z", "\xf0\x9f\x99"}) {
    const CodePoint c = decoded(text);
    EXPECT_EQ(c.code, kInvalidCodePoint) << text;
    EXPECT_EQ(c.size, 1u);
    EXPECT_FALSE(is_valid_utf8(text));
  }
}

TEST(Utf8, EveryPairOfBytesIsValidOrNot) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b)};
      const bool two_ascii = a < 0x80 && b < 0x80;
      const bool pair = a >= 0xc2 && a <= 0xdf && b >= 0x80 && b <= 0xbf;
      ASSERT_EQ(is_valid_utf8(text), two_ascii || pair) << a << ' ' << b;
    }
  }
}

TEST(Utf8, Sanitized) {
  EXPECT_EQ(sanitized_utf8("plain \u00e9"), "plain \u00e9");
  EXPECT_EQ(sanitized_utf8("a\xff\xc3"), "a\ufffd\ufffd");
  EXPECT_EQ(sanitized_utf8(""), "");
}

TEST(Utf8, BoundaryBefore) {
  const std::string text = "a\u20acb";
  const std::size_t expected[] = {0, 1, 1, 1, 4, 5};
  for (std::size_t i = 0; i <= text.size(); ++i) {
    EXPECT_EQ(utf8_boundary_before(text, i), expected[i]) << i;
  }
  EXPECT_EQ(utf8_boundary_before("\x80\x80\x80\x80\x80\x80", 5), 2u);
  EXPECT_EQ(utf8_boundary_before("", 0), 0u);
}

}  // namespace
}  // namespace kwic
