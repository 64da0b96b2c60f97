// SPDX-License-Identifier: Apache-2.0
// A build takes at most BuildOptions::memory_bytes + 32 MiB of memory, however
// many documents there are. What it is held to is the most that this process
// ever had resident: ctest runs each test in one of its own.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <string>

#include "kwic/index_builder.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

constexpr std::uint64_t kCap = std::uint64_t{16} << 20;
constexpr std::uint64_t kBeyond = std::uint64_t{32} << 20;

std::uint64_t peak_bytes() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
#ifdef __APPLE__
  return static_cast<std::uint64_t>(use.ru_maxrss);
#else
  return static_cast<std::uint64_t>(use.ru_maxrss) << 10;
#endif
}

class MemoryTest : public ::testing::Test {
 protected:
  IndexBuilder builder(const char* name, std::uint64_t cap, bool keep_text) {
    BuildOptions options;
    options.keep_text = keep_text;
    options.memory_bytes = cap;
    options.threads = 2;
    auto made = IndexBuilder::create(folder_.file(name), options);
    EXPECT_TRUE(made);
    return *std::move(made);
  }

  void build_many(const char* name, std::uint64_t cap,
                  std::uint64_t documents) {
    IndexBuilder builder = MemoryTest::builder(name, cap, false);
    for (std::uint64_t i = 0; i < documents; ++i) {
      // In no order: then runs cannot just be put one behind the other.
      const std::string id = std::to_string(i * 2654435761 % (1ULL << 32));
      ASSERT_TRUE(builder.add({.id = id, .body = i % 3 == 0 ? "a b" : "a"}));
    }
    auto summary = builder.finish();
    ASSERT_TRUE(summary) << summary.error().message();
    EXPECT_EQ(summary->documents, documents);
  }

  TemporaryFolder folder_;
  testing::Random random_{1};
};

// Four bytes for each in three tables would be more than there is. Lists and
// tables go through files, and nothing of that shows in the index.
TEST_F(MemoryTest, ManyDocuments) {
  constexpr std::uint64_t kDocuments = 3'000'000;
  build_many("small.kwic", kCap, kDocuments);
  EXPECT_LE(peak_bytes(), kCap + kBeyond);
  build_many("large.kwic", std::uint64_t{512} << 20, kDocuments);
  EXPECT_TRUE(TemporaryFolder::read(folder_.file("small.kwic")) ==
              TemporaryFolder::read(folder_.file("large.kwic")));
}

// Much of what the lexicon is trained on comes only once.
TEST_F(MemoryTest, Texts) {
  IndexBuilder builder = MemoryTest::builder("test.kwic", kCap, true);
  for (int i = 0; i < 40'000; ++i) {
    std::string body;
    while (body.size() < 400) {
      body +=
          std::to_string(random_.below(random_.chance(0.5) ? 500 : 500'000));
      body += ' ';
    }
    ASSERT_TRUE(builder.add({.id = std::to_string(i), .body = body}));
  }
  auto summary = builder.finish();
  ASSERT_TRUE(summary) << summary.error().message();
  EXPECT_LE(peak_bytes(), kCap + kBeyond);
}

}  // namespace
}  // namespace kwic
