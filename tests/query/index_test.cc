// SPDX-License-Identifier: Apache-2.0
#include "kwic/index.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kwic/searcher.h"
#include "tests/support/build_index.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

using testing::build_index;
using testing::build_index_file;
using testing::TemporaryFolder;
using testing::TextDocument;

std::vector<TextDocument> corpus() {
  return {{"a/one.txt", "First", "alpha beta alpha"},
          {"b", "", std::string("beta \0 \xFF\xFE gamma\n", 16)},
          {"c", "Empty", ""}};
}

std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

Index index_of(const std::vector<TextDocument>& documents,
               BuildOptions options = {}) {
  auto index = build_index(documents, std::move(options));
  EXPECT_TRUE(index) << index.error().message();
  return *std::move(index);
}

TEST(Index, Stats) {
  const IndexStats stats = index_of(corpus()).stats();
  EXPECT_EQ(stats.documents, 3U);
  EXPECT_EQ(stats.tokens, 7U);
  EXPECT_EQ(stats.text_bytes, 5U + 16 + 16 + 5);
  EXPECT_TRUE(stats.has_text);
  EXPECT_EQ(stats.analyzer, AnalyzerKind::kStandard);
  EXPECT_EQ(stats.analyzer_version, 1);
  EXPECT_TRUE(stats.has_hashes);
  EXPECT_EQ(stats.features_compatible, 1U + 4U);
  EXPECT_EQ(stats.features_incompatible, 0U);
  EXPECT_EQ(stats.bm25_k1, 1.2F);
  EXPECT_EQ(stats.bm25_b, 0.75F);
}

TEST(Index, Sections) {
  const Index index = index_of(corpus());
  const std::vector<SectionInfo> sections = index.sections();
  EXPECT_EQ(index.stats().root_size, 128 + 48 * sections.size());
  for (const SectionInfo& section : sections) {
    SCOPED_TRACE(section.name);
    EXPECT_GT(section.kind, 0);
    EXPECT_EQ(section.flags & ~1U, 0U);
    EXPECT_EQ(section.payload, section.count * section.element);
    EXPECT_EQ(section.size, (section.payload + 128 + 63) / 64 * 64);
  }
}

TEST(Index, DocumentsByNumberAndId) {
  const Index index = index_of(corpus());
  ASSERT_TRUE(index.find("b"));
  EXPECT_EQ(*index.find("b"), 1U);
  EXPECT_EQ(index.find("x").error().code(), StatusCode::kNotFound);
  EXPECT_EQ(index.find("").error().code(), StatusCode::kNotFound);
  const auto info = index.document(0);
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(info->id, "a/one.txt");
  EXPECT_EQ(info->title, "First");
  EXPECT_EQ(info->length, 4U);
  EXPECT_EQ(info->body_bytes, 16U);
  for (const DocId doc : {3U, 4U, 0xFFFFFFFFU}) {
    EXPECT_EQ(index.document(doc).error().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(index.text(doc).error().code(), StatusCode::kInvalidArgument);
  }
}

TEST(Index, TextByteForByte) {
  const Index index = index_of(corpus());
  for (DocId doc = 0; doc < 3; ++doc) {
    const auto text = index.text(doc);
    ASSERT_TRUE(text) << text.error().message();
    EXPECT_EQ(text->body, corpus()[doc].body);
    EXPECT_EQ(text->title, corpus()[doc].title);
  }
  BuildOptions options;
  options.keep_text = false;
  const Index bare = index_of(corpus(), options);
  EXPECT_FALSE(bare.stats().has_text);
  EXPECT_EQ(bare.text(0).error().code(), StatusCode::kNotFound);
}

// Sizes of bodies are in one place or in another, by whether texts are kept.
TEST(Index, DocumentsWithAndWithoutTextsAndHashes) {
  testing::Random random(testing::test_seed());
  testing::CorpusShape shape;
  shape.documents = 150;
  auto documents = testing::random_corpus(shape, random);
  std::sort(documents.begin(), documents.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  std::vector<std::uint64_t> hashes;
  for (unsigned bits = 0; bits < 4; ++bits) {
    BuildOptions options;
    options.keep_text = (bits & 1) == 0;
    options.keep_hashes = (bits & 2) == 0;
    const Index index = index_of(documents, options);
    EXPECT_EQ(index.stats().has_text, options.keep_text);
    EXPECT_EQ(index.stats().has_hashes, options.keep_hashes);
    for (DocId doc = 0; doc < documents.size(); ++doc) {
      const auto info = index.document(doc);
      ASSERT_TRUE(info) << info.error().message();
      EXPECT_EQ(info->id, documents[doc].id);
      EXPECT_EQ(info->title, documents[doc].title);
      EXPECT_EQ(info->body_bytes, documents[doc].body.size());
      if (bits == 0) hashes.push_back(info->content_hash);
      EXPECT_EQ(info->content_hash, options.keep_hashes ? hashes[doc] : 0);
    }
    for (const auto level : {VerifyLevel::kHashes, VerifyLevel::kDeep}) {
      const auto report = index.verify(level);
      ASSERT_TRUE(report) << report.error().message();
      EXPECT_TRUE(report->ok()) << report->problems[0].message;
    }
  }
}

TEST(Index, Terms) {
  const Index index = index_of(corpus());
  std::string seen;
  const auto add = [&](const TermStats& stats) {
    seen += std::string(stats.term) + ":" + std::to_string(stats.documents) +
            ":" + std::to_string(stats.occurrences) + " ";
    return true;
  };
  ASSERT_TRUE(index.terms("", add));
  EXPECT_EQ(seen, "alpha:1:2 beta:2:2 empty:1:1 first:1:1 gamma:1:1 ");
  seen.clear();
  ASSERT_TRUE(index.terms("be", add));
  EXPECT_EQ(seen, "beta:2:2 ");
  seen.clear();
  ASSERT_TRUE(index.terms("zz", add));
  EXPECT_EQ(seen, "");
  int calls = 0;
  ASSERT_TRUE(index.terms("", [&](const TermStats&) { return ++calls < 2; }));
  EXPECT_EQ(calls, 2);
}

TEST(Index, OpensFromPathMemoryAndDescriptor) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.kwic");
  ASSERT_TRUE(build_index_file(corpus(), path));
  const std::string bytes = file_bytes(path);
  std::vector<Result<Index>> opened;
  opened.push_back(Index::open(path));
  opened.push_back(Index::open(path, {.copy = true}));
  const auto memory = std::as_bytes(std::span(bytes));
  opened.push_back(Index::open_memory(memory));
  const std::string shifted = "x" + bytes;
  opened.push_back(
      Index::open_memory(std::as_bytes(std::span(shifted)).subspan(1)));
  for (const std::size_t before : {1U, 4096U, 5000U}) {
    const std::string outer = folder.file("outer" + std::to_string(before));
    write_file(outer, std::string(before, 'x') + bytes + "behind");
    const int fd = ::open(outer.c_str(), O_RDONLY);
    ASSERT_GE(fd, 0);
    opened.push_back(Index::open_fd(fd, before, bytes.size()));
    opened.push_back(Index::open_fd(fd, before, bytes.size(), {.copy = true}));
    EXPECT_FALSE(Index::open_fd(fd, before, bytes.size() + 1));
    EXPECT_FALSE(Index::open_fd(fd, before + 1, bytes.size()));
    EXPECT_FALSE(Index::open_fd(fd, ~std::uint64_t{0}, bytes.size()));
    ::close(fd);
  }
  for (const Result<Index>& index : opened) {
    ASSERT_TRUE(index) << index.error().message();
    SCOPED_TRACE("index " + std::to_string(&index - opened.data()));
    const auto found = Searcher(*index).search("gamma");
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->hits.size(), 1U) << found->total;
    EXPECT_EQ(found->hits[0].id, "b");
    EXPECT_TRUE(index->verify(VerifyLevel::kDeep)->ok());
  }
}

