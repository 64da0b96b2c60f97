// SPDX-License-Identifier: Apache-2.0
// Any of several words, where PlanAny has something to get wrong: windows and
// their edges, many lists, sums that do not fit a byte, scores that differ by
// less than a unit, documents that only words passed over bring in.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/agreement.h"
#include "tests/support/random_corpus.h"

namespace kwic::testing {
namespace {

constexpr std::size_t kWindow = 65536;  // of PlanAny

std::string id_of(std::size_t i) {
  const std::string digits = std::to_string(i);
  return std::string(6 - digits.size(), '0') + digits;
}

QueryTree any_of(const std::vector<std::string>& words) {
  std::vector<std::pair<Occur, std::vector<std::string>>> clauses;
  for (const std::string& word : words) {
    clauses.push_back({Occur::kShould, {word}});
  }
  return boolean_query(clauses);
}

// "w0" is in every document, "w1" in every second one, "w2" in every fourth:
// from dense lists down to short ones, with different frequencies.
std::vector<TextDocument> halving_words(std::size_t count, Random& random) {
  std::vector<TextDocument> documents;
  for (std::size_t i = 0; i < count; ++i) {
    TextDocument document{id_of(i), "", ""};
    for (int word = 0; word < 16; ++word) {
      if (random.below(std::size_t{1} << word) != 0) continue;
      for (std::size_t n = 0; n <= random.below(4); ++n) {
        document.body += "w" + std::to_string(word) + " ";
      }
    }
    documents.push_back(document);
  }
  return documents;
}

void check(std::vector<TextDocument> documents,
           const std::vector<std::vector<std::string>>& queries) {
  auto agreement = Agreement::create(std::move(documents));
  ASSERT_TRUE(agreement) << agreement.error().message();
  for (const std::vector<std::string>& words : queries) {
    ASSERT_TRUE((*agreement)->check(any_of(words)));
  }
}

std::vector<std::vector<std::string>> queries_of_halving_words() {
  std::vector<std::string> all;
  for (int word = 0; word < 16; ++word) {
    all.push_back("w" + std::to_string(word));
  }
  const auto rarest = [&](std::size_t n) {
    return std::vector<std::string>(all.end() - static_cast<long>(n),
                                    all.end());
  };
  return {all,
          rarest(4),
          rarest(9),
          {"w0"},
          {"w5"},
          {"w0", "w1"},
          {"w2", "w15"},
          {"w6", "w7"},
          {"w6", "w7", "w8"},
          {"w0", "w1", "w2", "w3"},
          {"w3", "w6", "w9", "w12"},
          {"w0", "w8", "w14", "nowhere"}};
}

// Fewer documents than a window of a dense list, exactly one, and some more.
TEST(Disjunctions, AroundOneDenseWindow) {
  Random random(test_seed());
  for (const std::size_t count : {1000U, 4095U, 4096U, 4097U, 9000U}) {
    check(halving_words(count, random), queries_of_halving_words());
  }
}

TEST(LongDisjunctions, AroundOneWindow) {
  Random random(test_seed());
  for (const std::size_t count : {kWindow - 1, kWindow, kWindow + 1}) {
    check(halving_words(count, random), queries_of_halving_words());
  }
}

// The best documents are the last of one window and the first of the next.
TEST(Disjunctions, BestAtTheEdgeOfAWindow) {
  std::vector<TextDocument> documents;
  for (std::size_t i = 0; i < kWindow + 300; ++i) {
    TextDocument document{id_of(i), "", "filler filler "};
    if (i % 3 == 0) document.body += "common ";
    if (i % 100 == 0) document.body += "medium ";
    if (i % 999 == 0) document.body += "rare ";
    if (i + 4 >= kWindow && i < kWindow + 4) {
      document.body = "common medium rare common medium";
    }
    documents.push_back(document);
  }
  check(std::move(documents), {{"common", "medium", "rare"},
                               {"medium", "rare"},
                               {"common", "medium"},
                               {"medium"}});
}

// Hundreds of scores between one unit and the next.
TEST(Disjunctions, ScoresCloserThanAUnit) {
  std::vector<TextDocument> documents;
  for (std::size_t i = 0; i < 6000; ++i) {
    TextDocument document{id_of(i), "", ""};
    for (std::size_t n = 0; n < 300 + i * 7919 % 600; ++n) {
      document.body += n % 3 == 0 ? "a " : n % 3 == 1 ? "b " : "c ";
    }
    if (i % 500 == 3) document.body += "rare";
    documents.push_back(document);
  }
  check(std::move(documents),
        {{"a"}, {"a", "b"}, {"a", "b", "c", "rare"}, {"a", "rare"}});
}

// Sums of so many bounds that they do not fit a byte; the best documents have
// all words, and none is good in one of them.
TEST(Disjunctions, ManyWeakWords) {
  Random random(test_seed());
  std::vector<std::string> words;
  for (int word = 0; word < 40; ++word) {
    words.push_back("w" + std::to_string(word));
  }
  std::vector<TextDocument> documents;
  for (std::size_t i = 0; i < 8000; ++i) {
    TextDocument document{id_of(i), "", "x"};
    const std::size_t rarity = i % 800 == 799 ? 1 : 2 + i % 30;
    for (const std::string& word : words) {
      if (random.below(rarity) == 0) document.body += " " + word;
    }
    documents.push_back(document);
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    documents[i * 97].body = words[i] + " " + words[i] + " " + words[i];
  }
  check(std::move(documents),
        {words, {words.begin(), words.begin() + 12}, {"w0", "w1", "w2", "w3"}});
}

// More documents reach the threshold than are looked up one by one.
TEST(Disjunctions, MoreCandidatesThanPostings) {
  Random random(test_seed());
  std::vector<TextDocument> documents;
  for (std::size_t i = 0; i < 20000; ++i) {
    TextDocument document{id_of(i), "", "filler"};
    for (const char* word : {"p", "q", "r"}) {
      if (random.chance(0.04)) document.body += std::string(" ") + word;
    }
    if (random.chance(0.02)) document.body += " s s s";
    if (random.chance(0.1)) document.body += " dense";
    documents.push_back(document);
  }
  check(std::move(documents), {{"p", "q", "r"},
                               {"p", "q", "r", "s"},
                               {"dense", "p", "q", "s"},
                               {"dense", "s"}});
}

}  // namespace
}  // namespace kwic::testing
