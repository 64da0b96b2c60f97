// SPDX-License-Identifier: Apache-2.0
#include "cli/safe_text.h"

#include <gtest/gtest.h>

#include <string>

namespace kwic::cli {
namespace {

constexpr const char* kMark = "\xEF\xBF\xBD";  // U+FFFD

TEST(SafeText, KeepsWhatIsHarmless) {
  const std::string text = "Grüße, Киев, 東京, 🙂, e\u0301 ~";
  EXPECT_EQ(safe_text(text), text);
}

TEST(SafeText, TurnsLineEndsAndTabsIntoSpaces) {
  EXPECT_EQ(safe_text("a\tb\nc\rd"), "a b c d");
}

TEST(SafeText, ReplacesEveryControl) {
  for (int byte = 0; byte < 0x20; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    EXPECT_EQ(safe_text(text), byte >= 9 && byte <= 13 ? " " : kMark) << byte;
  }
  EXPECT_EQ(safe_text("\x1b[2J"), std::string(kMark) + "[2J");
  EXPECT_EQ(safe_text("\x7f"), kMark);
  for (int c1 = 0x80; c1 <= 0x9F; ++c1) {
    EXPECT_EQ(safe_text(std::string("\xC2") + static_cast<char>(c1)), kMark);
  }
}

TEST(SafeText, ReplacesControlsOfDirection) {
  for (const char* text :
       {"\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
        "\u2066", "\u2067", "\u2068", "\u2069", "\u061c", "\u2028", "\u2029"}) {
    EXPECT_EQ(safe_text(text), kMark);
  }
  EXPECT_EQ(safe_text("\u2027\u202f\u2065\u206a"), "\u2027\u202f\u2065\u206a");
}

TEST(SafeText, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(safe_text("a\xFFz"), std::string("a") + kMark + "z");
  EXPECT_EQ(safe_text("\xC0\x80"), std::string(kMark) + kMark);  // overlong
  EXPECT_EQ(safe_text("\xE6\x9D"), std::string(kMark) + kMark);  // cut
  EXPECT_EQ(safe_text("\xF4\x90\x80\x80").size(), 4 * 3u);       // too high
  EXPECT_EQ(safe_text("\xED\xA0\x80").size(), 3 * 3u);           // surrogate
  EXPECT_EQ(safe_text("\x9B"), kMark);                           // bare C1
}

// No sequence of three bytes comes out with anything a terminal acts on.
TEST(SafeText, NoShortSequenceSlipsThrough) {
  const unsigned char bytes[] = {0x00, 0x1B, 0x20, 0x41, 0x7F, 0x80, 0x8E,
                                 0x9B, 0x9C, 0xA8, 0xAE, 0xBF, 0xC2, 0xD8,
                                 0xE2, 0xEF, 0xF0, 0xF4, 0xFF};
  for (unsigned char a : bytes) {
    for (unsigned char b : bytes) {
      for (unsigned char c : bytes) {
        const char raw[] = {static_cast<char>(a), static_cast<char>(b),
                            static_cast<char>(c)};
        const std::string safe = safe_text(std::string_view(raw, 3));
        for (std::size_t pos = 0; pos < safe.size();) {
          const char32_t point = next_code_point(safe, pos);
          ASSERT_NE(point, kInvalidCodePoint);
          ASSERT_FALSE(is_unsafe(point));
        }
      }
    }
  }
}

TEST(SafeJson, EscapesWhatJsonLeavesRaw) {
  EXPECT_EQ(safe_json("{\"a\":\"\x7f\u009b\u202e\"}\n"),
            "{\"a\":\"\\u007f\\u009b\\u202e\"}\n");
  EXPECT_EQ(safe_json("\"東京 é\""), "\"東京 é\"");
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("Grüße"), 5u);
  EXPECT_EQ(display_width("東京"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("🙂"), 2u);
}

TEST(Shorten, EndsInAnEllipsis) {
  EXPECT_EQ(shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(shorten("abcdef", 5), "abcd…");
  EXPECT_EQ(shorten("東京東京", 5), "東京…");
  EXPECT_EQ(shorten("東京東京", 4), "東…");
}

std::string wrapped(const std::string& text, std::size_t columns) {
  std::string out;
  for (const TextRange& line : wrap(text, columns)) {
    out += text.substr(line.begin, line.end - line.begin) + "|";
  }
  return out;
}

TEST(Wrap, BreaksAtSpaces) {
  EXPECT_EQ(wrapped("", 5), "");
  EXPECT_EQ(wrapped("one two three", 20), "one two three|");
  EXPECT_EQ(wrapped("one two three", 7), "one two|three|");
  EXPECT_EQ(wrapped("one two three", 6), "one|two|three|");
}

TEST(Wrap, BreaksLongWords) {
  EXPECT_EQ(wrapped("abcdefgh", 3), "abc|def|gh|");
  EXPECT_EQ(wrapped("a bcdefgh", 3), "a|bcd|efg|h|");
  EXPECT_EQ(wrapped("東京東京", 5), "東京|東京|");
  EXPECT_EQ(wrapped("東京", 1), "東|京|");
}

TEST(Wrap, KeepsEveryCharacterAndWidth) {
  const std::string text =
      "Some words of 東京 and averyveryverylongwordthatfillslines and "
      "e\u0301e\u0301e\u0301 ends";
  for (std::size_t columns = 2; columns < 40; ++columns) {
    std::string joined;
    for (const TextRange& line : wrap(text, columns)) {
      const std::string part = text.substr(line.begin, line.end - line.begin);
      EXPECT_LE(display_width(part), columns);
      joined += part;
    }
    std::string with_spaces = text;
    std::erase(with_spaces, ' ');
    std::erase(joined, ' ');
    EXPECT_EQ(joined, with_spaces) << columns;
  }
}

}  // namespace
}  // namespace kwic::cli
