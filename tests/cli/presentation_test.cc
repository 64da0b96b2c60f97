// SPDX-License-Identifier: Apache-2.0
// Hits, progress lines and messages as people see them.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "cli/hit_printer.h"
#include "cli/progress_bar.h"
#include "cli/report.h"
#include "cli/safe_text.h"

namespace kwic::cli {
namespace {

HitLayout layout(bool color, std::size_t width) {
  return {style_for(color), width};
}

Hit sample_hit() {
  Hit hit;
  hit.id = "notes/today.md";
  hit.title = "Today";
  hit.score = 12.3456f;
  hit.snippet.text = "the quick brown fox jumps over the lazy dog";
  hit.snippet.matches = {{4, 9}, {16, 19}};
  return hit;
}

TEST(HitPrinter, PlainText) {
  EXPECT_EQ(format_hit(sample_hit(), 1, layout(false, 40)),
            "1  notes/today.md  Today           12.35\n"
            "   the quick brown fox jumps over the\n"
            "   lazy dog\n");
}

TEST(HitPrinter, MarksMatchesByColour) {
  EXPECT_EQ(format_hit(sample_hit(), 1, layout(true, 80)),
            "\x1b[2m1\x1b[0m  \x1b[36mnotes/today.md\x1b[0m  "
            "\x1b[1mToday\x1b[0m" +
                std::string(51, ' ') +
                "\x1b[2m12.35\x1b[0m\n"
                "   the \x1b[1;31mquick\x1b[0m brown \x1b[1;31mfox\x1b[0m "
                "jumps over the lazy dog\n");
}

TEST(HitPrinter, AMatchOverALineEndIsMarkedOnBothLines) {
  Hit hit;
  hit.id = "a";
  hit.snippet.text = "0123456789 0123456789 0123456789 012345 tail";
  hit.snippet.matches = {{33, 44}};
  EXPECT_NE(format_hit(hit, 1, layout(true, 43))
                .find("\x1b[1;31m012345\x1b[0m\n   \x1b[1;31mtail\x1b[0m\n"),
            std::string::npos);
}

TEST(HitPrinter, LongTitleGetsALineOfItsOwn) {
  Hit hit = sample_hit();
  hit.title = std::string(60, 't');
  hit.snippet = {};
  EXPECT_EQ(format_hit(hit, 10, layout(false, 40)),
            "10  notes/today.md                 12.35\n   " +
                std::string(36, 't') + "…\n");
}

TEST(HitPrinter, TitleThatRepeatsTheIdIsLeftOut) {
  Hit hit = sample_hit();
  hit.title = hit.id;
  hit.snippet = {};
  EXPECT_EQ(format_hit(hit, 1, layout(false, 40)),
            "1  notes/today.md                  12.35\n");
}

TEST(HitPrinter, ShowsWhereTheTextGoesOn) {
  Hit hit = sample_hit();
  hit.snippet.cut_before = hit.snippet.cut_after = true;
  const std::string text = format_hit(hit, 1, layout(false, 80));
  EXPECT_NE(text.find("   …the quick"), std::string::npos);
  EXPECT_NE(text.find("dog…\n"), std::string::npos);
}

TEST(HitPrinter, NothingHostileGetsThrough) {
  Hit hit;
  hit.id = "\x1b]0;title\x07\xFF\n/x";
  hit.title = "\u202eevil\r";
  hit.snippet.text =
      "a\x1b[31mb\x9B"
      "c\u009b";
  hit.snippet.matches = {{1, 3}, {2, 400}, {900, 4}, {4000000000, 4000000001}};
  const std::string text = format_hit(hit, 1, layout(false, 80));
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t c = next_code_point(text, pos);
    EXPECT_TRUE(c == '\n' || !is_unsafe(c));
    EXPECT_NE(c, kInvalidCodePoint);
  }
}

TEST(HitPrinter, OffsetsFollowReplacedCharacters) {
  Hit hit;
  hit.id = "a";
  hit.snippet.text = "\x01\x01 word";
  hit.snippet.matches = {{3, 7}};
  EXPECT_NE(format_hit(hit, 1, layout(true, 80)).find("\x1b[1;31mword\x1b[0m"),
            std::string::npos);
}

TEST(ProgressLine, SaysHowFarAndHowLong) {
  EXPECT_EQ(progress_line({"reading", 0, 0, 0, 0}, 80), "reading");
  EXPECT_EQ(progress_line({"reading", 5000000, 0, 0, 2}, 80),
            "reading  5.0 MB  2.5 MB/s");
  EXPECT_EQ(progress_line({"reading", 25000000, 100000000, 0, 5}, 80),
            "reading  25 %  25.0 MB of 100.0 MB  5.0 MB/s  15 s left");
  EXPECT_EQ(progress_line({"merging", 0, 0, 0.5, 600}, 80),
            "merging  50 %  10 min left");
}

TEST(ProgressLine, FitsAndSurvivesOddFigures) {
  for (std::size_t columns = 1; columns < 70; ++columns) {
    const ProgressState state = {"reading", 1u << 30, 1u << 31, 0, 77};
    EXPECT_LE(display_width(progress_line(state, columns)), columns);
  }
  EXPECT_EQ(progress_line({"reading", 300, 100, 0, 0}, 80),
            "reading  100 %  300 bytes of 100 bytes");
  EXPECT_EQ(progress_line({"merging", 0, 0, 7, 0}, 80), "merging  100 %");
}

TEST(Report, FindsTheNearestName) {
  const std::array<std::string_view, 3> names = {"search", "stats", "cat"};
  EXPECT_EQ(nearest("serach", names), "search");
  EXPECT_EQ(nearest("stat", names), "stats");
  EXPECT_EQ(nearest("cta", names), "");  // as far from cat as it is long
  EXPECT_EQ(nearest("zzzzzz", names), "");
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace kwic::cli
