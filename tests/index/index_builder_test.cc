// SPDX-License-Identifier: Apache-2.0
// The builder as a whole: what shows in the file and what must not.
#include "kwic/index_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/limits.h"
#include "index/build_internal.h"
#include "tests/support/random_corpus.h"
#include "tests/support/simd_level.h"
#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

using testing::Random;
using testing::TextDocument;

class IndexBuilderTest : public ::testing::Test {
 protected:
  // Builds and returns the bytes of the file; empty after an error.
  std::string build(const std::vector<TextDocument>& documents,
                    const BuildOptions& options = {},
                    const BuildTuning& tuning = {}) {
    const std::string path = folder_.file("test.kwic");
    auto builder = create_with(posix_file_system(), tuning, path, options);
    EXPECT_TRUE(builder) << builder.error().message();
    if (!builder) return {};
    for (const TextDocument& d : documents) {
      const Status s =
          builder->add({.id = d.id, .title = d.title, .body = d.body});
      EXPECT_TRUE(s) << s.message();
    }
    auto summary = builder->finish();
    EXPECT_TRUE(summary) << summary.error().message();
    if (!summary) return {};
    summary_ = *summary;
    EXPECT_EQ(folder_.names(), std::vector<std::string>{"test.kwic"});
    std::string bytes = TemporaryFolder::read(path);
    EXPECT_EQ(bytes.size(), summary_.file_bytes);
    return bytes;
  }

  std::vector<TextDocument> corpus(std::size_t documents = 120) {
    testing::CorpusShape shape;
    shape.documents = documents;
    shape.mean_length = 40;
    shape.edges = true;
    std::vector<TextDocument> all = testing::random_corpus(shape, random_);
    for (std::size_t i = 0; i < all.size(); i += 7) {
      all[i].body += " de-escalation U.S. \xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97";
    }
    return all;
  }

  void shuffle(std::vector<TextDocument>& all) {
    for (std::size_t i = 1; i < all.size(); ++i) {
      std::swap(all[i], all[random_.below(i + 1)]);
    }
  }

  TemporaryFolder folder_;
  Random random_{testing::test_seed()};
  BuildSummary summary_;
};

TEST_F(IndexBuilderTest, SameBytesForThreadsMemoryRunsAndOrder) {
  std::vector<TextDocument> all = corpus();
  const std::string expected = build(all, {.threads = 1});
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(summary_.runs_spilled, 1u);
  for (const unsigned threads : {1u, 2u, 5u}) {
    for (const std::uint64_t run_tokens : {17u, 1000u, 1u << 30}) {
      shuffle(all);
      BuildOptions options;
      options.threads = threads;
      options.memory_bytes = threads == 2 ? 0 : std::uint64_t{512} << 20;
      EXPECT_EQ(build(all, options,
                      {.run_tokens = run_tokens,
                       .batch_bytes = 2000,
                       .merge_width = 40}),
                expected)
          << threads << " threads, runs of " << run_tokens;
    }
  }
}

TEST_F(IndexBuilderTest, SameBytesForEveryOption) {
  for (int bits = 0; bits < 16; ++bits) {
    BuildOptions options;
    options.keep_text = (bits & 1) != 0;
    options.keep_times = (bits & 2) != 0;
    options.keep_hashes = (bits & 8) != 0;
    options.analyzer =
        (bits & 4) != 0 ? AnalyzerKind::kSimple : AnalyzerKind::kStandard;
    std::vector<TextDocument> all = corpus(60);
    options.threads = 1;
    const std::string expected = build(all, options);
    shuffle(all);
    options.threads = 3;
    EXPECT_EQ(build(all, options, {.run_tokens = 100, .batch_bytes = 500}),
              expected);
  }
}

// Enough documents for lists of every layout.
TEST_F(IndexBuilderTest, SameBytesAtEverySimdLevel) {
  const std::vector<TextDocument> all = corpus(4500);
  std::string expected;
  for (const auto& [level, name] : testing::kSimdLevels) {
    const testing::SimdLevelScope scope(level);
    if (!scope) continue;
    const std::string bytes = build(all, {.threads = 2});
    ASSERT_FALSE(bytes.empty());
    if (expected.empty()) expected = bytes;
    EXPECT_TRUE(bytes == expected) << name;
  }
}

