// SPDX-License-Identifier: Apache-2.0
#include "kwic/searcher.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "gtest/gtest.h"
#include "tests/support/build_index.h"

namespace kwic {
namespace {

using testing::build_index;
using testing::TextDocument;

std::vector<TextDocument> small_corpus() {
  return {
      {"a.txt", "Talks", "The cat and the dog met. The cat left."},
      {"b.txt", "", "A dog, \"security guarantees\" and de-escalation."},
      {"c.txt", "Cat people", "Nothing of the kind stands here."},
      {"d.txt", "", "security without guarantees; deescalation"},
      {"e.txt", "", ""},
  };
}

Index small_index(BuildOptions options = {}) {
  auto index = build_index(small_corpus(), std::move(options));
  EXPECT_TRUE(index) << index.error().message();
  return *std::move(index);
}

std::string ids(const Result<SearchResult>& result) {
  if (!result) return result.error().message();
  std::string text;
  for (const Hit& hit : result->hits) text += hit.id.substr(0, 1);
  return text;
}

TEST(Searcher, FindsAndRanks) {
  Searcher searcher(small_index());
  EXPECT_EQ(ids(searcher.search("cat")), "ac");
  EXPECT_EQ(ids(searcher.search("cat dog")), "a");
  EXPECT_EQ(ids(searcher.search("dog -cat")), "b");
  EXPECT_EQ(ids(searcher.search("\"security guarantees\"")), "b");
  EXPECT_EQ(ids(searcher.search("talks")), "a");
  EXPECT_EQ(ids(searcher.search("unheard-of")), "");
  EXPECT_EQ(ids(searcher.search("...")), "");
  EXPECT_EQ(ids(searcher.search("NOT the")), "bde");
  EXPECT_EQ(ids(searcher.search("de-escalation")).size(), 2U);
  EXPECT_EQ(ids(searcher.search("deescalation")).size(), 2U);
}

TEST(Searcher, FillsHits) {
  Searcher searcher(small_index());
  const auto result = searcher.search("cat");
  ASSERT_TRUE(result) << result.error().message();
  ASSERT_EQ(result->hits.size(), 2U);
  EXPECT_EQ(result->total, 2U);
  EXPECT_TRUE(result->exact);
  const Hit& first = result->hits[0];
  EXPECT_EQ(first.doc, 0U);
  EXPECT_GT(first.score, 0);
  EXPECT_EQ(first.title, "Talks");
  EXPECT_EQ(first.snippet.text, "The cat and the dog met. The cat left.");
  ASSERT_EQ(first.snippet.matches.size(), 2U);
  EXPECT_EQ(first.snippet.matches[0].begin, 4U);
  EXPECT_EQ(first.snippet.matches[0].end, 7U);
  // Found by its title: the body's beginning, without matches.
  const Hit& second = result->hits[1];
  EXPECT_EQ(second.title, "Cat people");
  EXPECT_EQ(second.snippet.text, "Nothing of the kind stands here.");
  EXPECT_TRUE(second.snippet.matches.empty());
}

TEST(Searcher, LeavesOutWhatIsNotWanted) {
  Searcher searcher(small_index());
  ASSERT_EQ(ids(searcher.search("cat")), "ac");
  SearchOptions options;
  options.fill = false;
  EXPECT_TRUE(searcher.search("cat", options)->hits[0].id.empty());
  options.fill = true;
  options.snippet_bytes = 0;
  EXPECT_TRUE(searcher.search("cat", options)->hits[0].snippet.text.empty());
  EXPECT_EQ(searcher.search("cat", options)->hits[0].id, "a.txt");
}

TEST(Searcher, WithoutStoredTextThereIsNoSnippet) {
  BuildOptions options;
  options.keep_text = false;
  Searcher searcher(small_index(options));
  const auto result = searcher.search("cat");
  ASSERT_EQ(ids(result), "ac");
  EXPECT_EQ(result->hits[0].id, "a.txt");
  EXPECT_TRUE(result->hits[0].snippet.text.empty());
}

TEST(Searcher, OffsetAndLimit) {
  Searcher searcher(small_index());
  SearchOptions options;
  options.operation = Operator::kOr;
  const std::string all = ids(searcher.search("cat dog the", options));
  EXPECT_EQ(all.size(), 3U);
  for (std::size_t offset = 0; offset < 5; ++offset) {
    for (std::size_t limit = 0; limit < 5; ++limit) {
      options.offset = offset;
      options.limit = limit;
      const auto result = searcher.search("cat dog the", options);
      ASSERT_TRUE(result);
      EXPECT_EQ(result->total, 3U);
      const std::size_t begin = std::min(offset, all.size());
      EXPECT_EQ(ids(result), all.substr(begin, limit));
    }
  }
}

StatusCode code_for(Searcher& searcher, std::size_t offset, std::size_t limit) {
  SearchOptions options;
  options.offset = offset;
  options.limit = limit;
  return searcher.search("cat", options).error().code();
}

TEST(Searcher, RefusesWhatIsBeyondTheLimits) {
  constexpr std::size_t kHuge = std::numeric_limits<std::size_t>::max();
  Searcher searcher(small_index());
  EXPECT_EQ(code_for(searcher, 0, kMaxHits), StatusCode::kOk);
  EXPECT_EQ(code_for(searcher, kMaxHits, 0), StatusCode::kOk);
  EXPECT_EQ(code_for(searcher, 0, kMaxHits + 1), StatusCode::kLimit);
  EXPECT_EQ(code_for(searcher, 1, kMaxHits), StatusCode::kLimit);
  EXPECT_EQ(code_for(searcher, kHuge, 2), StatusCode::kLimit);
  EXPECT_EQ(code_for(searcher, 2, kHuge), StatusCode::kLimit);
  EXPECT_EQ(code_for(searcher, kHuge, kHuge), StatusCode::kLimit);
}

TEST(Searcher, ErrorsOfTheLanguage) {
  Searcher searcher(small_index());
  const auto result = searcher.search("cat \"dog");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), StatusCode::kSyntax);
  EXPECT_EQ(result.error().position(), 4U);
  EXPECT_EQ(searcher.count("(cat").error().code(), StatusCode::kSyntax);
  SearchOptions plain;
  plain.syntax = Syntax::kPlain;
  EXPECT_EQ(ids(searcher.search("cat \"dog", plain)), "a");
  EXPECT_EQ(ids(searcher.search("(cat", plain)), "ac");
}

