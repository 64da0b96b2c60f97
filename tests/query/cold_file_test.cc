// SPDX-License-Identifier: Apache-2.0
// The first query on an opened file goes another way than the next: it asks for
// what it will read. The answers are the same.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kwic/index.h"
#include "kwic/searcher.h"
#include "tests/support/build_index.h"

namespace kwic {
namespace {

using testing::TextDocument;

// "all" and "half" are dense, "some" and "more" have several blocks, "few" has
// one.
std::vector<TextDocument> corpus() {
  std::vector<TextDocument> documents;
  for (int i = 0; i < 6000; ++i) {
    std::string body = "all of it";
    if (i % 2 == 0) body += " half of it all";
    if (i % 19 == 0) body += i % 3 == 0 ? " some more words" : " more some";
    if (i % 18 == 5) body += " some words of it all";
    if (i % 100 == 3) body += " few words";
    if (i == 77) body += " once";
    documents.push_back({std::to_string(100000 + i), "", body});
  }
  return documents;
}

constexpr const char* kQueries[] = {
    "some more",
    "some half",
    "some all -half",
    "some more few",
    "\"some words\"",
    "\"of it\"",
    "\"some words of it\"",
    "few OR once",
    "all OR some",
    "all half",
    "\"some more words\" half",
    "once",
    "(some AND half)",
    "-some more",
    "\"more some\" OR once",
};

std::string answer(Searcher& searcher, const char* query,
                   const SearchOptions& options) {
  const auto found = searcher.search(query, options);
  if (!found) return found.error().message();
  std::string all = std::to_string(found->total) + ": ";
  for (const Hit& hit : found->hits) {
    all += hit.id + " " + std::to_string(hit.score) + " " + hit.snippet.text;
  }
  return all;
}

std::string fresh_answer(const std::string& path, bool copy, const char* query,
                         const SearchOptions& options) {
  OpenOptions how;
  how.copy = copy;
  auto index = Index::open(path, how);
  if (!index) return index.error().message();
  Searcher searcher(*std::move(index));
  return answer(searcher, query, options);
}

TEST(ColdFile, TheFirstAnswerIsThatOfTheSecondAndOfACopy) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("index.kwic");
  ASSERT_TRUE(testing::build_index_file(corpus(), path));
  const auto index = Index::open(path);
  ASSERT_TRUE(index) << index.error().message();
  Searcher warm(*index);
  for (const std::size_t limit : {0U, 3U, 2000U}) {
    for (const bool count_all : {true, false}) {
      SearchOptions options;
      options.limit = limit;
      options.count_all = count_all;
      for (const char* query : kQueries) {
        const std::string first = fresh_answer(path, false, query, options);
        answer(warm, query, options);
        EXPECT_EQ(first, answer(warm, query, options)) << query;
        EXPECT_EQ(first, fresh_answer(path, true, query, options)) << query;
      }
    }
  }
}

}  // namespace
}  // namespace kwic
