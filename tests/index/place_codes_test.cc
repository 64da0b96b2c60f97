// SPDX-License-Identifier: Apache-2.0
#include "index/place_codes.h"

#include <gtest/gtest.h>

#include <string>

namespace kwic {
namespace {

PlaceCodes candidates(int count) {
  PlaceCodes codes;
  for (int i = 0; i < count; ++i) codes.add("w" + std::to_string(i));
  return codes;
}

std::string before(std::initializer_list<std::string> words) {
  std::string all;
  for (const std::string& word : words) {
    all += static_cast<char>(word.size());
    all += word;
  }
  return all;
}

TEST(PlaceCodes, CandidatesThatAreFrequentWords) {
  const PlaceCodes codes = candidates(22);
  EXPECT_TRUE(codes.full());
  const FrequentWords words({"w21", "w3", "elsewhere"}, false);
  const PlaceCodes::Table table = codes.table(words);
  EXPECT_EQ(table[0], 0);
  EXPECT_EQ(table[codes.code_of("w21")], 1);
  EXPECT_EQ(table[codes.code_of("w3")], 2);
  EXPECT_EQ(table[codes.code_of("w4")], 0);
  EXPECT_EQ(codes.code_of("elsewhere"), 0);
}

TEST(PlaceCodes, NoMoreCandidatesThanThereAreCodes) {
  PlaceCodes codes = candidates(30);
  EXPECT_EQ(codes.words().size(), PlaceCodes::kMostWords);
  PlaceCodes twice = candidates(3);
  twice.add("w1");
  EXPECT_EQ(twice.words().size(), 3u);
}

TEST(PlaceCodes, SetsMeanWhatIsFrequentOfThem) {
  PlaceCodes codes = candidates(22);
  const auto code = [&](const char* word) { return codes.code_of(word); };
  const std::uint8_t two = codes.both(code("w1"), code("w2"));
  const std::uint8_t three = codes.both(two, code("w3"));
  EXPECT_EQ(codes.both(code("w2"), code("w1")), two);
  EXPECT_EQ(codes.both(0, two), two);
  EXPECT_EQ(codes.both(two, 0), two);
  EXPECT_EQ(codes.both(two, two), two);
  EXPECT_TRUE(codes.complete());
  PlaceCodes::Table table = codes.table(FrequentWords({"w3", "w9"}, false));
  EXPECT_EQ(table[two], 0);
  EXPECT_EQ(table[three], 1);
  table = codes.table(FrequentWords({"w3", "w1"}, false));
  EXPECT_EQ(table[two], 2);
  EXPECT_EQ(table[three], kSeveralPredecessors);
}

TEST(PlaceCodes, TooManySetsAreUnknown) {
  PlaceCodes codes = candidates(22);
  int known = 0;
  for (std::uint8_t i = 2; i <= 22; ++i) {
    known += codes.both(1, i) != PlaceCodes::kUnknown ? 1 : 0;
  }
  EXPECT_EQ(known, 8);
  EXPECT_FALSE(codes.complete());
  EXPECT_EQ(codes.both(PlaceCodes::kUnknown, 1), PlaceCodes::kUnknown);
}

TEST(PlaceCodes, OfFrequentWordsSetsNeedNotBeKnown) {
  std::vector<std::string> names;
  for (int i = 0; i < 14; ++i) names.push_back("w" + std::to_string(i));
  const FrequentWords words(names, false);
  PlaceCodes codes(words);
  for (std::uint8_t i = 1; i <= 14; ++i) {
    EXPECT_EQ(codes.table(words)[i], i);
    for (std::uint8_t j = 1; j < i; ++j) {
      const std::uint8_t set = codes.both(i, j);
      EXPECT_EQ(codes.table(words)[set], kSeveralPredecessors);
    }
  }
  EXPECT_TRUE(codes.complete());
}

TEST(PlaceCodes, WhatIsBeforeAPartMustBeKnown) {
  PlaceCodes codes = candidates(5);
  EXPECT_EQ(codes.code_before(""), 0);
  EXPECT_EQ(codes.code_before(before({"w2"})), codes.code_of("w2"));
  EXPECT_TRUE(codes.complete());
  (void)codes.code_before(before({"w2", "other"}));
  EXPECT_FALSE(codes.complete());
  PlaceCodes last(FrequentWords({"a", "b"}, false));
  EXPECT_EQ(last.code_before(before({"x"})), 0);
  EXPECT_EQ(last.code_before(before({"x", "b"})), 2);
  EXPECT_TRUE(last.complete());
}

}  // namespace
}  // namespace kwic
