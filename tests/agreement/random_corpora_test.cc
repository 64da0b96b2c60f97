// SPDX-License-Identifier: Apache-2.0
// Random queries on random corpora: every plan of the executor against the
// reference engine. KWIC_TEST_SEED asks for another seed.
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "query/query_text.h"
#include "tests/support/agreement.h"
#include "tests/support/random_corpus.h"

namespace kwic::testing {
namespace {

using Terms = std::vector<std::string>;

struct Case {
  const char* name;
  CorpusShape shape;
  std::size_t queries;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class RandomCorpora : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    auto made = Agreement::create(random_corpus(GetParam().shape, random_));
    ASSERT_TRUE(made) << made.error().message();
    agreement_ = *std::move(made);
    words_ = corpus_words(GetParam().shape);
  }

  void check(const QueryTree& tree) {
    ASSERT_TRUE(agreement_->check(tree)) << "KWIC_TEST_SEED=" << test_seed();
  }

  Random random_{test_seed()};
  std::unique_ptr<Agreement> agreement_;
  Terms words_;
};

TEST_P(RandomCorpora, EveryTerm) {
  const std::size_t step = 1 + words_.size() / 200;
  for (std::size_t i = 0; i < words_.size(); i += step) {
    ASSERT_NO_FATAL_FAILURE(check(term_query(words_[i])));
  }
}

TEST_P(RandomCorpora, Disjunctions) {
  for (std::size_t i = 0; i < GetParam().queries; ++i) {
    std::vector<std::pair<Occur, Terms>> clauses;
    for (std::size_t n = 2 + random_.below(i % 10 == 0 ? 20 : 4); n > 0; --n) {
      clauses.push_back(
          {Occur::kShould, {words_[random_.below(words_.size())]}});
    }
    ASSERT_NO_FATAL_FAILURE(check(boolean_query(clauses)));
  }
}

TEST_P(RandomCorpora, Conjunctions) {
  const std::size_t frequent = words_.size() < 12 ? words_.size() : 12;
  for (std::size_t i = 0; i < GetParam().queries; ++i) {
    std::vector<std::pair<Occur, Terms>> clauses;
    for (std::size_t n = 2 + random_.below(3); n > 0; --n) {
      const std::size_t from = random_.chance(0.7) ? frequent : words_.size();
      clauses.push_back({Occur::kMust, {words_[random_.below(from)]}});
    }
    ASSERT_NO_FATAL_FAILURE(check(boolean_query(clauses)));
  }
}

TEST_P(RandomCorpora, PhrasesOfTheTexts) {
  TokenBuffer buffer;
  const auto& documents = agreement_->reference().documents();
  const Analyzer& analyzer = analyzer_for(agreement_->index().stats().analyzer);
  for (std::size_t i = 0; i < GetParam().queries; ++i) {
    buffer.clear();
    const std::string& body = documents[random_.below(documents.size())].body;
    analyzer.analyze(body.substr(0, 2000), 0, buffer);
    const std::size_t size = 2 + random_.below(4);
    if (buffer.tokens.size() < size) continue;
    const std::size_t first = random_.below(buffer.tokens.size() - size + 1);
    Terms terms;
    for (std::size_t t = first; t < first + size; ++t) {
      terms.emplace_back(buffer.term(buffer.tokens[t]));
    }
    ASSERT_NO_FATAL_FAILURE(check(phrase_query(terms)));
  }
}

TEST_P(RandomCorpora, AnyTree) {
  for (std::size_t i = 0; i < GetParam().queries; ++i) {
    const int depth = static_cast<int>(random_.below(4));
    ASSERT_NO_FATAL_FAILURE(check(random_query(words_, depth, random_)));
  }
}

CorpusShape shape(std::size_t documents, std::size_t words, std::size_t length,
                  bool edges) {
  return {documents, words, length, edges};
}

std::string case_name(const ::testing::TestParamInfo<Case>& param) {
  return param.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, RandomCorpora,
    ::testing::Values(Case{"tiny", shape(5, 4, 3, false), 300},
                      Case{"dense", shape(300, 3, 6, false), 200},
                      Case{"mixed", shape(300, 50, 12, false), 200},
                      Case{"edges", shape(1100, 40, 8, true), 60},
                      Case{"blocks", shape(2600, 60, 10, true), 40},
                      Case{"large", shape(20000, 400, 12, true), 12}),
    case_name);

}  // namespace
}  // namespace kwic::testing