TEST_F(IndexBuilderTest, TheDocumentAddedLastWinsAndLosersLeaveNoTrace) {
  std::vector<TextDocument> all = corpus(100);
  const std::string expected = build(all);
  std::vector<TextDocument> more;
  for (int round = 0; round < 3; ++round) {
    for (const TextDocument& d : all) {
      more.push_back({d.id, "loser", "onlyinlosers " + d.body});
    }
    shuffle(more);
  }
  more.insert(more.end(), all.begin(), all.end());
  for (const unsigned threads : {1u, 3u}) {
    EXPECT_EQ(build(more, {.threads = threads},
                    {.run_tokens = 300, .batch_bytes = 1000}),
              expected);
    EXPECT_EQ(summary_.documents, 100u);
  }
}

TEST_F(IndexBuilderTest, NoDocuments) {
  for (const bool keep_text : {true, false}) {
    EXPECT_FALSE(build({}, {.keep_text = keep_text}).empty());
    EXPECT_EQ(summary_.documents, 0u);
    EXPECT_EQ(summary_.terms, 0u);
  }
}

TEST_F(IndexBuilderTest, DocumentsWithoutTokens) {
  EXPECT_FALSE(build({{"a", "", ""}, {"b", "", "\xff\xfe ... \n"}}).empty());
  EXPECT_EQ(summary_.documents, 2u);
  EXPECT_EQ(summary_.tokens, 0u);
  EXPECT_EQ(summary_.text_bytes, 8u);
}

TEST_F(IndexBuilderTest, CountsWhatTheFileHolds) {
  build({{"a", "x y", "x"}, {"b", "", "y z"}},
        {.analyzer = AnalyzerKind::kSimple});
  EXPECT_EQ(summary_.documents, 2u);
  EXPECT_EQ(summary_.tokens, 5u);
  EXPECT_EQ(summary_.terms, 3u);
  EXPECT_EQ(summary_.postings, 4u);
  EXPECT_EQ(summary_.text_bytes, 7u);
}

// Larger than a batch, than an accumulator of the smallest cap, and without
// any space for long.
TEST_F(IndexBuilderTest, HugeDocuments) {
  std::string body;
  while (body.size() < (std::size_t{6} << 20)) {
    body += std::to_string(random_.below(2'000'000));
    body += ' ';
  }
  std::vector<TextDocument> all = corpus(20);
  all.push_back({"huge", "", body});
  all.push_back({"line", "", std::string(std::size_t{2} << 20, 'a')});
  const std::string expected = build(all, {.fast_store = true, .threads = 1});
  EXPECT_EQ(summary_.runs_spilled, 1u);
  for (const unsigned threads : {1u, 2u}) {
    EXPECT_EQ(
        build(all, {.fast_store = true, .memory_bytes = 0, .threads = threads}),
        expected);
    EXPECT_GT(summary_.runs_spilled, 1u);
  }
}

