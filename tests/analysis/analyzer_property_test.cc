// SPDX-License-Identifier: Apache-2.0
// What holds for the tokens of any text.
#include <gtest/gtest.h>

#include <vector>

#include "analysis/standard_analyzer.h"
#include "analysis/token_sink.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "tests/analysis/analysis_support.h"

namespace kwic {
namespace {

// Empty if the tokens keep the contract of analyzer.h, else what is wrong.
std::string fault(std::string_view text, std::uint32_t first,
                  std::uint32_t next, const TokenBuffer& buffer) {
  std::uint32_t expected = first;
  for (const Token& t : buffer.tokens) {
    if (t.begin >= t.end || t.end > text.size()) return "bytes of the text";
    if (t.term_begin > buffer.bytes.size() ||
        t.term_size > buffer.bytes.size() - t.term_begin) {
      return "bytes of the term";
    }
    if (t.term_size == 0 || t.term_size > kMaxTermBytes) return "term size";
    if (!is_valid_utf8(buffer.term(t))) return "term is not UTF-8";
    if (!t.alternative && t.position != expected++) return "exact position";
    if (t.alternative && t.position + 1 != expected) return "alternative";
  }
  return next == expected ? "" : "next position";
}

// Whatever a word can be made of, and broken by.
const std::vector<std::string> kPieces = {
    "a",       "B",      "s",        "xyz",    "1",       "23",     "456",
    " ",       "\n",     ".",        ",",      "'",       "-",      "_",
    "+",       "#",      "\"",       ":",      "/",       "’",      "‐",
    "–",       "é",      "e\u0301",  "Й",      "и\u0306", "\u0301", "\u00ad",
    "\u200d",  "\u200b", "\ufeff",   "東",     "京",      "か",     "\u3099",
    "ﾞ",       "ｶ",      "ไ",        "ท",      "\u0e48",  "ำ",      "한",
    "\u1112",  "\u1161", "ש",        "\u05b8", "״",       "ك",      "\u064e",
    "\u0640",  "ह",      "\u093f",   "\u094d", "½",       "₂",      "🙂",
    "\xff",    "\xc3",   "\xe2\x80", "·",      "Ａ",      "．",     "＇",
    "\ufdfa",  "ŉ",      "\u0345",   "q",      "u",       "U.S.",   "C++",
    "100,000", "１"};

TEST(AnalyzerProperty, TokensKeepTheContract) {
  const std::uint64_t seed = test_seed();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20000; ++round) {
    const std::string text = random_text(random, kPieces, random() % 40);
    for (AnalyzerKind kind : {AnalyzerKind::kStandard, AnalyzerKind::kSimple}) {
      TokenBuffer buffer;
      const auto next = analyzer_for(kind).analyze(text, 3, buffer);
      ASSERT_EQ(fault(text, 3, next, buffer), "")
          << text << "\nseed " << seed << " round " << round;
    }
  }
}

TEST(AnalyzerProperty, LongRandomTextsKeepTheContract) {
  const std::uint64_t seed = test_seed();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    // Few kinds of pieces: long words, long runs, terms at the limit.
    std::vector<std::string> pieces;
    while (pieces.size() < 3)
      pieces.push_back(kPieces[random() % kPieces.size()]);
    const std::string text = random_text(random, pieces, 2000);
    TokenBuffer buffer;
    const auto next =
        analyzer_for(AnalyzerKind::kStandard).analyze(text, 0, buffer);
    ASSERT_EQ(fault(text, 0, next, buffer), "")
        << text << "\nseed " << seed << " round " << round;
  }
}

void expect_same_paths(const std::string& text, const std::string& where) {
  TokenBuffer fast;
  TokenBuffer general;
  const auto a = analyzer_for(AnalyzerKind::kStandard).analyze(text, 0, fast);
  const auto b = analyze_without_fast_path(text, 0, general);
  ASSERT_EQ(a, b) << where << '\n' << text;
  ASSERT_EQ(shown(fast), shown(general)) << where << '\n' << text;
  for (std::size_t i = 0; i < fast.tokens.size(); ++i) {
    ASSERT_EQ(fast.tokens[i].begin, general.tokens[i].begin) << where;
    ASSERT_EQ(fast.tokens[i].end, general.tokens[i].end) << where;
  }
}

TEST(AnalyzerProperty, FastPathAndGeneralPathAgree) {
  const std::uint64_t seed = test_seed();
  std::mt19937_64 random(seed);
  std::vector<std::string> ascii;
  for (const char c : std::string_view("aAbsSuz019 .,'-_+#:\"\n")) {
    ascii.emplace_back(1, c);
  }
  for (int round = 0; round < 30000; ++round) {
    const std::string where =
        "seed " + std::to_string(seed) + " round " + std::to_string(round);
    expect_same_paths(random_text(random, ascii, random() % 30), where);
    expect_same_paths(random_text(random, kPieces, random() % 20), where);
    if (HasFatalFailure()) return;
  }
}