std::string count(Searcher& searcher, const char* query,
                  const SearchOptions& options = {}) {
  const auto total = searcher.count(query, options);
  return total ? std::to_string(*total) : total.error().message();
}

TEST(Searcher, Counts) {
  Searcher searcher(small_index());
  EXPECT_EQ(count(searcher, "cat"), "2");
  EXPECT_EQ(count(searcher, "-cat"), "3");
  EXPECT_EQ(count(searcher, "dog the"), "1");
  SearchOptions any;
  any.operation = Operator::kOr;
  EXPECT_EQ(count(searcher, "dog the", any), "3");
  EXPECT_EQ(count(searcher, ""), "0");
}

TEST(Searcher, OutlivesTheIndexItWasMadeOf) {
  Searcher searcher = [] {
    const Index index = small_index();
    return Searcher(index);
  }();
  EXPECT_EQ(ids(searcher.search("cat")), "ac");
}

TEST(Searcher, MovedFromIsAnError) {
  Searcher searcher(small_index());
  const Searcher taken = std::move(searcher);
  EXPECT_FALSE(searcher.search("cat"));  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(searcher.count("cat"));
}

TEST(Searcher, ThreadsShareAnIndex) {
  const Index index = small_index();
  std::vector<std::string> found(4);
  std::vector<std::thread> threads;
  for (std::string& text : found) {
    threads.emplace_back([&index, &text] {
      Searcher searcher(index);
      for (int i = 0; i < 50; ++i) text = ids(searcher.search("cat"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : found) EXPECT_EQ(text, "ac");
}

TEST(ExplainQuery, SaysWhatIsSearched) {
  const Index index = small_index();
  EXPECT_EQ(*explain_query(index, "\"Security Guarantees\" -NATO"),
            "(AND \"security guarantees\" (NOT nato))");
  SearchOptions options;
  options.syntax = Syntax::kPlain;
  options.operation = Operator::kOr;
  EXPECT_EQ(*explain_query(index, "cat -dog", options), "(OR cat dog)");
  EXPECT_EQ(explain_query(index, "(").error().code(), StatusCode::kSyntax);
}

}  // namespace
}  // namespace kwic
