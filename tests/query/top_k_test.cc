// SPDX-License-Identifier: Apache-2.0
// TopK: the k best are those that sorting everything gives, in any order of
// offers.
#include "query/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace kwic {
namespace {

using Offer = std::pair<std::uint32_t, float>;

std::vector<Offer> best_of(std::vector<Offer> offers, std::size_t k) {
  std::sort(offers.begin(), offers.end(), [](const Offer& a, const Offer& b) {
    return a.second > b.second || (a.second == b.second && a.first < b.first);
  });
  offers.resize(std::min(offers.size(), k));
  return offers;
}

std::vector<Offer> taken(TopK& top) {
  std::vector<ScoredDoc> out;
  top.take(out);
  std::vector<Offer> pairs;
  for (const ScoredDoc& doc : out) pairs.emplace_back(doc.doc, doc.score);
  return pairs;
}

TEST(TopKTest, IsWhatSortingGives) {
  std::mt19937 random{20261123};
  TopK top;
  for (const std::size_t k :
       {0U, 1U, 2U, 10U, 16U, 17U, 99U, 100U, 101U, 5000U}) {
    std::vector<Offer> offers;
    for (std::uint32_t doc = 0; doc < 100; ++doc) {
      // Many ties, 0 among them, and the largest document there is.
      const float score = static_cast<float>(random() % 12) / 3;
      offers.emplace_back(doc == 99 ? 0xffff'fffe : doc * 7, score);
    }
    const std::vector<Offer> expected = best_of(offers, k);
    for (int round = 0; round < 20; ++round) {
      std::shuffle(offers.begin(), offers.end(), random);
      top.reset(k, 0);
      for (const auto& [doc, score] : offers) {
        if (top.wants(score)) top.offer(doc, score);
      }
      EXPECT_EQ(taken(top), expected) << "k " << k;
    }
  }
}

TEST(TopKTest, BatchesGiveWhatSortingGives) {
  std::mt19937 random{20261123};
  TopK top;
  for (const std::size_t k : {0U, 1U, 10U, 16U, 17U, 99U, 500U}) {
    for (const std::uint32_t batch : {1U, 3U, 64U, 200U}) {
      std::vector<Offer> offers;
      std::vector<std::uint32_t> docs;
      std::vector<float> scores;
      top.reset(k, 1);
      for (std::uint32_t doc = 0; doc < 200; ++doc) {
        docs.push_back(doc);
        scores.push_back(static_cast<float>(random() % 30) / 8);
        if (scores.back() >= 1) offers.emplace_back(doc, scores.back());
      }
      for (std::uint32_t i = 0; i < 200; i += batch) {
        top.offer(docs.data() + i, scores.data() + i, std::min(batch, 200 - i));
      }
      EXPECT_EQ(taken(top), best_of(offers, k)) << "k " << k;
    }
  }
}

TEST(TopKTest, TheBarIsTheFloorUntilThereAreK) {
  TopK top;
  top.reset(2, 0.5F);
  EXPECT_FALSE(top.wants(0.25F));
  EXPECT_TRUE(top.wants(0.5F));
  top.offer(3, 2);
  EXPECT_EQ(top.bar(), 0.5F);
  top.offer(4, 1);
  EXPECT_EQ(top.bar(), 1);
  EXPECT_TRUE(top.wants(1));  // the document may be an earlier one
  top.offer(2, 1);
  EXPECT_EQ(taken(top), (std::vector<Offer>{{3, 2}, {2, 1}}));
}

}  // namespace
}  // namespace kwic
