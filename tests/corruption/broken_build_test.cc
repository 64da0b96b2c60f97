// SPDX-License-Identifier: Apache-2.0
// Builds that are killed or whose disk fails, each of several runs: the old or
// the new index is there, whole, and the next build leaves nothing but its
// index. tests/index/builder_fault_test.cc has each call failing once.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "index/build_internal.h"
#include "kwic/index.h"
#include "tests/support/faulty_file_system.h"
#include "tests/support/observed_file_system.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

using testing::ObservedFileSystem;
using testing::Random;
using testing::TextDocument;
using Names = std::vector<std::string>;

constexpr const char* kTemporary = ".x.kwic.kwic-tmp.";

class BrokenBuildTest : public ::testing::Test {
 protected:
  BrokenBuildTest() {
    testing::CorpusShape shape;
    shape.documents = 24;
    old_documents_ = testing::random_corpus(shape, random_);
    new_documents_ = testing::random_corpus(shape, random_);
    EXPECT_TRUE(build(posix_file_system(), 1, new_documents_));
    new_bytes_ = TemporaryFolder::read(path_);
    put_old();
    old_bytes_ = TemporaryFolder::read(path_);
    EXPECT_NE(old_bytes_, new_bytes_);
  }

  Status build(FileSystem& files, unsigned threads,
               const std::vector<TextDocument>& documents) {
    BuildOptions options;
    options.threads = threads;
    auto builder = create_with(
        files, {.run_tokens = 200, .batch_bytes = 1000, .merge_width = 2},
        path_, options);
    if (!builder) return builder.error();
    for (const TextDocument& d : documents) {
      Status s = builder->add({.id = d.id, .title = d.title, .body = d.body});
      if (!s) return s;
    }
    return builder->finish().error();
  }
  Status build(FileSystem& files, unsigned threads) {
    return build(files, threads, new_documents_);
  }

  void put_old() {
    ASSERT_TRUE(build(posix_file_system(), 1, old_documents_));
    ASSERT_EQ(folder_.names(), Names{"x.kwic"});
  }

  // The old or the new index is there and nothing else but what the next build
  // takes away; that build is done.
  void expect_recovery(const std::string& when) {
    const std::string found = TemporaryFolder::read(path_);
    EXPECT_TRUE(found == old_bytes_ || found == new_bytes_) << when;
    for (const std::string& name : folder_.names()) {
      EXPECT_TRUE(name == "x.kwic" || name.starts_with(kTemporary))
          << when << ": " << name;
    }
    put_old();
    EXPECT_EQ(TemporaryFolder::read(path_), old_bytes_) << when;
  }

  Random random_{testing::test_seed()};
  TemporaryFolder folder_;
  std::string path_ = folder_.file("x.kwic");
  std::vector<TextDocument> old_documents_, new_documents_;
  std::string old_bytes_, new_bytes_;
};

// Runs `work` in a process of its own and returns how that ended.
template <typename Work>
int run_in_child(const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = -1;
  if (child > 0) ::waitpid(child, &status, 0);
  return status;
}

bool was_killed(int status) {
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

TEST_F(BrokenBuildTest, KilledAtEachCall) {
  for (const unsigned threads : {1U, 3U}) {
    int kills = 0;
    const std::int64_t step = threads == 1 ? 1 : 4;
    for (std::int64_t call = 0;; call += step) {
      const int status = run_in_child([&] {
        std::atomic<std::int64_t> left = call;
        ObservedFileSystem files([&] {
          if (left-- == 0) ::raise(SIGKILL);
        });
        if (!build(files, threads)) ::_exit(1);
      });
      const std::string when =
          std::to_string(threads) + " threads, call " + std::to_string(call);
      if (!was_killed(status)) {
        EXPECT_EQ(status, 0) << when;
        break;
      }
      ++kills;
      expect_recovery(when);
      if (HasFatalFailure()) return;
    }
    EXPECT_GT(kills, 10);
    EXPECT_EQ(TemporaryFolder::read(path_), new_bytes_);
    put_old();
  }
}

// While several threads are at work, at no particular place.
TEST_F(BrokenBuildTest, KilledAtAnyTime) {
  for (int round = 0; round < 40; ++round) {
    const auto microseconds = static_cast<useconds_t>(random_.below(30'000));
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) {
        if (!build(posix_file_system(), 3)) ::_exit(1);
      }
    }
    ASSERT_GT(child, 0);
    ::usleep(microseconds);
    ::kill(child, SIGKILL);
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(was_killed(status)) << status;
    expect_recovery("after " + std::to_string(microseconds) + " us");
    if (HasFatalFailure()) return;
  }
}

// From some call on, nothing works any more, not even tidying up by name.
TEST_F(BrokenBuildTest, EverythingFailsFromEachCallOn) {
  const Status injected(StatusCode::kIo, "injected");
  for (const unsigned threads : {1U, 3U}) {
    FaultyFileSystem counting;
    ASSERT_TRUE(build(counting, threads));
    put_old();
    for (std::uint64_t call = 0; call < counting.calls(); ++call) {
      FaultyFileSystem files;
      files.fail_at(call, injected, FaultyFileSystem::Repeat::kForEver);
      const Status s = build(files, threads);
      const std::string when =
          "call " + std::to_string(call) + " " + files.failed_call();
      if (s.ok() || s.code() == StatusCode::kDurability) {
        EXPECT_EQ(TemporaryFolder::read(path_), new_bytes_) << when;
      } else {
        EXPECT_TRUE(s.message().ends_with(injected.message())) << when;
        EXPECT_EQ(TemporaryFolder::read(path_), old_bytes_) << when;
      }
      expect_recovery(when);
      if (HasFatalFailure()) return;
    }
  }
}

// Lets no file of this process grow beyond `bytes`, as a full disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uint64_t bytes)
      : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(bytes);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

// Real errors of the system: the message is a sentence with the file's name.
TEST_F(BrokenBuildTest, RefusedWritesAreToldWithTheFile) {
  bool succeeded = false;
  int failures = 0;
  for (std::uint64_t bytes = 0; !succeeded; bytes += 499) {
    Status s;
    {
      const FileSizeLimit limit(bytes);
      s = build(posix_file_system(), bytes % 2 == 0 ? 1 : 3);
    }
    succeeded = s.ok();
    EXPECT_EQ(folder_.names(), Names{"x.kwic"}) << bytes;
    EXPECT_EQ(TemporaryFolder::read(path_), succeeded ? new_bytes_ : old_bytes_)
        << bytes;
    if (succeeded) break;
    ++failures;
    EXPECT_EQ(s.code(), StatusCode::kIo);
    EXPECT_NE(s.message().find(folder_.path()), std::string::npos)
        << s.message();
    ASSERT_LT(bytes, std::uint64_t{1} << 20);
  }
  EXPECT_GT(failures, 3);
}

}  // namespace
}  // namespace kwic
