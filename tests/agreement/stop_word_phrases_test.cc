// SPDX-License-Identifier: Apache-2.0
// Phrases of which predecessor codes spare words (format/frequent_words.h),
// against the reference engine: every phrase over a few words, in short and in
// long documents.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/agreement.h"
#include "tests/support/random_corpus.h"
#include "tests/support/simd_level.h"

namespace kwic::testing {
namespace {

using Terms = std::vector<std::string>;

struct Case {
  const char* name;
  std::size_t documents;
  std::size_t length;
  // "wi-fi" is found by "wi" and by "wifi", at one position.
  Terms words;
  Terms terms;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class StopWordPhrases : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    std::vector<TextDocument> documents;
    for (std::size_t i = 0; i < GetParam().documents; ++i) {
      documents.push_back({"d" + std::to_string(i), "", text()});
    }
    auto made = Agreement::create(std::move(documents));
    ASSERT_TRUE(made) << made.error().message();
    agreement_ = *std::move(made);
  }

  // Rare words are rare: their lists are short ones.
  std::string text() {
    std::string text;
    const Terms& words = GetParam().words;
    for (std::size_t i = random_.below(2 * GetParam().length) + 1; i > 0; --i) {
      const std::size_t from = random_.chance(0.8) ? 3 : words.size();
      text += words[random_.below(from)] + ' ';
    }
    return text;
  }

  void check(const Terms& phrase) {
    ASSERT_TRUE(agreement_->check(phrase_query(phrase)))
        << ::testing::PrintToString(phrase)
        << " KWIC_TEST_SEED=" << test_seed();
  }

  // All phrases of `size` terms, or some at random if they are many.
  void check_phrases(std::size_t size) {
    constexpr std::size_t kMany = 1000;
    const Terms& terms = GetParam().terms;
    std::size_t all = 1;
    for (std::size_t i = 0; i < size; ++i) all *= terms.size();
    for (std::size_t n = 0; n < std::min(all, kMany); ++n) {
      std::size_t number = all <= kMany ? n : random_.below(all);
      Terms phrase;
      for (; phrase.size() < size; number /= terms.size()) {
        phrase.push_back(terms[number % terms.size()]);
      }
      ASSERT_NO_FATAL_FAILURE(check(phrase));
    }
  }

  Random random_{test_seed()};
  std::unique_ptr<Agreement> agreement_;
};

TEST_P(StopWordPhrases, OfTwoWords) { check_phrases(2); }
TEST_P(StopWordPhrases, OfThreeWords) { check_phrases(3); }
TEST_P(StopWordPhrases, OfFourWords) { check_phrases(4); }
// Of which some have a pair of words twice or three times.
TEST_P(StopWordPhrases, OfSixWords) { check_phrases(6); }

TEST_P(StopWordPhrases, WithOtherClauses) {
  const Terms& terms = GetParam().terms;
  for (const std::string& a : terms) {
    for (const std::string& b : terms) {
      for (const Occur occur :
           {Occur::kMust, Occur::kMustNot, Occur::kShould}) {
        ASSERT_TRUE(agreement_->check(boolean_query(
            {{Occur::kMust, {a, b}}, {occur, {b}}, {Occur::kShould, {a}}})));
        ASSERT_TRUE(agreement_->check(boolean_query(
            {{Occur::kMust, {a, b}}, {Occur::kMust, {b, b, a}}})));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, StopWordPhrases,
    ::testing::Values(
        Case{"short",
             700,
             6,
             {"a", "b", "c", "d", "e"},
             {"a", "b", "c", "d", "e"}},
        Case{
            "sparse", 9000, 1, {"a", "b", "c", "d", "e"}, {"a", "c", "d", "e"}},
        // Bitsets of several windows.
        Case{"windows", 9000, 6, {"a", "b", "c", "d", "e"}, {"a", "b", "e"}},
        Case{"long", 400, 200, {"a", "b", "c", "d"}, {"a", "b", "c", "d"}},
        // More occurrences in a block than are compared together.
        Case{"very_long", 300, 800, {"a", "b", "a", "c"}, {"a", "b"}},
        // More words than have codes.
        Case{"many",
             900,
             12,
             {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k",
              "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v"},
             {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k",
              "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v"}},
        Case{"several",
             500,
             9,
             {"wi-fi", "wi", "b", "wifi", "fi"},
             {"wi", "fi", "wifi", "b"}}),
    [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace kwic::testing
