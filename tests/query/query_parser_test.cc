// SPDX-License-Identifier: Apache-2.0
#include "query/query_parser.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "gtest/gtest.h"
#include "query/query_text.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

const Analyzer& standard() { return analyzer_for(AnalyzerKind::kStandard); }

std::string parsed(std::string_view query,
                   Operator operation = Operator::kAnd) {
  const auto tree = parse_query(query, operation, standard());
  return tree ? query_text(*tree) : "error: " + tree.error().message();
}

std::string any(std::string_view query) { return parsed(query, Operator::kOr); }

TEST(QueryParser, Words) {
  EXPECT_EQ(parsed("one"), "one");
  EXPECT_EQ(parsed("  one  "), "one");
  EXPECT_EQ(parsed("one two"), "(AND one two)");
  EXPECT_EQ(any("one two"), "(OR one two)");
  EXPECT_EQ(parsed("One\ttwo\nthree"), "(AND one two three)");
  EXPECT_EQ(parsed("one\xE3\x80\x80two"), "(AND one two)");  // U+3000
}

TEST(QueryParser, Precedence) {
  EXPECT_EQ(parsed("a OR b c"), "(OR a (AND b c))");
  EXPECT_EQ(parsed("a b OR c"), "(OR (AND a b) c)");
  EXPECT_EQ(parsed("a AND b OR c AND d"), "(OR (AND a b) (AND c d))");
  EXPECT_EQ(any("a AND b c"), "(OR (AND a b) c)");
  EXPECT_EQ(any("a b AND c"), "(OR a (AND b c))");
  EXPECT_EQ(parsed("NOT a b"), "(AND b (NOT a))");
  EXPECT_EQ(parsed("a AND NOT b"), "(AND a (NOT b))");
  EXPECT_EQ(parsed("a OR NOT b"), "(OR a (NOT b))");
  EXPECT_EQ(parsed("a OR b -c"), "(OR a (AND b (NOT c)))");
}

TEST(QueryParser, Signs) {
  for (const Operator operation : {Operator::kAnd, Operator::kOr}) {
    EXPECT_EQ(parsed("+a b", operation), "(AND a (MAYBE b))");
    EXPECT_EQ(parsed("b +a", operation), "(AND a (MAYBE b))");
    EXPECT_EQ(parsed("+a +b", operation), "(AND a b)");
    EXPECT_EQ(parsed("+a -b", operation), "(AND a (NOT b))");
    EXPECT_EQ(parsed("a -b", operation), "(AND a (NOT b))");
    EXPECT_EQ(parsed("-a", operation), "(NOT a)");
    EXPECT_EQ(parsed("+a", operation), "a");
    EXPECT_EQ(parsed("+a b AND c", operation), "(AND a (MAYBE (AND b c)))");
    EXPECT_EQ(parsed("+a (b c)", operation), operation == Operator::kAnd
                                                 ? "(AND a (MAYBE (AND b c)))"
                                                 : "(AND a (MAYBE (OR b c)))");
  }
  EXPECT_EQ(parsed("a b -c"), "(AND a b (NOT c))");
  EXPECT_EQ(any("a b -c"), "(AND (OR a b) (NOT c))");
  EXPECT_EQ(parsed("-a -b"), "(AND (NOT a) (NOT b))");
  EXPECT_EQ(parsed("NOT NOT a"), "a");
  EXPECT_EQ(parsed("NOT -a"), "a");
  EXPECT_EQ(parsed("(+a b) OR c"), "(OR (AND a (MAYBE b)) c)");
}

TEST(QueryParser, SignsInsideWordsAreText) {
  EXPECT_EQ(parsed("a - b"), "(AND a b)");
  EXPECT_EQ(parsed("a + b"), "(AND a b)");
  EXPECT_EQ(parsed("--flag"), "flag");
  EXPECT_EQ(parsed("-"), "(NOTHING)");
  EXPECT_EQ(parsed("(a -)"), "a");
  EXPECT_EQ(parsed("and or not"), "(AND and or not)");
  EXPECT_EQ(parsed("+AND -OR"), "(AND and (NOT or))");
  EXPECT_EQ(parsed("\"AND\""), "and");
}

