// SPDX-License-Identifier: Apache-2.0
// Kernels that look for documents in decoded blocks, and take them, do at every
// level what format/kernels.h says, for damaged blocks too.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "format/kernels.h"
#include "format/posting_format.h"
#include "tests/support/simd_level.h"

namespace kwic {
namespace {

using testing::SimdLevelScope;

class SearchKernelsTest : public ::testing::Test {
 protected:
  std::uint32_t below(std::uint32_t end) {
    return static_cast<std::uint32_t>(random_() % end);
  }

  std::mt19937 random_{20261123};
};

// ------------------------------------------------------------- intersect

class IntersectTest : public SearchKernelsTest {
 protected:
  // Ascending documents below `bound`, filled up with ~0.
  std::vector<std::uint32_t> random_block(std::size_t n, std::uint32_t bound) {
    std::vector<std::uint32_t> docs;
    while (docs.size() < n) {
      docs.push_back(static_cast<std::uint32_t>(random_()) % bound);
      std::sort(docs.begin(), docs.end());
      docs.erase(std::unique(docs.begin(), docs.end()), docs.end());
    }
    docs.resize(kBlockPostings, ~std::uint32_t{0});
    return docs;
  }

  // What the kernel of the level in force finds: places and ranks.
  using Found = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  static Found found_in(const std::vector<std::uint32_t>& sought,
                        const std::vector<std::uint32_t>& docs) {
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 15; i < docs.size(); i += 16) ends.push_back(docs[i]);
    std::vector<std::uint32_t> which(sought.size() + 1);
    std::vector<std::uint32_t> ranks(sought.size() + 1);
    const std::uint32_t n = kernels().intersect(
        sought.data(), static_cast<std::uint32_t>(sought.size()), docs.data(),
        ends.data(), 1000, 7, which.data(), ranks.data());
    EXPECT_LE(n, sought.size());
    Found found;
    for (std::uint32_t i = 0; i < n; ++i) {
      found.emplace_back(which[i] - 1000, ranks[i] - 7);
    }
    return found;
  }

  static void check(const std::vector<std::uint32_t>& sought,
                    const std::vector<std::uint32_t>& docs) {
    Found expected;
    for (std::uint32_t i = 0; i < sought.size(); ++i) {
      const auto at = std::find(docs.begin(), docs.end(), sought[i]);
      if (at == docs.end()) continue;
      expected.emplace_back(i, static_cast<std::uint32_t>(at - docs.begin()));
    }
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      EXPECT_EQ(found_in(sought, docs), expected) << name;
    }
  }
};

TEST_F(IntersectTest, EveryDocumentOfADenseRange) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t doc = 0; doc < 700; ++doc) all.push_back(doc);
  for (const std::size_t n : {1U, 15U, 16U, 17U, 100U, 255U, 256U}) {
    check(all, random_block(n, 600));
  }
}

// Documents on both sides of the sign of 32 bits, beyond the last, none.
TEST_F(IntersectTest, LargeIds) {
  for (int round = 0; round < 200; ++round) {
    const std::vector<std::uint32_t> docs =
        random_block(1 + random_() % kBlockPostings, 0xffff'fff0);
    std::vector<std::uint32_t> sought;
    for (const std::uint32_t doc : docs) {
      if (doc == ~std::uint32_t{0}) break;
      if (random_() % 2 == 0) sought.push_back(doc);
      if (random_() % 2 == 0) sought.push_back(doc + 1);
    }
    check(sought, docs);
  }
  check({}, random_block(5, 100));
}

// Values and documents of like number are merged, eight at a time: however many
// of either there are, and however many they share.
TEST_F(IntersectTest, AsManyValuesAsDocuments) {
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t bound = 300 + below(5000);
    const std::vector<std::uint32_t> docs =
        random_block(1 + random_() % kBlockPostings, bound);
    std::vector<std::uint32_t> sought;
    const std::size_t n = 30 + random_() % 400;
    const std::uint32_t step = 1 + bound / static_cast<std::uint32_t>(n);
    for (std::uint32_t doc = below(step); sought.size() < n;) {
      sought.push_back(doc);
      doc += 1 + below(step);
    }
    check(sought, docs);
  }
}

// A damaged block has documents twice, or out of order. A rank that it does not
// have would be beyond the end of the last block.
TEST_F(IntersectTest, DamagedBlocksFindNoValueTwiceOrElsewhere) {
  std::vector<std::uint32_t> sought(200);
  std::iota(sought.begin(), sought.end(), 0);
  for (const std::uint32_t divisor : {2U, 3U, 40U, 300U}) {
    std::vector<std::uint32_t> docs(kBlockPostings);
    for (std::uint32_t i = 0; i < docs.size(); ++i) docs[i] = i / divisor;
    if (divisor == 3) std::reverse(docs.begin(), docs.end());
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      std::set<std::uint32_t> distinct;
      for (const auto& [place, rank] : found_in(sought, docs)) {
        ASSERT_LT(place, sought.size()) << name;
        ASSERT_LT(rank, docs.size()) << name;
        EXPECT_EQ(docs[rank], sought[place]) << name;
        EXPECT_TRUE(distinct.insert(place).second) << name;
      }
    }
  }
}

