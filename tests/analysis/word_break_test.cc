// SPDX-License-Identifier: Apache-2.0
// The standard analyzer against Unicode's own WordBreakTest.txt, where a copy
// of it is at hand: named by KWIC_WORD_BREAK_TEST, or in the folder of shared
// data (KWIC_SHARED_DATA, else ../shared/data beside the source).
//
// The analyzer divides more than UAX #29 does (compounds, colons, scripts
// without spaces), so what is checked is that no word crosses a boundary, and
// that no segment with a letter or digit in it is lost.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "analysis/character.h"
#include "base/utf8.h"
#include "tests/analysis/analysis_support.h"

namespace kwic {
namespace {

struct Line {
  std::string text;
  std::vector<std::size_t> boundaries;  // offsets into text, 0 and the end too
  std::vector<bool> has_word;           // by segment
};

bool makes_words(char32_t code) {
  const CharClass kind = fold_character(code).kind;
  return kind == CharClass::kLetter || kind == CharClass::kDigit ||
         kind == CharClass::kBigram;
}

Line parsed(const std::string& line) {
  Line out;
  std::istringstream in(line.substr(0, line.find('#')));
  std::string word;
  while (in >> word) {
    if (word == "÷") {
      out.boundaries.push_back(out.text.size());
      out.has_word.push_back(false);
    } else if (word != "×") {
      const auto code =
          static_cast<char32_t>(std::strtoul(word.c_str(), nullptr, 16));
      char bytes[kMaxUtf8Bytes];
      out.text.append(bytes, encode_utf8(code, bytes));
      if (makes_words(code)) out.has_word.back() = true;
    }
  }
  return out;
}

std::ifstream open_test_file() {
  const char* file = std::getenv("KWIC_WORD_BREAK_TEST");
  if (file != nullptr) return std::ifstream(file);
  const char* shared = std::getenv("KWIC_SHARED_DATA");
  const std::string folder =
      shared != nullptr ? shared : KWIC_SOURCE_DIR "/../shared/data";
  return std::ifstream(folder + "/nasty/unicode-break-tests/WordBreakTest.txt");
}

bool is_inside(const Line& line, std::size_t segment, const Token& token) {
  return token.begin >= line.boundaries[segment] &&
         token.end <= line.boundaries[segment + 1];
}

void check(const Line& line, const std::string& source) {
  TokenBuffer buffer;
  analyzer_for(AnalyzerKind::kStandard).analyze(line.text, 0, buffer);
  const std::size_t segments = line.boundaries.size() - 1;
  std::vector<bool> found(segments, false);
  for (const Token& token : buffer.tokens) {
    bool inside = token.alternative;  // of a compound: spans its parts
    for (std::size_t s = 0; s < segments; ++s) {
      if (!is_inside(line, s, token)) continue;
      inside = found[s] = true;
    }
    EXPECT_TRUE(inside) << "crosses a boundary: " << source;
  }
  for (std::size_t s = 0; s < segments; ++s) {
    EXPECT_TRUE(found[s] || !line.has_word[s]) << "lost a word: " << source;
  }
}

TEST(WordBreak, UnicodeTestFile) {
  std::ifstream in = open_test_file();
  if (!in) GTEST_SKIP() << "no WordBreakTest.txt here";
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("÷")) continue;
    check(parsed(line), line);
    ++lines;
  }
  EXPECT_GT(lines, 1000u);
}

TEST(WordBreak, TheCheckItselfFindsBoundaries) {
  const Line line = parsed("÷ 0061 × 0308 ÷ 0020 ÷ 0031 ÷ # x");
  EXPECT_EQ(line.text, "a\u0308 1");
  EXPECT_EQ(line.boundaries, (std::vector<std::size_t>{0, 3, 4, 5}));
  check(line, "sample");
}

}  // namespace
}  // namespace kwic
