// SPDX-License-Identifier: Apache-2.0
#include "index/vocabulary.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

void append(TokenBuffer& buffer, std::string_view term) {
  Token token{};
  token.term_begin = static_cast<std::uint32_t>(buffer.bytes.size());
  token.term_size = static_cast<std::uint32_t>(term.size());
  buffer.tokens.push_back(token);
  buffer.bytes += term;
}

class VocabularyTest : public ::testing::Test {
 protected:
  std::vector<std::uint32_t> intern(const std::vector<std::string>& terms) {
    TokenBuffer buffer;
    for (const std::string& term : terms) append(buffer, term);
    std::vector<std::uint32_t> ids(terms.size());
    vocabulary_.reserve(terms.size());
    vocabulary_.intern(buffer, buffer.tokens, arena_, ids.data());
    return ids;
  }

  TwoEndedArena arena_{std::size_t{64} << 20};
  Vocabulary vocabulary_;
};

TEST_F(VocabularyTest, NumbersTermsInOrderOfFirstOccurrence) {
  EXPECT_EQ(intern({"b", "a", "b", "longer than a word", "a"}),
            (std::vector<std::uint32_t>{0, 1, 0, 2, 1}));
  EXPECT_EQ(intern({"longer than a word", "c"}),
            (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(vocabulary_.size(), 4u);
}

// Around 7 and 8 (the term is its key), 16 (another hash) and 255 bytes, with
// bytes that padding could be mistaken for.
TEST_F(VocabularyTest, TellsTermsOfAllLengthsApart) {
  std::vector<std::string> terms;
  for (std::size_t size = 1; size <= 255; ++size) {
    for (const char c : {'\0', 'a', '\xff'}) {
      terms.emplace_back(size, c);
      terms.push_back(std::string(size - 1, c) + 'z');
    }
  }
  const std::set<std::string> distinct(terms.begin(), terms.end());
  const std::vector<std::uint32_t> first = intern(terms);
  EXPECT_EQ(vocabulary_.size(), distinct.size());
  EXPECT_EQ(intern(terms), first);
}

TEST_F(VocabularyTest, GrowsAndKeepsItsNumbers) {
  testing::Random random(testing::test_seed());
  std::unordered_map<std::string, std::uint32_t> model;
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> terms;
    for (int i = 0; i < 500; ++i) {
      terms.push_back(std::to_string(random.below(60'000)) +
                      (random.chance(0.5) ? "" : "-a-longer-one"));
    }
    const std::vector<std::uint32_t> ids = intern(terms);
    for (std::size_t i = 0; i < terms.size(); ++i) {
      ASSERT_EQ(model.emplace(terms[i], ids[i]).first->second, ids[i]);
    }
  }
  EXPECT_EQ(vocabulary_.size(), model.size());
  EXPECT_LE(model.size() * 8, vocabulary_.slots().size() * 5);
}

TEST_F(VocabularyTest, ClearForgetsEverything) {
  intern({"a", "b"});
  vocabulary_.clear();
  EXPECT_EQ(vocabulary_.size(), 0u);
  EXPECT_EQ(intern({"b"}), (std::vector<std::uint32_t>{0}));
}

}  // namespace
}  // namespace kwic