TEST(QueryParser, Phrases) {
  EXPECT_EQ(parsed("\"to be or not\""), "\"to be or not\"");
  EXPECT_EQ(parsed("\"one\""), "one");
  EXPECT_EQ(parsed("a \"b c\""), "(AND a \"b c\")");
  EXPECT_EQ(parsed("a\"b c\"d"), "(AND a \"b c\" d)");
  EXPECT_EQ(parsed("-\"b c\" a"), "(AND a (NOT \"b c\"))");
  EXPECT_EQ(parsed("\xE2\x80\x9C"
                   "b c\xE2\x80\x9D"),
            "\"b c\"");
  EXPECT_EQ(parsed("\"\" a"), "a");
  EXPECT_EQ(parsed("\"(a OR b)\""), "\"a or b\"");
}

TEST(QueryParser, Groups) {
  EXPECT_EQ(parsed("(a OR b) c"), "(AND (OR a b) c)");
  EXPECT_EQ(parsed("a(b OR c)"), "(AND a (OR b c))");
  EXPECT_EQ(parsed("((a))"), "a");
  EXPECT_EQ(parsed("-(a b) c"), "(AND c (NOT (AND a b)))");
  EXPECT_EQ(parsed("+(a OR b) c"), "(AND (OR a b) (MAYBE c))");
}

TEST(QueryParser, WordsWithoutLettersAreDropped) {
  EXPECT_EQ(parsed(""), "(NOTHING)");
  EXPECT_EQ(parsed("... !"), "(NOTHING)");
  EXPECT_EQ(parsed("a ... b"), "(AND a b)");
  EXPECT_EQ(parsed("a OR ..."), "a");
  EXPECT_EQ(parsed("a AND ... AND b"), "(AND a b)");
  EXPECT_EQ(parsed("NOT ... a"), "a");
  EXPECT_EQ(parsed("(...) a"), "a");
  EXPECT_EQ(parsed("+... a b"), "(AND a b)");
}

TEST(QueryParser, CompoundsInARowOrJoined) {
  const std::string either = "(OR \"de escalation\" deescalation)";
  EXPECT_EQ(parsed("de-escalation"), either);
  EXPECT_EQ(parsed("de-escalation x"), "(AND " + either + " x)");
  EXPECT_EQ(parsed("\"de-escalation\""), "\"de escalation\"");
  EXPECT_EQ(parsed("-de-escalation x"), "(AND x (NOT " + either + "))");
}

// The examples of docs/query_language.md.
TEST(QueryParser, ExamplesOfThePage) {
  EXPECT_EQ(parsed("\"Security Guarantees\" -NATO"),
            "(AND \"security guarantees\" (NOT nato))");
  EXPECT_EQ(parsed("+cats dogs OR birds"),
            "(OR (AND cats (MAYBE dogs)) birds)");
  EXPECT_EQ(parsed("de-escalation talks"),
            "(AND (OR \"de escalation\" deescalation) talks)");
}

void expect_error(std::string_view query, std::size_t position,
                  std::string_view part) {
  const auto tree = parse_query(query, Operator::kAnd, standard());
  ASSERT_FALSE(tree) << query;
  EXPECT_EQ(tree.error().code(), StatusCode::kSyntax) << query;
  EXPECT_EQ(tree.error().position(), position) << query;
  EXPECT_NE(tree.error().message().find(part), std::string::npos)
      << tree.error().message();
}

TEST(QueryParser, ErrorsHavePositionAndHint) {
  expect_error("find \"this", 5, "the quote at byte 5 is never closed");
  expect_error("find \"this", 5, "add a closing \" or use --plain");
  expect_error("a (b", 2, "the ( at byte 2 is never closed");
  expect_error("a ((b) c", 2, "the ( at byte 2 is never closed");
  expect_error("a) b", 1, "the ) at byte 1 closes nothing");
  expect_error("a () b", 2, "the group at byte 2 is empty");
  expect_error("AND a", 0, "nothing before it");
  expect_error("a AND", 2, "nothing behind it");
  expect_error("a OR", 2, "nothing behind it");
  expect_error("a OR OR b", 5, "nothing before it");
  expect_error("a OR AND b", 5, "nothing before it");
  expect_error("a NOT", 2, "nothing behind it");
  expect_error("(a AND) b", 3, "nothing behind it");
  expect_error("(OR a)", 1, "nothing before it");
  expect_error("a -(", 3, "never closed");
}