// ----------------------------------------------------------- take_masked

using TakeMaskedTest = SearchKernelsTest;

TEST_F(TakeMaskedTest, TakesWhatTheMaskHas) {
  constexpr std::uint32_t kRoom = 16;
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t n = below(kBlockPostings + 1);
    std::vector<std::uint32_t> docs(n + kRoom);
    for (std::uint32_t& doc : docs) {
      doc = static_cast<std::uint32_t>(random_());
    }
    std::uint64_t mask[4];  // ones behind n count for nothing
    for (std::uint64_t& word : mask) {
      word = round % 3 == 0 ? ~std::uint64_t{0} : random_();
      if (round % 3 == 1) word &= random_();
    }
    std::vector<std::uint32_t> docs_expected;
    std::vector<std::uint32_t> ranks_expected;
    for (std::uint32_t i = 0; i < n; ++i) {
      if ((mask[i / 64] >> (i % 64) & 1) == 0) continue;
      docs_expected.push_back(docs[i]);
      ranks_expected.push_back(5000 + i);
    }
    for (const auto& [level, name] : testing::kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      std::vector<std::uint32_t> out(docs_expected.size() + kRoom);
      std::vector<std::uint32_t> ranks(docs_expected.size() + kRoom);
      const std::uint32_t taken = kernels().take_masked(
          docs.data(), n, mask, 5000, out.data(), ranks.data());
      out.resize(taken);
      ranks.resize(taken);
      EXPECT_EQ(out, docs_expected) << name;
      EXPECT_EQ(ranks, ranks_expected) << name;
    }
  }
}

// ------------------------------------------------------------- keep_best

class KeepBestTest : public SearchKernelsTest {
 protected:
  // Scores of a few values, so that many are the same.
  void fill(std::uint32_t n, std::uint32_t values) {
    docs_.clear();
    scores_.clear();
    for (std::uint32_t i = 0; i < n; ++i) {
      docs_.push_back(below(2) == 0 ? below(20) * 50 + i
                                    : 0xffff'fffe - below(20) * 50 - i);
      scores_.push_back(static_cast<float>(below(values)) / 3);
    }
  }

  // Of all that reach `bar`, the best k in `batches` calls.
  std::vector<std::int64_t> kept(std::uint32_t k, float bar,
                                 std::uint32_t batches) const {
    std::int64_t keys[kFewBest] = {};
    const auto n = static_cast<std::uint32_t>(docs_.size());
    for (std::uint32_t b = 0; b < batches; ++b) {
      const std::uint32_t begin = n * b / batches;
      kernels().keep_best(docs_.data() + begin, scores_.data() + begin,
                          n * (b + 1) / batches - begin, bar, k, keys);
    }
    return {keys, keys + k};
  }

  std::vector<std::int64_t> sorted(std::uint32_t k, float bar) const {
    std::vector<std::int64_t> keys;
    for (std::size_t i = 0; i < docs_.size(); ++i) {
      if (scores_[i] >= bar) keys.push_back(best_key(docs_[i], scores_[i]));
    }
    std::sort(keys.rbegin(), keys.rend());
    keys.resize(k);
    return keys;
  }

  std::vector<std::uint32_t> docs_;
  std::vector<float> scores_;
};

TEST_F(KeepBestTest, AreTheFirstOfAllSorted) {
  for (const std::uint32_t n : {0U, 1U, 5U, 16U, 40U, 300U}) {
    for (const std::uint32_t k : {1U, 2U, 8U, 9U, 10U, 15U, 16U}) {
      fill(n, k % 2 == 0 ? 7 : 3000);
      for (const auto& [level, name] : testing::kSimdLevels) {
        const SimdLevelScope scope(level);
        if (!scope) continue;
        for (const float bar : {0.0F, 1.0F, 1.5F}) {
          EXPECT_EQ(kept(k, bar, 1), sorted(k, bar)) << name << " k " << k;
          EXPECT_EQ(kept(k, bar, 7), sorted(k, bar)) << name << " k " << k;
        }
      }
    }
  }
}

TEST_F(KeepBestTest, HigherScoresThenLowerDocumentsAreBetter) {
  EXPECT_GT(best_key(7, 1.5F), best_key(3, 1.25F));
  EXPECT_GT(best_key(3, 1.5F), best_key(7, 1.5F));
  EXPECT_GT(best_key(3, 0), best_key(0xffff'fffe, 0));
  EXPECT_GT(best_key(0xffff'fffe, 0), 0);
}

}  // namespace
}  // namespace kwic
