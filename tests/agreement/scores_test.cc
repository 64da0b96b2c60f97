// SPDX-License-Identifier: Apache-2.0
// Score distributions that tempt a pruning executor: all equal, one giant,
// saturated stop words, ties across posting blocks.
#include <cstddef>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/agreement.h"
#include "tests/support/random_corpus.h"

namespace kwic::testing {
namespace {

std::string id_of(std::size_t i) {
  const std::string digits = std::to_string(i);
  return std::string(6 - digits.size(), '0') + digits;
}

std::vector<TextDocument> equal_documents(std::size_t count,
                                          const std::string& body) {
  std::vector<TextDocument> documents;
  for (std::size_t i = 0; i < count; ++i) {
    documents.push_back({id_of(i), "", body});
  }
  return documents;
}

std::vector<QueryTree> queries() {
  return {
      term_query("a"),
      term_query("b"),
      phrase_query({"a", "b"}),
      phrase_query({"a", "a"}),
      boolean_query({{Occur::kMust, {"a"}}, {Occur::kMust, {"b"}}}),
      boolean_query({{Occur::kShould, {"a"}}, {Occur::kShould, {"b"}}}),
      boolean_query({{Occur::kShould, {"a"}},
                     {Occur::kShould, {"b"}},
                     {Occur::kShould, {"rare"}}}),
      boolean_query({{Occur::kMust, {"a"}}, {Occur::kShould, {"rare"}}}),
      boolean_query({{Occur::kMust, {"b"}}, {Occur::kMustNot, {"rare"}}}),
      boolean_query({{Occur::kMustNot, {"rare"}}}),
      boolean_query({{Occur::kShould, {"a", "b"}}, {Occur::kShould, {"rare"}}}),
  };
}

void check(std::vector<TextDocument> documents) {
  auto agreement = Agreement::create(std::move(documents));
  ASSERT_TRUE(agreement) << agreement.error().message();
  for (const QueryTree& query : queries()) {
    ASSERT_TRUE((*agreement)->check(query));
  }
}

TEST(Scores, AllEqual) { check(equal_documents(3000, "a b a")); }

TEST(Scores, AllEqualButTheLast) {
  auto documents = equal_documents(3000, "a b a");
  documents.back().body = "rare a a a b a b";
  check(std::move(documents));
}

TEST(Scores, OneGiant) {
  auto documents = equal_documents(2000, "a b c d");
  for (int i = 0; i < 50000; ++i) documents[700].body += " a b";
  documents[1300].body = "a rare";
  check(std::move(documents));
}

TEST(Scores, SaturatedStopWords) {
  auto documents = equal_documents(2000, "");
  for (std::size_t i = 0; i < documents.size(); ++i) {
    for (std::size_t n = 0; n <= i % 40; ++n) documents[i].body += "a b ";
    if (i % 97 == 0) documents[i].body += "rare";
  }
  check(std::move(documents));
}

TEST(Scores, RisingToTheEnd) {
  auto documents = equal_documents(2000, "b");
  for (std::size_t i = 0; i < documents.size(); ++i) {
    for (std::size_t n = 0; n < i / 50; ++n) documents[i].body += " a";
    for (std::size_t n = i / 50; n < 40; ++n) documents[i].body += " c";
  }
  check(std::move(documents));
}

TEST(Scores, FallingToTheEnd) {
  auto documents = equal_documents(2000, "b");
  for (std::size_t i = 0; i < documents.size(); ++i) {
    for (std::size_t n = i / 50; n < 40; ++n) documents[i].body += " a";
    for (std::size_t n = 0; n < i / 50; ++n) documents[i].body += " rare";
  }
  check(std::move(documents));
}

}  // namespace
}  // namespace kwic::testing