TEST_F(IndexBuilderTest, BadDocumentsAreRefusedAndTheBuildGoesOn) {
  const std::string path = folder_.file("test.kwic");
  auto builder = IndexBuilder::create(path);
  ASSERT_TRUE(builder);
  const std::string long_id(kMaxExternalIdBytes, 'i');
  const std::string long_title(kMaxTitleBytes, 't');
  EXPECT_EQ(builder->add({.id = ""}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(builder->add({.id = long_id + "i"}).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(builder->add({.id = "a", .title = long_title + "t"}).code(),
            StatusCode::kLimit);
  const std::string_view body("", kMaxBodyBytes + 1);  // never looked at
  EXPECT_EQ(builder->add({.id = "a", .body = body}).code(), StatusCode::kLimit);
  EXPECT_TRUE(builder->add({.id = long_id, .title = long_title, .body = "x"}));
  auto summary = builder->finish();
  ASSERT_TRUE(summary) << summary.error().message();
  EXPECT_EQ(summary->documents, 1u);
}

TEST_F(IndexBuilderTest, CancelsAtEveryCallback) {
  const std::vector<TextDocument> all = corpus(50);
  const std::string path = folder_.file("test.kwic");
  for (int stop_at = 0;; ++stop_at) {
    int calls = 0;
    BuildOptions options;
    options.threads = stop_at % 2 == 0 ? 1 : 2;
    options.progress = [&](const BuildProgress&) { return calls++ != stop_at; };
    auto builder =
        create_with(posix_file_system(), BuildTuning{}, path, options);
    ASSERT_TRUE(builder);
    Status s;
    for (const TextDocument& d : all) {
      s = builder->add({.id = d.id, .title = d.title, .body = d.body});
      if (!s) break;
    }
    if (s.ok()) {
      auto summary = builder->finish();
      if (summary) break;
      s = summary.error();
    }
    EXPECT_EQ(s.code(), StatusCode::kCancelled);
    EXPECT_EQ(builder->add({.id = "x"}).ok(), false);
    EXPECT_FALSE(builder->finish());
    EXPECT_TRUE(folder_.names().empty());
    ASSERT_LT(stop_at, 1000);
  }
  EXPECT_EQ(folder_.names(), std::vector<std::string>{"test.kwic"});
}

TEST_F(IndexBuilderTest, AbandonedBuildsLeaveNothing) {
  for (const unsigned threads : {1u, 3u}) {
    auto builder =
        IndexBuilder::create(folder_.file("x.kwic"), {.threads = threads});
    ASSERT_TRUE(builder);
    for (const TextDocument& d : corpus(50)) {
      ASSERT_TRUE(builder->add({.id = d.id, .body = d.body}));
    }
  }
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(IndexBuilderTest, TooLittleMemoryIsToldAtOnce) {
  const std::uint64_t least = std::uint64_t{16} << 20;
  auto builder =
      IndexBuilder::create(folder_.file("x.kwic"), {.memory_bytes = least - 1});
  ASSERT_FALSE(builder);
  EXPECT_EQ(builder.error().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(
      IndexBuilder::create(folder_.file("x.kwic"), {.memory_bytes = least}));
}

// Whatever the builder is at, it asks now and then whether to go on.
TEST_F(IndexBuilderTest, ReportsEveryStage) {
  for (const unsigned threads : {1u, 2u}) {
    std::array<int, 4> calls = {};
    BuildOptions options;
    options.threads = threads;
    options.progress = [&](const BuildProgress& p) {
      EXPECT_GE(p.fraction, 0);
      EXPECT_LE(p.fraction, 1);
      ++calls[static_cast<std::size_t>(p.stage)];
      return true;
    };
    auto builder = IndexBuilder::create(folder_.file("x.kwic"), options);
    ASSERT_TRUE(builder);
    const std::string body(3'000'000, 'x');
    ASSERT_TRUE(builder->add({.id = "long", .body = "a b " + body}));
    ASSERT_TRUE(builder->finish());
    EXPECT_GE(calls[0], 1);
    EXPECT_GE(calls[1], 1);
    EXPECT_GE(calls[3], 1);
  }
}

TEST_F(IndexBuilderTest, FinishingTwiceIsAnError) {
  auto builder = IndexBuilder::create(folder_.file("x.kwic"));
  ASSERT_TRUE(builder);
  ASSERT_TRUE(builder->finish());
  EXPECT_EQ(builder->finish().error().code(), StatusCode::kInvalidArgument);
}

TEST_F(IndexBuilderTest, ATargetThatCannotBeIsToldAtOnce) {
  EXPECT_FALSE(IndexBuilder::create(folder_.file("none/x.kwic")));
  EXPECT_FALSE(IndexBuilder::create(folder_.path()));
  EXPECT_FALSE(IndexBuilder::create(""));
}

}  // namespace
}  // namespace kwic
