// SPDX-License-Identifier: Apache-2.0
// Every call on the file system fails in turn: the old file stays whole or the
// new one is in place, the error is told, and nothing is left behind.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "index/build_internal.h"
#include "tests/support/faulty_file_system.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

using testing::TextDocument;
using Repeat = FaultyFileSystem::Repeat;

class BuilderFaultTest : public ::testing::Test {
 protected:
  BuilderFaultTest() {
    testing::Random random(testing::test_seed());
    testing::CorpusShape shape;
    shape.documents = 60;
    documents_ = testing::random_corpus(shape, random);
  }

  Status build(FileSystem& files, unsigned threads) {
    BuildOptions options;
    options.threads = threads;
    auto builder = create_with(
        files, {.run_tokens = 100, .batch_bytes = 1000, .merge_width = 3},
        path_, options);
    if (!builder) return builder.error();
    for (const TextDocument& d : documents_) {
      Status s = builder->add({.id = d.id, .title = d.title, .body = d.body});
      if (!s) return s;
    }
    return builder->finish().error();
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("x.kwic");
  std::vector<TextDocument> documents_;
};

TEST_F(BuilderFaultTest, EachCallInTurn) {
  for (const unsigned threads : {1u, 2u}) {
    FaultyFileSystem counting;
    ASSERT_TRUE(build(counting, threads));
    const std::string whole = TemporaryFolder::read(path_);
    for (std::uint64_t call = 0; call < counting.calls(); ++call) {
      TemporaryFolder::write(folder_.file("old"), "old");
      posix_file_system().rename(folder_.file("old"), path_).ok();
      FaultyFileSystem files;
      files.fail_at(call, Status(StatusCode::kIo, "injected"), Repeat::kOnce);
      const Status s = build(files, threads);
      const std::string found = TemporaryFolder::read(path_);
      const bool published = s.ok() || s.code() == StatusCode::kDurability;
      EXPECT_EQ(found, published ? whole : "old")
          << "call " << call << " " << files.failed_call();
      EXPECT_EQ(folder_.names(), std::vector<std::string>{"x.kwic"})
          << "call " << call << " " << files.failed_call();
      // Only what is tidied up on the way may fail unnoticed.
      if (s.ok()) {
        EXPECT_TRUE(files.failed_call().empty() ||
                    files.failed_call() == "list" ||
                    files.failed_call().starts_with("remove"))
            << files.failed_call();
      }
    }
  }
}

TEST_F(BuilderFaultTest, FullDisks) {
  FaultyFileSystem counting;
  ASSERT_TRUE(build(counting, 1));
  const std::string whole = TemporaryFolder::read(path_);
  bool succeeded = false;
  for (std::uint64_t bytes = 0; !succeeded; bytes += 997) {
    FaultyFileSystem files;
    files.set_disk_bytes(bytes);
    const Status s = build(files, bytes % 2 == 0 ? 1 : 2);
    EXPECT_EQ(TemporaryFolder::read(path_), whole);
    EXPECT_EQ(folder_.names(), std::vector<std::string>{"x.kwic"});
    if (!s) {
      EXPECT_EQ(s.code(), StatusCode::kIo) << s.message();
    }
    succeeded = s.ok();
    ASSERT_LT(bytes, std::uint64_t{100} << 20);
  }
}

}  // namespace
}  // namespace kwic
