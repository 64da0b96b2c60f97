// SPDX-License-Identifier: Apache-2.0
#include "base/page_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace kwic {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kPage = 4096;

// What the system was told: offset and size.
using Asked = std::vector<std::pair<std::size_t, std::size_t>>;

// A mapping that nobody reads: only its addresses matter.
class PageRequestsTest : public ::testing::Test {
 protected:
  PageRequestsTest() { asked().clear(); }

  void cover(std::size_t size) {
    size_ = size;
    requests_.cover({base(), size}, kPage, note);
  }
  bool ask(std::size_t offset, std::uint64_t size) {
    return requests_.ask(base() + offset, size);
  }
  static const std::uint8_t* base() {
    return reinterpret_cast<const std::uint8_t*>(std::uintptr_t{1} << 40);
  }
  static void note(const std::uint8_t* begin, std::size_t size) {
    asked().emplace_back(begin - base(), size);
  }
  static Asked& asked() {
    static Asked all;
    return all;
  }

  PageRequests requests_;
  std::size_t size_ = 0;
};

TEST_F(PageRequestsTest, AsksForWholePagesOnce) {
  cover(1'000'000);
  EXPECT_TRUE(ask(5000, 10));
  EXPECT_THAT(asked(), ElementsAre(std::pair(4096, 4096)));
  EXPECT_FALSE(ask(4096, 4096));
  EXPECT_TRUE(ask(8191, 2));
  EXPECT_THAT(asked(),
              ElementsAre(std::pair(4096, 4096), std::pair(8192, 4096)));
}

TEST_F(PageRequestsTest, LeavesOutWhatWasAskedFor) {
  cover(1'000'000);
  ask(2 * kPage, kPage);
  ask(100 * kPage, 2 * kPage);
  asked().clear();
  EXPECT_TRUE(ask(0, 130 * kPage));
  EXPECT_THAT(asked(), ElementsAre(std::pair(0, 2 * kPage),
                                   std::pair(3 * kPage, 97 * kPage),
                                   std::pair(102 * kPage, 28 * kPage)));
}

TEST_F(PageRequestsTest, StaysInsideTheMapping) {
  cover(10'000);
  ask(9'000, ~std::uint64_t{0});
  EXPECT_THAT(asked(), ElementsAre(std::pair(8192, 10'000 - 8192)));
  EXPECT_FALSE(ask(10'000, 1));
  EXPECT_FALSE(ask(1 << 20, 1));
  EXPECT_FALSE(ask(0, 0));
  EXPECT_FALSE(requests_.ask(base() - 1, 4096));
  EXPECT_FALSE(requests_.ask(nullptr, 4096));
  EXPECT_EQ(asked().size(), 1U);
}

TEST_F(PageRequestsTest, OfNoBytesAsksForNothing) {
  EXPECT_FALSE(ask(0, 4096));
  cover(0);
  EXPECT_FALSE(ask(0, 4096));
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(PageRequestsTest, LargeMappingsHaveLargerUnits) {
  cover(std::size_t{1} << 36);
  EXPECT_EQ(requests_.unit(), std::size_t{1} << 17);
  EXPECT_TRUE(ask(size_ - 1, 1));
  EXPECT_THAT(asked(), ElementsAre(std::pair(size_ - requests_.unit(),
                                             requests_.unit())));
}

TEST_F(PageRequestsTest, AnyAsksTogetherAreEveryPageOnce) {
  cover(1000 * kPage - 100);
  std::mt19937 random(7);
  std::set<std::size_t> expected;
  for (int i = 0; i < 300; ++i) {
    const std::size_t begin = random() % size_;
    const std::size_t size = 1 + random() % (40 * kPage);
    const std::size_t end = std::min(size_, begin + size);
    for (std::size_t p = begin / kPage; p * kPage < end; ++p)
      expected.insert(p);
    ask(begin, size);
  }
  std::set<std::size_t> found;
  for (const auto& [begin, size] : asked()) {
    ASSERT_EQ(begin % kPage, 0U);
    ASSERT_LE(begin + size, size_);
    for (std::size_t p = begin / kPage; p * kPage < begin + size; ++p) {
      EXPECT_TRUE(found.insert(p).second) << "page " << p << " twice";
    }
  }
  EXPECT_EQ(found, expected);
}

TEST_F(PageRequestsTest, ThreadsMayAskAtOnce) {
  static std::atomic<std::size_t> bytes;
  bytes = 0;
  requests_.cover({base(), 4096 * kPage}, kPage,
                  [](const std::uint8_t*, std::size_t n) { bytes += n; });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (std::size_t p = 0; p < 4096; ++p) {
        ask((p * 7 + static_cast<std::size_t>(t)) % 4096 * kPage, 9 * kPage);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bytes, 4096 * kPage);
}

}  // namespace
}  // namespace kwic
