// SPDX-License-Identifier: Apache-2.0
#include "index/frequent_word_sampler.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "format/frequent_words.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

using testing::Random;
using testing::TextDocument;

std::vector<std::string> words_of(const std::vector<TextDocument>& documents) {
  FrequentWordSampler sampler;
  for (const TextDocument& d : documents) {
    sampler.add({.id = d.id, .title = d.title, .body = d.body});
  }
  return sampler.words(analyzer_for(AnalyzerKind::kSimple));
}

TEST(FrequentWordSampler, ChoosesTheCommonest) {
  EXPECT_EQ(words_of({{"1", "b", "a c a"}, {"2", "", "b a"}}),
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(words_of({}).empty());
  EXPECT_TRUE(words_of({{"1", "", "..."}}).empty());
  std::string many;
  for (int i = 0; i < 40; ++i) many += " w" + std::to_string(10 + i);
  const std::vector<std::string> words = words_of({{"1", "", many}});
  ASSERT_EQ(words.size(), kMaxFrequentWords);
  EXPECT_EQ(words.front(), "w10");
  EXPECT_EQ(words.back(), "w23");
}

// More documents than the sample has, each with words of its own: so another
// sample would show.
TEST(FrequentWordSampler, OrderAndReplacedDocumentsDoNotShow) {
  Random random(testing::test_seed());
  std::vector<TextDocument> documents;
  for (std::size_t i = 0; i < 2000; ++i) {
    const std::string word = "w" + std::to_string(random.below(60));
    documents.push_back({"d" + std::to_string(i), word, word + " " + word});
  }
  const std::vector<std::string> words = words_of(documents);
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 1; i < documents.size(); ++i) {
      std::swap(documents[i], documents[random.below(i + 1)]);
    }
    EXPECT_EQ(words_of(documents), words);
    std::vector<TextDocument> twice = documents;
    for (TextDocument& d : twice) d.title = d.body = "replaced";
    twice.insert(twice.end(), documents.begin(), documents.end());
    EXPECT_EQ(words_of(twice), words);
  }
}

}  // namespace
}  // namespace kwic
