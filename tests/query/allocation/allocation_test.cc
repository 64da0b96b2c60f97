// SPDX-License-Identifier: Apache-2.0
// A warm Searcher allocates nothing. Every operator new is counted.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kwic/searcher.h"
#include "tests/support/build_index.h"

namespace {

std::atomic<std::uint64_t> allocations{0};
std::atomic<std::uint64_t> allocated_bytes{0};

void* counted(std::size_t size, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  allocated_bytes.fetch_add(size, std::memory_order_relaxed);
  const std::size_t rounded = (size / alignment + 1) * alignment;
  void* p = std::aligned_alloc(alignment, rounded);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

}  // namespace

// All forms, because a sanitizer brings those that are left out and expects
// them in pairs.
void* operator new(std::size_t size) {
  return counted(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return operator new(size, alignment);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept {
  std::free(p);
}
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}

namespace kwic {
namespace {

using testing::TextDocument;

// Lists of every layout: "all" is dense, "half" too, "some" has several blocks,
// "few" one block, "once" a single document.
std::vector<TextDocument> corpus() {
  std::vector<TextDocument> documents;
  for (int i = 0; i < 6000; ++i) {
    std::string body = "all of it";
    if (i % 2 == 0) body += " half of it all";
    if (i % 10 == 3) body += " some some words of internationalisation";
    if (i % 100 == 3) body += " few-and-far words between";
    if (i == 77) body += " once";
    documents.push_back({std::to_string(100000 + i), "", body});
  }
  return documents;
}

const Index& index() {
  static const Index opened = *testing::build_index(corpus());
  return opened;
}

std::uint64_t allocations_of(Searcher& searcher, std::string_view query,
                             const SearchOptions& options,
                             SearchResult& result) {
  const std::uint64_t before = allocations.load();
  const Status status = searcher.search(query, options, result);
  const std::uint64_t after = allocations.load();
  EXPECT_TRUE(status) << status.message();
  return after - before;
}

void expect_none_when_warm(const std::string& query, Operator operation) {
  Searcher searcher(index());
  for (const Syntax syntax : {Syntax::kQuery, Syntax::kPlain}) {
    for (const bool count_all : {true, false}) {
      for (const std::size_t limit : {0U, 10U, 1000U}) {
        const SearchOptions options = {.limit = limit,
                                       .syntax = syntax,
                                       .operation = operation,
                                       .count_all = count_all,
                                       .fill = false};
        SearchResult result;
        allocations_of(searcher, query, options, result);
        const std::uint64_t total = result.total;
        EXPECT_EQ(allocations_of(searcher, query, options, result), 0U)
            << query << ", limit " << limit;
        EXPECT_EQ(result.total, total);
      }
    }
  }
}

class Allocations : public ::testing::TestWithParam<const char*> {};

TEST_P(Allocations, NoneWhenWarm) {
  expect_none_when_warm(GetParam(), Operator::kAnd);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Allocations,
    ::testing::Values("once", "few", "some", "all", "unheard", "all half",
                      "some few", "some all", "once all", "all OR half",
                      "some OR few OR once", "\"of it\"", "\"half of it all\"",
                      "\"some words of\"", "\"some words\" all",
                      "+some half -few", "+some +\"of it\" few",
                      "internationalisation",
                      "\"words of internationalisation\" internationalisation",
                      "(some AND all)", "+(all some)", "\"of it\" OR few",
                      "(some OR few) AND half",
                      "all AND NOT (some OR \"of it\")", "* -few",
                      "few OR (some AND (half OR once))"));

TEST(Allocations, NoneWhereASpaceMeansOr) {
  for (const char* query : {"all half", "some few once", "internationalisation",
                            "\"of it\"", "+some +all few"}) {
    expect_none_when_warm(query, Operator::kOr);
  }
}

// Other queries in between take what a query used, and give it back.
TEST(Allocations, NoneAcrossQueries) {
  Searcher searcher(index());
  SearchOptions options;
  options.fill = false;
  SearchResult result;
  const std::vector<std::string> queries = {
      "all half some", "\"some words of internationalisation\"",
      "few OR once",   "+all -some",
      "once",          "(once OR \"of it\") AND half"};
  std::uint64_t last = 1;
  for (int round = 0; round < 4; ++round) {
    last = 0;
    for (const std::string& query : queries) {
      last += allocations_of(searcher, query, options, result);
    }
  }
  EXPECT_EQ(last, 0U);
}

// Each unknown word once had a cursor of its own: 85 MB for 64 KB of query.
TEST(Allocations, UnknownWordsCostNoCursors) {
  constexpr std::size_t kPhrases = 40;
  constexpr std::size_t kWords = 100;
  std::string query;
  for (std::size_t i = 0; i < kPhrases * kWords; ++i) {
    query += i % kWords > 0 ? " " : i > 0 ? "\" OR \"" : "\"";
    query += "unknown" + std::to_string(i);
  }
  query += "\"";
  Searcher searcher(index());
  SearchResult result;
  const std::uint64_t before = allocated_bytes.load();
  ASSERT_TRUE(searcher.search(query, {}, result));
  EXPECT_EQ(result.total, 0U);
  EXPECT_LT((allocated_bytes.load() - before) / (kPhrases * kWords), 1500U);
}

TEST(Allocations, AreCounted) {
  const std::uint64_t before = allocations.load();
  const std::vector<int> some(100);
  EXPECT_GT(allocations.load(), before) << some.size();
}

TEST(ReusedResult, IsTheAnswerOfTheLastQuery) {
  Searcher searcher(index());
  SearchResult result;
  ASSERT_TRUE(searcher.search("some", {}, result));
  EXPECT_EQ(result.total, 600U);
  ASSERT_EQ(result.hits.size(), 10U);
  EXPECT_FALSE(result.hits[0].snippet.matches.empty());
  SearchOptions bare;
  bare.fill = false;
  ASSERT_TRUE(searcher.search("all", bare, result));
  EXPECT_EQ(result.total, 6000U);
  ASSERT_EQ(result.hits.size(), 10U);
  EXPECT_TRUE(result.hits[0].id.empty());
  EXPECT_TRUE(result.hits[0].snippet.text.empty());
  EXPECT_TRUE(result.hits[0].snippet.matches.empty());
  ASSERT_TRUE(searcher.search("once", {}, result));
  ASSERT_EQ(result.hits.size(), 1U);
  EXPECT_EQ(result.hits[0].id, "100077");
  EXPECT_FALSE(searcher.search("\"once", {}, result));
  EXPECT_TRUE(result.hits.empty());
  EXPECT_EQ(result.total, 0U);
}

}  // namespace
}  // namespace kwic
