// SPDX-License-Identifier: Apache-2.0
// Queries as people type them, through the whole Searcher.
#include <cstddef>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/agreement.h"
#include "tests/support/random_corpus.h"

namespace kwic::testing {
namespace {

class QueryTexts : public ::testing::TestWithParam<AnalyzerKind> {
 protected:
  void SetUp() override {
    CorpusShape shape;
    shape.documents = 400;
    shape.words = 30;
    auto documents = random_corpus(shape, random_);
    words_ = corpus_words(shape);
    documents[3].body += " The U.S. de-escalation e-mail, don't!";
    documents[7].body += " deescalation Email C++ us. dont";
    documents[9].body += " Caf\xC3\xA9 na\xC3\xAFve \xFF\xFE 3.14 100,000";
    BuildOptions options;
    options.analyzer = GetParam();
    auto made = Agreement::create(std::move(documents), options);
    ASSERT_TRUE(made) << made.error().message();
    agreement_ = *std::move(made);
  }

  void check(const std::string& query) {
    for (const Operator operation : {Operator::kAnd, Operator::kOr}) {
      ASSERT_TRUE(agreement_->check(query, operation))
          << "KWIC_TEST_SEED=" << test_seed();
      ASSERT_TRUE(agreement_->check(query, operation, Syntax::kPlain))
          << "KWIC_TEST_SEED=" << test_seed();
    }
  }

  const std::string& word() { return words_[random_.below(words_.size())]; }

  Random random_{test_seed()};
  std::unique_ptr<Agreement> agreement_;
  std::vector<std::string> words_;
};

TEST_P(QueryTexts, ByHand) {
  for (const char* query :
       {"de-escalation", "deescalation", "\"de escalation\"", "U.S.", "us",
        "e-mail", "email", "don't", "C++", "caf\xC3\xA9", "cafe", "3.14",
        "100,000", "nothing-of-the-kind", "...", "", "-de-escalation",
        "(email OR us) -dont", "+the email"}) {
    ASSERT_NO_FATAL_FAILURE(check(query)) << query;
  }
}

TEST_P(QueryTexts, AtRandom) {
  const std::vector<std::string> joints = {
      " ",  " OR ",     " AND ", " NOT ",         " -", " +",  "\"", " (",
      ") ", " AND NOT", "...",   " \xE2\x80\x9C", "-",  "\xFF"};
  for (int i = 0; i < 300; ++i) {
    std::string query = word();
    for (std::size_t n = random_.below(6); n > 0; --n) {
      const std::size_t kinds = random_.chance(0.8) ? 6 : joints.size();
      query += joints[random_.below(kinds)] + word();
    }
    for (const Operator operation : {Operator::kAnd, Operator::kOr}) {
      ASSERT_TRUE(agreement_->check(query, operation, Syntax::kPlain));
      if (random_.chance(0.5)) query.insert(0, "(").append(") " + word());
      const auto parsed = explain_query(agreement_->index(), query);
      if (!parsed) continue;
      ASSERT_TRUE(agreement_->check(query, operation)) << query;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Analyzers, QueryTexts,
                         ::testing::Values(AnalyzerKind::kStandard,
                                           AnalyzerKind::kSimple));

}  // namespace
}  // namespace kwic::testing
