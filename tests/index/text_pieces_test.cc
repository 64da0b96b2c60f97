// SPDX-License-Identifier: Apache-2.0
#include "index/text_pieces.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analysis/analyzer.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

TEST(TextPieces, ShortTextsAreWhole) {
  EXPECT_EQ(piece_size(""), 0u);
  EXPECT_EQ(piece_size(std::string(kPieceBytes, ' ')), kPieceBytes);
}

TEST(TextPieces, EndsBehindTheNextSpaceOrLineBreak) {
  std::string text(2 * kPieceBytes, 'a');
  text[kPieceBytes + 9] = ' ';
  EXPECT_EQ(piece_size(text), kPieceBytes + 10);
  text[kPieceBytes - 1] = '\n';
  EXPECT_EQ(piece_size(text), kPieceBytes);
}

TEST(TextPieces, ACombiningMarkStaysWithItsSpace) {
  std::string text(2 * kPieceBytes, 'a');
  text.replace(kPieceBytes + 9, 3, " \xcc\x81");
  text[kPieceBytes + 99] = ' ';
  EXPECT_EQ(piece_size(text), kPieceBytes + 100);
}

TEST(TextPieces, TextWithoutSpacesIsCutAtACodePoint) {
  std::string text;
  while (text.size() < kLongestPieceBytes + 100) text += "\xe4\xb8\xad";
  EXPECT_EQ(piece_size(text), kLongestPieceBytes / 3 * 3);
  EXPECT_EQ(piece_size(std::string(kLongestPieceBytes + 1, '\x80')),
            kLongestPieceBytes - 3);
  EXPECT_EQ(piece_size(std::string(kLongestPieceBytes, 'a')),
            kLongestPieceBytes);
}

// The pieces' tokens, one after the other, are the tokens of the whole.
TEST(TextPieces, AnalyzersSeeNoDifference) {
  testing::Random random(testing::test_seed());
  const std::vector<std::string> words = {"word",
                                          " ",
                                          "\n",
                                          "e-mail",
                                          "U.S.",
                                          "3.14",
                                          " \xcc\x81",
                                          "\xc3\xa9t\xc3\xa9",
                                          "don't",
                                          ", ",
                                          "\xe4\xb8\xad\xe6\x96\x87",
                                          "-",
                                          "\xff"};
  std::string text;
  while (text.size() < 3 * kPieceBytes) {
    text += words[random.below(words.size())];
    if (random.chance(0.4)) text += ' ';
  }
  for (const AnalyzerKind kind :
       {AnalyzerKind::kStandard, AnalyzerKind::kSimple}) {
    const Analyzer& analyzer = analyzer_for(kind);
    TokenBuffer whole, pieces;
    analyzer.analyze(text, 0, whole);
    std::uint32_t position = 0;
    for (std::string_view left = text; !left.empty();) {
      const std::size_t size = piece_size(left);
      position = analyzer.analyze(left.substr(0, size), position, pieces);
      left.remove_prefix(size);
    }
    ASSERT_EQ(whole.tokens.size(), pieces.tokens.size());
    for (std::size_t i = 0; i < whole.tokens.size(); ++i) {
      const Token& a = whole.tokens[i];
      const Token& b = pieces.tokens[i];
      ASSERT_EQ(whole.term(a), pieces.term(b));
      ASSERT_EQ(a.position, b.position);
      ASSERT_EQ(a.alternative, b.alternative);
    }
  }
}

}  // namespace
}  // namespace kwic
