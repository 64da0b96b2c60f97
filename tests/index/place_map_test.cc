// SPDX-License-Identifier: Apache-2.0
#include "index/place_map.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

struct Shape {
  std::size_t documents = 0;
  std::uint32_t longest = 0;
  double empty = 0;  // chance
  double parts = 0;
};

void expect_every_place_found(const Shape& shape, testing::Random& random) {
  std::vector<std::uint32_t> lengths, begins;
  std::size_t places = 0;
  for (std::size_t i = 0; i < shape.documents; ++i) {
    const bool empty = random.chance(shape.empty);
    lengths.push_back(
        empty ? 0
              : static_cast<std::uint32_t>(1 + random.below(shape.longest)));
    begins.push_back(random.chance(shape.parts)
                         ? static_cast<std::uint32_t>(1 + random.below(1000))
                         : 0);
    places += lengths.back();
  }
  std::vector<std::uint32_t> memory(
      PlaceMap::memory_size(shape.documents, places));
  PlaceMap map(shape.documents, places, memory);
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    ASSERT_TRUE(map.add(lengths[i], begins[i]));
  }
  EXPECT_FALSE(map.add(0, 0)) << "more documents than there is room for";
  ASSERT_EQ(map.places(), places);
  std::vector<std::uint32_t> entries(places);
  for (std::size_t i = 0; i < places; ++i) {
    entries[i] = static_cast<std::uint32_t>(i | random.below(32) << 27);
  }
  std::vector<std::uint32_t> documents(places + 1), positions(places + 1);
  if (places > 0) {
    map.decode(entries.data(), places, places, documents.data(),
               positions.data());
  }
  std::size_t at = 0;
  for (std::uint32_t d = 0; d < lengths.size(); ++d) {
    for (std::uint32_t i = 0; i < lengths[d]; ++i, ++at) {
      ASSERT_EQ(documents[at], d);
      ASSERT_EQ(positions[at], begins[d] + i);
    }
  }
}

TEST(PlaceMap, FindsEveryPlace) {
  testing::Random random(testing::test_seed());
  for (int round = 0; round < 20; ++round) {
    expect_every_place_found({300, 5, 0.5, 0}, random);
    expect_every_place_found({300, 200, 0.3, 0.02}, random);
    expect_every_place_found({20, 3000, 0.3, 0.5}, random);
  }
  expect_every_place_found({1, 1, 0, 0}, random);
  expect_every_place_found({50, 1, 1, 0}, random);
  expect_every_place_found({0, 1, 0, 0}, random);
}

TEST(PlaceMap, TakesNoMorePlacesThanThereIsRoomFor) {
  std::vector<std::uint32_t> memory(PlaceMap::memory_size(3, 10));
  PlaceMap map(3, 10, memory);
  EXPECT_TRUE(map.add(6, 0));
  EXPECT_FALSE(map.add(5, 0));
  EXPECT_FALSE(map.add(0xffff'ffff, 0));
  EXPECT_TRUE(map.add(4, 0));
}

}  // namespace
}  // namespace kwic
