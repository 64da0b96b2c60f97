// SPDX-License-Identifier: Apache-2.0
// Every corpus of up to three short documents over two words, and every query
// of a family on each of them.
#include <cstddef>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "query/query_text.h"
#include "tests/support/agreement.h"
#include "tests/support/random_corpus.h"

namespace kwic::testing {
namespace {

using Terms = std::vector<std::string>;

// All texts of up to `length` words over `words`, the empty one first.
std::vector<std::string> all_texts(const Terms& words, std::size_t length) {
  std::vector<std::string> texts = {""};
  std::size_t begin = 0;
  for (std::size_t n = 0; n < length; ++n) {
    const std::size_t end = texts.size();
    for (std::size_t i = begin; i < end; ++i) {
      for (const std::string& word : words) {
        const std::string text = texts[i];
        texts.push_back(text.empty() ? word : text + " " + word);
      }
    }
    begin = end;
  }
  return texts;
}

std::vector<QueryTree> all_queries() {
  const std::vector<Terms> leaves = {{"a"},      {"b"},      {"z"},
                                     {"a", "a"}, {"a", "b"}, {"b", "a", "b"}};
  const Occur occurs[] = {Occur::kMust, Occur::kShould, Occur::kMustNot};
  std::vector<QueryTree> queries;
  for (const Terms& leaf : leaves) queries.push_back(phrase_query(leaf));
  queries.push_back(phrase_query({"a", "b", "a"}));
  queries.push_back(phrase_query({"a", "z"}));
  queries.push_back(phrase_query({"a", "a", "a"}));
  for (const Occur one : occurs) {
    for (const Terms& first : leaves) {
      queries.push_back(boolean_query({{one, first}}));
      for (const Occur two : occurs) {
        for (const Terms& second : leaves) {
          queries.push_back(boolean_query({{one, first}, {two, second}}));
        }
      }
    }
  }
  return queries;
}

std::vector<TextDocument> corpus_of(const std::vector<std::string>& bodies) {
  std::vector<TextDocument> documents;
  for (const std::string& body : bodies) {
    documents.push_back({"doc" + std::to_string(documents.size()), "", body});
  }
  return documents;
}

void check_corpus(const std::vector<std::string>& bodies,
                  const std::vector<QueryTree>& queries) {
  auto agreement = Agreement::create(corpus_of(bodies));
  ASSERT_TRUE(agreement) << agreement.error().message();
  for (const QueryTree& query : queries) {
    ASSERT_TRUE((*agreement)->check(query))
        << "texts: " << ::testing::PrintToString(bodies);
  }
}

TEST(SmallCorpora, OneDocument) {
  const auto queries = all_queries();
  for (const std::string& text : all_texts({"a", "b", "c"}, 3)) {
    ASSERT_NO_FATAL_FAILURE(check_corpus({text}, queries));
  }
}

TEST(SmallCorpora, TwoDocuments) {
  const auto queries = all_queries();
  const auto texts = all_texts({"a", "b"}, 3);
  for (const std::string& first : texts) {
    for (const std::string& second : texts) {
      ASSERT_NO_FATAL_FAILURE(check_corpus({first, second}, queries));
    }
  }
}

// The order of documents does not matter to what is tested here beyond ties,
// which two documents show already.
TEST(SmallCorpora, ThreeDocuments) {
  const auto queries = all_queries();
  const auto texts = all_texts({"a", "b"}, 3);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t j = i; j < texts.size(); ++j) {
      for (std::size_t k = j; k < texts.size(); ++k) {
        ASSERT_NO_FATAL_FAILURE(
            check_corpus({texts[i], texts[j], texts[k]}, queries));
      }
    }
  }
}

TEST(SmallCorpora, NoDocument) {
  ASSERT_NO_FATAL_FAILURE(check_corpus({}, all_queries()));
}

}  // namespace
}  // namespace kwic::testing
