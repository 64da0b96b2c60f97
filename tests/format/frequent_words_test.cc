// SPDX-License-Identifier: Apache-2.0
#include "format/frequent_words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kwic {
namespace {

std::vector<std::string> words_of(const FrequentWords& words) {
  return {words.words().begin(), words.words().end()};
}

TEST(FrequentWords, SurviveTheirBytes) {
  const std::vector<std::string> all = {"the", std::string(255, 'x'), "o"};
  for (const bool several : {false, true}) {
    const FrequentWords read =
        FrequentWords::parse(FrequentWords(all, several).bytes());
    EXPECT_EQ(words_of(read), all);
    EXPECT_EQ(read.several(), several);
    EXPECT_EQ(read.code_of("the"), 1);
    EXPECT_EQ(read.code_of("o"), 3);
    EXPECT_EQ(read.code_of(""), 0);
    EXPECT_EQ(read.code_of("th"), 0);
  }
}

TEST(FrequentWords, BytesThatMakeNoSenseAreNoWords) {
  const std::vector<std::vector<std::uint8_t>> all = {
      {},
      {0},
      {1, 0},
      {1, 1},
      {0, 2, 'a'},
      {0, 1, 'a', 0},
      {0, 255, 'a'},
      {0, 1, 'a', 1, 'b', 9, 'c'}};
  for (const auto& bytes : all) {
    EXPECT_TRUE(FrequentWords::parse(bytes).words().empty());
  }
  std::vector<std::uint8_t> many = {0};
  for (std::size_t i = 0; i <= kMaxFrequentWords; ++i) {
    many.push_back(1);
    many.push_back(static_cast<std::uint8_t>('a' + i));
  }
  EXPECT_TRUE(FrequentWords::parse(many).words().empty());
  const ByteView fewer(many.data(), many.size() - 2);
  EXPECT_EQ(FrequentWords::parse(fewer).words().size(), kMaxFrequentWords);
}

TEST(FrequentWords, BothPredecessors) {
  EXPECT_EQ(both_predecessors(0, 0), 0);
  EXPECT_EQ(both_predecessors(3, 0), 3);
  EXPECT_EQ(both_predecessors(0, 3), 3);
  EXPECT_EQ(both_predecessors(3, 3), 3);
  EXPECT_EQ(both_predecessors(3, 4), kSeveralPredecessors);
  EXPECT_EQ(both_predecessors(kSeveralPredecessors, 4), kSeveralPredecessors);
}

}  // namespace
}  // namespace kwic
