// SPDX-License-Identifier: Apache-2.0
#include "query/plain_query.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "gtest/gtest.h"
#include "query/query_text.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

QueryTree plain_tree(std::string_view text,
                     Operator operation = Operator::kAnd) {
  return parse_plain(text, operation, analyzer_for(AnalyzerKind::kStandard));
}

std::string plain(std::string_view text) {
  return query_text(plain_tree(text));
}

TEST(PlainQuery, WordsAndPhrases) {
  EXPECT_EQ(plain("one"), "one");
  EXPECT_EQ(plain("one two"), "(AND one two)");
  EXPECT_EQ(query_text(plain_tree("one two", Operator::kOr)), "(OR one two)");
  EXPECT_EQ(plain("\"one two\" three"), "(AND \"one two\" three)");
  EXPECT_EQ(plain("\xE2\x80\x9Cone two\xE2\x80\x9D"), "\"one two\"");
  EXPECT_EQ(plain("say \"one\" \"two three\""), "(AND say one \"two three\")");
}

TEST(PlainQuery, NothingIsAnOperator) {
  EXPECT_EQ(plain("one OR two"), "(AND one or two)");
  EXPECT_EQ(plain("NOT -one +two"), "(AND not one two)");
  EXPECT_EQ(plain("a:(^"), "a");
  EXPECT_EQ(plain("(((("), "(NOTHING)");
  EXPECT_EQ(plain(""), "(NOTHING)");
  EXPECT_EQ(plain("multi-agent"), "(OR \"multi agent\" multiagent)");
}

TEST(PlainQuery, UnbalancedQuotesAreNothing) {
  EXPECT_EQ(plain("one \"two three"), "(AND one two three)");
  EXPECT_EQ(plain("one\""), "one");
  EXPECT_EQ(plain("\"a b\" c\" d"), "(AND \"a b\" c d)");
  EXPECT_EQ(plain("\""), "(NOTHING)");
}

TEST(PlainQuery, BeyondTheLimitsTheRestIsLeftOut) {
  std::string words;
  for (std::size_t i = 0; i < 3 * kMaxQueryClauses; ++i) words += "a ";
  EXPECT_EQ(plain_tree(words).root().clauses.size(), kMaxQueryClauses);
  EXPECT_EQ(plain_tree("\"" + words + "\"").root().terms.size(),
            kMaxPhraseTerms);
  std::string text(kMaxQueryBytes - 1, ' ');
  EXPECT_EQ(plain(text + "a b"), "a");
  EXPECT_EQ(plain(text + "\xC3\xA9"), "(NOTHING)");
}

TEST(PlainQuery, NeverFails) {
  testing::Random random(testing::test_seed());
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::size_t n = random.below(60); n > 0; --n) {
      text += random.chance(0.2) ? '"' : static_cast<char>(random.below(256));
    }
    EXPECT_FALSE(plain_tree(text).nodes.empty());
  }
}

}  // namespace
}  // namespace kwic