TEST(Index, RefusesOtherFiles) {
  const TemporaryFolder folder;
  EXPECT_EQ(Index::open(folder.file("none")).error().code(),
            StatusCode::kNotFound);
  write_file(folder.file("text"), "This is a text, not an index.\n");
  EXPECT_EQ(Index::open(folder.file("text")).error().code(),
            StatusCode::kNotAnIndex);
  write_file(folder.file("empty"), "");
  EXPECT_EQ(Index::open(folder.file("empty")).error().code(),
            StatusCode::kNotAnIndex);
  EXPECT_FALSE(Index::open(folder.path()));
  EXPECT_FALSE(Index::open_memory({}));
  EXPECT_FALSE(Index::open_fd(-1, 0, 100));
}

TEST(Index, CopiesShareTheFile) {
  Index copy = [] {
    const Index index = index_of(corpus());
    return index;
  }();
  const Index second = copy;
  copy = index_of({});
  EXPECT_EQ(second.stats().documents, 3U);
  EXPECT_EQ(copy.stats().documents, 0U);
  EXPECT_TRUE(copy.verify(VerifyLevel::kDeep)->ok());
}

void expect_sound(const Index& index) {
  const auto report = index.verify(VerifyLevel::kDeep);
  ASSERT_TRUE(report) << report.error().message();
  for (const VerifyProblem& problem : report->problems) {
    ADD_FAILURE() << problem.section << " at " << problem.offset << ": "
                  << problem.message;
  }
}

TEST(IndexVerify, SoundIndexes) {
  expect_sound(index_of({}));
  expect_sound(index_of(corpus()));
  testing::Random random(testing::test_seed());
  testing::CorpusShape shape;
  shape.documents = 1200;
  shape.edges = true;
  const auto documents = testing::random_corpus(shape, random);
  expect_sound(index_of(documents));
  BuildOptions options;
  options.keep_text = false;
  options.analyzer = AnalyzerKind::kSimple;
  expect_sound(index_of(documents, options));
}

TEST(IndexVerify, CanBeCancelled) {
  const Index index = index_of(corpus());
  for (const int after : {0, 1}) {
    int calls = 0;
    const auto report = index.verify(
        VerifyLevel::kDeep,
        [&](std::uint64_t, std::uint64_t) { return calls++ < after; });
    EXPECT_FALSE(report);
  }
}

#ifndef KWIC_TEST_NO_HASHES
TEST(IndexVerify, FindsFlippedBytes) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.kwic");
  ASSERT_TRUE(build_index_file(corpus(), path));
  const std::string sound = file_bytes(path);
  for (std::size_t at = 0; at < sound.size(); at += 7) {
    std::string bytes = sound;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    const auto index = Index::open_memory(std::as_bytes(std::span(bytes)));
    if (!index) continue;
    const auto report = index->verify(VerifyLevel::kDeep);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_FALSE(report->ok()) << "byte " << at;
  }
}
#endif

}  // namespace
}  // namespace kwic
