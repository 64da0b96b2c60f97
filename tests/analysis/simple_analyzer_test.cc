// SPDX-License-Identifier: Apache-2.0
#include "analysis/simple_analyzer.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <vector>

#include "base/limits.h"
#include "tests/analysis/analysis_support.h"

namespace kwic {
namespace {

constexpr AnalyzerKind kSimple = AnalyzerKind::kSimple;

// The rule as it is said, one code point after the other.
std::string obvious_tokens(std::string_view text) {
  std::string out;
  std::string token;
  const auto flush = [&] {
    if (token.empty()) return;
    if (!out.empty()) out += ' ';
    out += token;
    token.clear();
  };
  const auto* p = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t code = 0;
    const auto n = utf8proc_iterate(p, left, &code);
    const std::string_view category =
        n > 0 ? utf8proc_category_string(code) : "--";
    if (category[0] == 'L' || category[0] == 'M' || category[0] == 'N') {
      utf8proc_uint8_t bytes[4];
      const auto size = utf8proc_encode_char(utf8proc_tolower(code), bytes);
      const auto n_bytes = static_cast<std::size_t>(size);
      if (token.size() + n_bytes > kMaxTermBytes) flush();
      token.append(reinterpret_cast<const char*>(bytes), n_bytes);
    } else {
      flush();
    }
    p += n > 0 ? n : 1;
    left -= n > 0 ? n : 1;
  }
  flush();
  return out;
}

TEST(SimpleAnalyzer, Examples) {
  EXPECT_EQ(tokens_of(kSimple, ""), "");
  EXPECT_EQ(tokens_of(kSimple, "Don't U.S. C++ 3.14"), "don t u s c 3 14");
  EXPECT_EQ(tokens_of(kSimple, "Été İ ß ½ \u0301x"), "été i ß ½ \u0301x");
  EXPECT_EQ(tokens_of(kSimple,
                      "a\xff"
                      "b\xc3"),
            "a b");
  EXPECT_EQ(tokens_of(kSimple, "東京 x_y"), "東京 x y");
}

TEST(SimpleAnalyzer, QueryWordIsItsTokens) {
  EXPECT_EQ(query_of(kSimple, "de-Escalation"), "de escalation");
  EXPECT_EQ(query_of(kSimple, "--"), "");
}

TEST(SimpleAnalyzer, OffsetsAndPositions) {
  TokenBuffer buffer;
  EXPECT_EQ(analyzer_for(kSimple).analyze("  Ab, É", 5, buffer), 7u);
  ASSERT_EQ(buffer.tokens.size(), 2u);
  EXPECT_EQ(buffer.tokens[0].position, 5u);
  EXPECT_EQ(buffer.tokens[0].begin, 2u);
  EXPECT_EQ(buffer.tokens[0].end, 4u);
  EXPECT_EQ(buffer.tokens[1].begin, 6u);
  EXPECT_EQ(buffer.tokens[1].end, 8u);
  EXPECT_FALSE(buffer.tokens[1].alternative);
}

TEST(SimpleAnalyzer, CutsLongTokensAtCodePoints) {
  std::string text(254, 'A');
  text += "Éé";
  EXPECT_EQ(tokens_of(kSimple, text), std::string(254, 'a') + " éé");
  const std::string ascii(511, 'Z');
  EXPECT_EQ(tokens_of(kSimple, ascii), obvious_tokens(ascii));
}

TEST(SimpleAnalyzer, EveryCodePointAsTheRuleSays) {
  std::string text;
  for (utf8proc_int32_t code = 0; code <= 0x10ffff; ++code) {
    if (code >= 0xd800 && code < 0xe000) continue;
    utf8proc_uint8_t bytes[4];
    const auto n = utf8proc_encode_char(code, bytes);
    text.append(reinterpret_cast<const char*>(bytes),
                static_cast<std::size_t>(n));
    if (code % 3 == 0) text += "a b";
  }
  EXPECT_TRUE(tokens_of(kSimple, text) == obvious_tokens(text));
}

TEST(SimpleAnalyzer, RandomBytesAsTheRuleSays) {
  const std::vector<std::string> pieces = {"a",
                                           "B",
                                           "9",
                                           " ",
                                           "-",
                                           "'",
                                           "É",
                                           "ß",
                                           "\u0301",
                                           "東",
                                           "\xff",
                                           "\xc3",
                                           "\xa9",
                                           "\xe2\x80",
                                           "\xf0",
                                           "\u2019",
                                           "½",
                                           "🙂",
                                           std::string(1, '\0'),
                                           "\xed\xa0\x80",
                                           "\xc0\xaf",
                                           "\xf4\x90\x80\x80",
                                           "long"};
  const std::uint64_t seed = test_seed();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 4000; ++round) {
    const std::string text = random_text(random, pieces, random() % 200);
    ASSERT_EQ(tokens_of(kSimple, text), obvious_tokens(text))
        << "seed " << seed << " round " << round;
  }
}

}  // namespace
}  // namespace kwic
