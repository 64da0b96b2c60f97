// SPDX-License-Identifier: Apache-2.0
#include "index/region.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace kwic {
namespace {

// Whole pages only are given back, and no byte beside them.
TEST(Region, DiscardsWholePages) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t size = 6 * page;
  for (const std::size_t begin : {std::size_t{0}, std::size_t{1}, page}) {
    for (const std::size_t end :
         {begin, begin + 1, 3 * page - 1, 3 * page, 3 * page + 1, size}) {
      Region region(size);
      std::fill_n(region.data(), size, std::uint8_t{1});
      region.discard(begin, end);
      const std::size_t first = (begin + page - 1) / page * page;
      const std::size_t last = end / page * page;
      for (std::size_t i = 0; i < size; ++i) {
        ASSERT_EQ(region.data()[i], first <= i && i < last ? 0 : 1)
            << begin << ' ' << end << ' ' << i;
      }
    }
  }
}

// Tokens go, and what is behind the part of the gap that is in use.
TEST(TwoEndedArena, KeepsWhatIsInUse) {
  constexpr std::size_t kSize = std::size_t{1} << 20;
  TwoEndedArena arena(kSize);
  std::fill_n(arena.front(), kSize, std::uint8_t{1});
  arena.push_front(kSize / 4);
  const std::uint32_t back = arena.push_back(kSize / 4, 1);
  const std::uint8_t* const used = arena.gap();
  const std::uint8_t* const unused = used + kSize / 4;
  arena.discard(unused);
  EXPECT_EQ(arena.front()[0], 0);
  EXPECT_EQ(std::count(used, unused, 1), kSize / 4);
  EXPECT_EQ(unused[0], 0);
  EXPECT_EQ(std::count(arena.at(back), arena.front() + kSize, 1), kSize / 4);
}

}  // namespace
}  // namespace kwic
