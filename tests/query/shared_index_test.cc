// SPDX-License-Identifier: Apache-2.0
// One Index shared by threads, and an index that is replaced while others open
// it.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "kwic/index.h"
#include "kwic/searcher.h"
#include "tests/support/build_index.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

using testing::build_index_file;
using testing::TemporaryFolder;
using testing::TextDocument;

constexpr int kThreads = 4;

constexpr const char* kQueries[] = {
    "every",           "edge255 edge513",        "edge128 OR edge257 OR giant",
    "\"every giant\"", "every -edge512",         "NOT nearly",
    "+every edge129",  "(edge1 OR edge2) every", "\"giant every giant\" nearly",
};

std::vector<TextDocument> corpus(std::size_t documents, bool edges) {
  testing::Random random(testing::test_seed());
  testing::CorpusShape shape;
  shape.documents = documents;
  shape.edges = edges;
  return testing::random_corpus(shape, random);
}

// All of an answer, as text.
std::string answer(const Index& index, Searcher& searcher) {
  std::string all;
  for (const char* query : kQueries) {
    const auto found = searcher.search(query, {.limit = 5});
    if (!found) return found.error().message();
    all += std::to_string(found->total) + ": ";
    for (const Hit& hit : found->hits) {
      all += hit.id + " " + std::to_string(hit.score) + " " + hit.snippet.text +
             " ";
    }
  }
  const auto text = index.text(index.find("00000007").value());
  return text ? all + text->body : text.error().message();
}

TEST(SharedIndex, ThreadsGetTheAnswersOfOne) {
  const auto index = testing::build_index(corpus(1500, true));
  ASSERT_TRUE(index) << index.error().message();
  Searcher first(*index);
  const std::string expected = answer(*index, first);
  std::atomic<int> different = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 4; ++round) {
        Searcher searcher(*index);
        for (int again = 0; again < 2; ++again) {
          if (answer(*index, searcher) != expected) ++different;
        }
        const auto report = index->verify(VerifyLevel::kHashes);
        if (!report || !report->ok()) ++different;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(different, 0);
}

// Readers see one of the indexes, whole, and what they have open stays.
TEST(SharedIndex, IsReplacedWhileOthersOpenIt) {
  constexpr std::size_t kSizes[] = {20, 300};
  const TemporaryFolder folder;
  const std::string path = folder.file("x.kwic");
  std::vector<std::vector<TextDocument>> corpora;
  for (const std::size_t size : kSizes) corpora.push_back(corpus(size, false));
  ASSERT_TRUE(build_index_file(corpora[0], path));
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> opened = 0;
  const auto read = [&] {
    while (!done) {
      const auto index = Index::open(path);
      if (!index) {
        ++wrong;
        continue;
      }
      ++opened;
      const auto documents = index->stats().documents;
      const auto every = Searcher(*index).count("NOT absent");
      const auto report = index->verify(VerifyLevel::kHashes);
      if (!every || *every != documents || !report || !report->ok()) ++wrong;
    }
  };
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) readers.emplace_back(read);
  bool built = true;
  for (std::size_t round = 1; round <= 8 && built; ++round) {
    built = build_index_file(corpora[round % 2], path).ok();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_TRUE(built);
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(opened, 0);
}

}  // namespace
}  // namespace kwic