StatusCode code_of(const std::string& query) {
  return parse_query(query, Operator::kAnd, standard()).error().code();
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST(QueryParser, Limits) {
  const auto deep = [](std::size_t n) {
    return std::string(n, '(') + "a" + std::string(n, ')');
  };
  EXPECT_EQ(code_of(deep(kMaxQueryDepth)), StatusCode::kOk);
  EXPECT_EQ(code_of(deep(kMaxQueryDepth + 1)), StatusCode::kLimit);
  EXPECT_EQ(code_of(std::string(60000, '(')), StatusCode::kLimit);

  EXPECT_EQ(code_of(repeated("a ", kMaxQueryClauses)), StatusCode::kOk);
  EXPECT_EQ(code_of(repeated("a ", kMaxQueryClauses + 1)), StatusCode::kLimit);

  const auto quoted = [](std::size_t n) {
    return std::string("\"").append(repeated("a ", n)).append("\"");
  };
  EXPECT_EQ(code_of(quoted(kMaxPhraseTerms)), StatusCode::kOk);
  EXPECT_EQ(code_of(quoted(kMaxPhraseTerms + 1)), StatusCode::kLimit);

  EXPECT_EQ(code_of(std::string(kMaxQueryBytes, ' ')), StatusCode::kOk);
  EXPECT_EQ(code_of(std::string(kMaxQueryBytes + 1, ' ')), StatusCode::kLimit);
}

TEST(QueryParser, LongRunsOfOperatorsAreLinear) {
  EXPECT_EQ(parsed(repeated("NOT ", 16000) + "a"), "a");
  EXPECT_EQ(parsed(repeated("( ... ) ", 8000) + "a"), "a");
  EXPECT_EQ(code_of(repeated("-", 60000)), StatusCode::kOk);
}

// Children below parents, every node with one parent, the root last.
void expect_well_formed(const QueryTree& tree, const std::string& query) {
  ASSERT_FALSE(tree.nodes.empty()) << query;
  std::vector<int> parents(tree.nodes.size(), 0);
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const QueryNode& node = tree.nodes[i];
    EXPECT_EQ(node.kind == NodeKind::kTerm, node.terms.size() == 1) << query;
    EXPECT_EQ(node.kind == NodeKind::kPhrase, node.terms.size() > 1) << query;
    EXPECT_EQ(node.kind == NodeKind::kBoolean, !node.clauses.empty()) << query;
    for (const QueryClause& clause : node.clauses) {
      ASSERT_LT(clause.node, i) << query;
      ++parents[clause.node];
    }
  }
  EXPECT_EQ(parents.back(), 0) << query;
  parents.pop_back();
  for (const int count : parents) EXPECT_EQ(count, 1) << query;
}

TEST(QueryParser, AnyTextGivesATreeOrAnError) {
  const std::string_view pieces[] = {
      "a",     "b-c",          "\"",          "(",        ")",  " ",
      " AND ", " OR ",         "NOT ",        "+",        "-",  "...",
      "\xE2",  "\x80",         "\x9C",        "\xC3\xA9", "\0", "'",
      "*",     "\xE2\x80\x9C", "\xE2\x80\x9D"};
  testing::Random random(testing::test_seed());
  for (int i = 0; i < 20000; ++i) {
    std::string query;
    for (std::size_t n = random.below(20); n > 0; --n) {
      query += pieces[random.below(std::size(pieces))];
    }
    const auto operation = random.chance(0.5) ? Operator::kAnd : Operator::kOr;
    const auto tree = parse_query(query, operation, standard());
    if (tree) {
      expect_well_formed(*tree, query);
    } else {
      EXPECT_EQ(tree.error().code(), StatusCode::kSyntax);
      EXPECT_LE(tree.error().position(), query.size());
    }
  }
}

}  // namespace
}  // namespace kwic
