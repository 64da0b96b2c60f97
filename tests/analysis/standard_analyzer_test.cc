// SPDX-License-Identifier: Apache-2.0
#include "analysis/standard_analyzer.h"

#include <gtest/gtest.h>

#include "analysis/token_sink.h"
#include "tests/analysis/analysis_support.h"

namespace kwic {
namespace {

struct Example {
  const char* text;
  const char* tokens;
};

void expect_tokens(std::initializer_list<Example> examples) {
  for (const Example& e : examples) {
    EXPECT_EQ(tokens_of(AnalyzerKind::kStandard, e.text), e.tokens) << e.text;
  }
}

void expect_queries(std::initializer_list<Example> examples) {
  for (const Example& e : examples) {
    EXPECT_EQ(query_of(AnalyzerKind::kStandard, e.text), e.tokens) << e.text;
  }
}

TEST(StandardAnalyzer, PlainWords) {
  expect_tokens({
      {"", ""},
      {" \t\n", ""},
      {"Hello, world", "hello world"},
      {"(the) \"Movement\": [x]; y!", "the movement x y"},
      {"a:b a/b a\\b a@b.com a=b a&b a|b", "a b a b a b a b com a b a b a b"},
      {"x64 B2B 4th 007", "x64 b2b 4th 007"},
      {"end.", "end"},
      {"file.txt example.com", "file txt example com"},
      {"... ' - _ + #", ""},
  });
}

TEST(StandardAnalyzer, CaseAndDiacritics) {
  expect_tokens({
      {"Straße STRASSE", "strasse strasse"},
      {"Café CAFE\u0301 cafe", "cafe cafe cafe"},
      {"Ångström Øresund Łódź", "angstrom oresund lodz"},
      {"Đorđe İstanbul Diyarbakır", "dorde istanbul diyarbakir"},
      {"Æsop œuvre ﬁne", "aesop oeuvre fine"},
      {"Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", "οδυσσευσ οδυσσευσ"},
      {"Việt Nam", "viet nam"},
      {"ｋｗｉｃ １２", "kwic 12"},
      {"H₂O m²", "h2o m"},
  });
}

TEST(StandardAnalyzer, CyrillicKeepsItsLetters) {
  expect_tokens({
      {"Ёлка елка", "елка елка"},
      {"Война", "война"},
      {"Воина воина\u0306", "воина воинӑ"},
      {"и\u0306 И\u0306 Й й", "й й й й"},
      {"Київ за\u0301мок", "київ замок"},
      {"п'ять п’ять пʼять", "п'ять п'ять п'ять"},
  });
}

TEST(StandardAnalyzer, MarksOfOtherScriptsStay) {
  expect_tokens({
      {"हिन्दी", "हिन्दी"},
      {"\u0958 \u0915\u093c", "\u0915\u093c \u0915\u093c"},
      {"שלום", "שלום"},
      {"שָׁלוֹם", "שָׁלוֹם/שלום"},
      {"צה״ל צה\"ל", "צהל צהל"},
      {"كَتَبَ كتب", "كَتَبَ/كتب كتب"},
      {"كتـــاب", "كتاب"},
      {"\u0622 \u0627\u0653", "\u0622 \u0622"},
  });
}

TEST(StandardAnalyzer, Acronyms) {
  expect_tokens({
      {"U.S. US u.s U.S", "us us us us"},
      {"the U.S.A., e.g. this", "the usa eg this"},
      {"U.S.-led", "us/usled led"},
      {"the U.S.'s", "the us's/us"},
      {"J. Smith J.Smith", "j smith j smith"},
      {"U.S.Army a.bc", "us army a bc"},
      {"É.U. Ф.С.Б.", "eu фсб"},
  });
}

TEST(StandardAnalyzer, Numbers) {
  expect_tokens({
      {"100,000 1,234,567.50", "100000 1234567.50"},
      {"3.14 1.2.3 v1.2 5.", "3.14 1.2.3 v1.2 5"},
      {"1,2,3 1,23 1234,567 1,2345", "1 2 3 1 23 1234 567 1 2345"},
      {"1,000km a1,000", "1000km a1 000"},
      {"1914-1918 2021-03-08", "1914 1918 2021 03 08"},
      {"$5 50% #7", "5 50 7"},
      {"٣٫١٤", "٣ ١٤"},
  });
}

TEST(StandardAnalyzer, Apostrophes) {
  expect_tokens({
      {"don't don’t DON＇T", "don't don't don't"},
      {"Ukraine's Ukraine’s", "ukraine's/ukraine ukraine's/ukraine"},
      {"officials' ’tis 'quoted'", "officials tis quoted"},
      {"1990's '90s", "1990's/1990 90s"},
      {"l'homme qu'elle O'Neill", "l'homme/homme qu'elle/elle o'neill/neill"},
      {"I'm it's", "i'm it's/it"},
      {"rock'n'roll a''b", "rock'n'roll a b"},
      {"col·lecció", "colleccio"},
  });
}

TEST(StandardAnalyzer, Compounds) {
  expect_tokens({
      {"de-escalation", "de/deescalation escalation"},
      {"a", "a"},
      {"e-mail e‐mail e‑mail email",
       "e/email mail e/email mail e/email mail email"},
      {"COVID-19", "covid/covid19 19"},
      {"snake_case", "snake/snakecase case"},
      {"vice-president's", "vice/vicepresident president's/president"},
      {"de--escalation a__b -x- _y_", "de escalation a b x y"},
      {"officials'-only", "officials only"},
  });
}

TEST(StandardAnalyzer, CompoundsCarryTheJoinedFormFirst) {
  TokenBuffer buffer;
  analyzer_for(AnalyzerKind::kStandard)
      .analyze("so De-Escalation, now", 7, buffer);
  ASSERT_EQ(buffer.tokens.size(), 5u);
  const Token& joined = buffer.tokens[2];
  EXPECT_EQ(buffer.term(joined), "deescalation");
  EXPECT_TRUE(joined.alternative);
  EXPECT_EQ(joined.position, 8u);
  EXPECT_EQ(joined.begin, 3u);
  EXPECT_EQ(joined.end, 16u);
  EXPECT_EQ(buffer.tokens[3].position, 9u);
  EXPECT_EQ(buffer.tokens[4].position, 10u);
}

TEST(StandardAnalyzer, Suffixes) {
  expect_tokens({
      {"C++ C# F#.", "c++/c c#/c f#/f"},
      {".NET ASP.NET", "net asp net"},
      {"C++17 C#8", "c++/c 17 c 8"},
      {"a+b a+++ a## 5+ i+", "a b a a 5 i+/i"},
      {"Notepad++, C++/CLI", "notepad++/notepad c++/c cli"},
      {"Ｃ＋＋", "c++/c"},
  });
}

TEST(StandardAnalyzer, IgnorableCharacters) {
  expect_tokens({
      {"soft\u00adhyphen", "softhyphen"},
      {"\ufeffword wo\u200drd", "word word"},
      {"zero\u200bwidth space", "zero width space"},
      {"\u0301 \u00ad", ""},
      {"1\ufe0f\u20e3 👍🏽 ™ ½", "1"},
      {"x\u2014y x\u2013y", "x y x y"},
  });
}

TEST(StandardAnalyzer, ScriptsWithoutSpaces) {
  expect_tokens({
      {"東京都", "東京/東 京都/京 都"},
      {"字", "字"},
      {"Windows版 3月", "windows 版 3 月"},
      {"東京、大阪", "東京/東 京 大阪/大 阪"},
      {"カード ｶｰﾄﾞ", "カー/カ ード/ー ド カー/カ ード/ー ド"},
      {"か\u3099く", "がく/が く"},
      {"한국어 문서", "한국어 문서"},
      {"\u1112\u1161\u11ab", "한"},
      {"ไทย", "ไท/ไ ทย/ท ย"},
      {"น้ำ", "น้ำ/น้ ำ"},
  });
}

TEST(StandardAnalyzer, InvalidBytesSeparate) {
  expect_tokens({
      {"ab\xff"
       "cd",
       "ab cd"},
      {"\xc3", ""},
      {"caf\xc3\xa9\xc3", "cafe"},
      {"x\xed\xa0\x80y", "x y"},
      {"a-\x80"
       "b",
       "a b"},
  });
}

TEST(StandardAnalyzer, LongWordsAreCut) {
  const std::string pieces = std::string(255, 'x') + " " +
                             std::string(255, 'x') + " " + std::string(90, 'x');
  EXPECT_EQ(tokens_of(AnalyzerKind::kStandard, std::string(600, 'X')), pieces);
  std::string greek;
  for (int i = 0; i < 128; ++i) greek += "ω";
  TokenBuffer buffer;
  analyzer_for(AnalyzerKind::kStandard).analyze(greek, 0, buffer);
  ASSERT_EQ(buffer.tokens.size(), 2u);
  EXPECT_EQ(buffer.tokens[0].term_size, 254u);
  EXPECT_EQ(buffer.tokens[1].term_size, 2u);
  EXPECT_EQ(buffer.tokens[1].begin, 254u);
}

TEST(StandardAnalyzer, LongCompoundsAreNotJoined) {
  expect_tokens({{"a-b-c-d", "a/abcd b c d"}, {"a-b-c-d-e", "a b c d e"}});
  const std::string half(200, 'x');
  EXPECT_EQ(tokens_of(AnalyzerKind::kStandard, half + "-" + half),
            half + " " + half);
}

TEST(StandardAnalyzer, QueryWords) {
  expect_queries({
      {"de-escalation", "de escalation|deescalation"},
      {"don’t", "don't"},
      {"U.S.", "us"},
      {"C++", "c++"},
      {"100,000", "100000"},
      {"a:(^", "a"},
      {"!?", ""},
      {"snake_case", "snake case|snakecase"},
      {"a/b", "a b"},
      {"東", "東"},
      {"東京", "東京"},
      {"東京都", "東京 京都"},
      {"東京2020", "東京 京 2020"},
      {"東京 都庁", "東京 京 都庁"},
      {"東京 都", "東京 京 都"},
      {"Ukraine's", "ukraine's"},
      {"x de-escalation", "x de escalation"},
  });
}

TEST(StandardAnalyzer, ManyMarksAreBounded) {
  std::string text = "東";
  for (int i = 0; i < 5000; ++i) text += "\u0301\u0323";
  text += "京";
  TokenBuffer buffer;
  analyzer_for(AnalyzerKind::kStandard).analyze(text, 0, buffer);
  ASSERT_EQ(buffer.tokens.size(), 3u);
  for (const Token& t : buffer.tokens) EXPECT_LE(t.term_size, 255u);
  EXPECT_EQ(buffer.tokens[0].end, text.size());
}

TEST(StandardAnalyzer, AppendsToABufferInUse) {
  TokenBuffer buffer;
  const Analyzer& analyzer = analyzer_for(AnalyzerKind::kStandard);
  EXPECT_EQ(analyzer.analyze("Title here", 0, buffer), 2u);
  EXPECT_EQ(analyzer.analyze("body", 2, buffer), 3u);
  EXPECT_EQ(shown(buffer), "title here body");
  EXPECT_EQ(buffer.tokens[2].position, 2u);
  EXPECT_EQ(buffer.bytes, "titleherebody");
}

TEST(StandardAnalyzer, NamesItself) {
  const Analyzer& analyzer = analyzer_for(AnalyzerKind::kStandard);
  EXPECT_EQ(analyzer.kind(), AnalyzerKind::kStandard);
  EXPECT_EQ(analyzer.version(), 1);
}

}  // namespace
}  // namespace kwic