// Long enough for sets of bits (analysis/run_finder.h), and some for several.
TEST(AnalyzerProperty, FastPathAndGeneralPathAgreeOnLongTexts) {
  const std::uint64_t seed = test_seed();
  std::mt19937_64 random(seed);
  std::vector<std::string> words = {" the ", "of", "Movement ", " ", "\n",
                                    "   ",   ". ", ", ",        "-", "'s"};
  for (const std::size_t size : {56U, 57U, 58U, 64U, 120U, 300U}) {
    words.push_back(std::string(size, 'w'));
    words.push_back(std::string(size, ' '));
  }
  for (int round = 0; round < 1000; ++round) {
    const std::string where =
        "seed " + std::to_string(seed) + " round " + std::to_string(round);
    const std::size_t pieces = 50 + random() % (round % 10 == 0 ? 8000 : 300);
    std::vector<std::string> mixed = words;
    for (std::size_t i = random() % 8; i > 0; --i) {
      mixed.push_back(kPieces[random() % kPieces.size()]);
    }
    expect_same_paths(random_text(random, mixed, pieces), where);
    if (HasFatalFailure()) return;
  }
}

TEST(AnalyzerProperty, FastPathAndGeneralPathAgreeAtTheLimit) {
  for (std::size_t size = 250; size < 260; ++size) {
    for (const char* tail : {"", "'s", "++", "-a", ".5", ",000", "é"}) {
      expect_same_paths(std::string(size, 'W') + tail, "limit");
      expect_same_paths(std::string(2 * size, '1') + tail, "limit");
    }
  }
}

// A term that was read from an index finds itself.
TEST(AnalyzerProperty, TermsAreQueryWordsForThemselves) {
  const std::uint64_t seed = test_seed();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20000; ++round) {
    const std::string text = random_text(random, kPieces, random() % 12);
    TokenBuffer buffer;
    analyzer_for(AnalyzerKind::kStandard).analyze(text, 0, buffer);
    for (const Token& token : buffer.tokens) {
      const std::string term(buffer.term(token));
      ASSERT_EQ(query_of(AnalyzerKind::kStandard, term), term)
          << text << "\nseed " << seed << " round " << round;
    }
  }
}

TEST(AnalyzerProperty, EveryCodePointFoldsToItself) {
  for (char32_t code = 0; code <= 0x10ffff; ++code) {
    char bytes[kMaxUtf8Bytes];
    const std::size_t n = encode_utf8(code, bytes);
    TokenBuffer buffer;
    const auto next =
        analyzer_for(AnalyzerKind::kStandard).analyze({bytes, n}, 0, buffer);
    ASSERT_LE(next, 1u) << std::hex << static_cast<std::uint32_t>(code);
    ASSERT_EQ(fault({bytes, n}, 0, next, buffer), "");
    if (next == 0) continue;
    const std::string term(buffer.term(buffer.tokens[0]));
    ASSERT_EQ(query_of(AnalyzerKind::kStandard, term), term)
        << std::hex << static_cast<std::uint32_t>(code);
  }
}

// Any two or more characters of a run are found as a phrase of pairs.
TEST(AnalyzerProperty, PartsOfARunAreFound) {
  const std::u32string run = U"全文検索の仕組みを学ぶ";
  const auto utf8 = [&](std::size_t from, std::size_t count) {
    std::string out;
    for (char32_t c : run.substr(from, count)) {
      char bytes[kMaxUtf8Bytes];
      out.append(bytes, encode_utf8(c, bytes));
    }
    return out;
  };
  const Analyzer& analyzer = analyzer_for(AnalyzerKind::kStandard);
  TokenBuffer buffer;
  analyzer.analyze(utf8(0, run.size()), 0, buffer);
  const auto has = [&](std::size_t position, std::string_view term) {
    for (const Token& t : buffer.tokens) {
      if (t.position == position && buffer.term(t) == term) return true;
    }
    return false;
  };
  for (std::size_t from = 0; from < run.size(); ++from) {
    for (std::size_t count = 1; count <= run.size() - from; ++count) {
      const auto query = analyzer.analyze_query_word(utf8(from, count));
      ASSERT_EQ(query.sequence.size(), count == 1 ? 1 : count - 1);
      for (std::size_t i = 0; i < query.sequence.size(); ++i) {
        EXPECT_TRUE(has(from + i, query.sequence[i])) << query.sequence[i];
      }
    }
  }
}

}  // namespace
}  // namespace kwic
