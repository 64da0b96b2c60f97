// SPDX-License-Identifier: Apache-2.0
// A build takes at most BuildOptions::memory_bytes + 32 MiB of memory, however
// many documents there are. Each test is a process, and what it is held to is
// the most that this process ever had resident.
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
  static IndexBuilder builder(const TemporaryFolder& folder, bool keep_text) {
    BuildOptions options;
    options.keep_text = keep_text;
    options.memory_bytes = kCap;
    options.threads = 2;
    auto made = IndexBuilder::create(folder.file("test.kwic"), options);
    EXPECT_TRUE(made);
    return *std::move(made);
  }

  TemporaryFolder folder_;
  testing::Random random_{1};
};

// Four bytes for each in one table would be as large as the cap.
TEST_F(MemoryTest, ManyDocuments) {
  constexpr std::uint64_t kDocuments = 4'000'000;
  IndexBuilder builder = MemoryTest::builder(folder_, false);
  for (std::uint64_t i = 0; i < kDocuments; ++i) {
    // In no order: then runs cannot just be put one behind the other.
    const std::string id = std::to_string(i * 2654435761 % (1ULL << 32));
    ASSERT_TRUE(builder.add({.id = id, .body = i % 3 == 0 ? "a b" : "a"}));
  }
  auto summary = builder.finish();
  ASSERT_TRUE(summary) << summary.error().message();
  EXPECT_EQ(summary->documents, kDocuments);
  EXPECT_LE(peak_bytes(), kCap + kBeyond);
}

// Much of what the lexicon is trained on comes only once.
TEST_F(MemoryTest, Texts) {
  IndexBuilder builder = MemoryTest::builder(folder_, true);
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
