// SPDX-License-Identifier: Apache-2.0
// Agreement: one corpus, indexed for real and held by the reference engine,
// and the question whether both give the same answers.
#ifndef KWIC_TESTS_SUPPORT_AGREEMENT_H_
#define KWIC_TESTS_SUPPORT_AGREEMENT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "format/index_file.h"
#include "format/term_dictionary.h"
#include "gtest/gtest.h"
#include "kwic/searcher.h"
#include "query/executor.h"
#include "query/query_tree.h"
#include "tests/support/build_index.h"
#include "tests/support/reference_engine.h"

namespace kwic::testing {

// Scores may differ by this much of themselves, and neighbours may change
// places where the reference scores differ by no more.
inline constexpr double kScoreTolerance = 1e-5;

class Agreement {
 public:
  // An error where the index could not be assembled or opened. The builder is
  // left out, so that what disagrees is the query side.
  static Result<std::unique_ptr<Agreement>> create(
      std::vector<TextDocument> documents, BuildOptions options = {});

  // Asks Executor for the tree at several limits, counting and not.
  ::testing::AssertionResult check(const QueryTree& tree);

  // Asks Searcher for the query as text, and the reference for its tree.
  ::testing::AssertionResult check(const std::string& query, Operator operation,
                                   Syntax syntax = Syntax::kQuery);

  const ReferenceEngine& reference() const { return reference_; }
  const Index& index() const { return index_; }

 private:
  struct Answer {
    std::vector<ScoredDoc> top;
    std::uint64_t total = 0;
    bool exact = true;
  };
  using Expected = std::vector<ReferenceEngine::Match>;

  Agreement(ReferenceEngine reference, Index index,
            std::shared_ptr<const IndexFile> file);

  ::testing::AssertionResult check_executor(const QueryTree& tree,
                                            const Expected& expected,
                                            std::size_t limit, bool count_all);
  static std::string difference(const Expected& expected, const Answer& answer,
                                std::size_t limit, bool count_all);
  static std::string rank_difference(const Expected& expected,
                                     const Answer& answer, std::size_t rank);

  ReferenceEngine reference_;
  Index index_;
  Searcher searcher_;
  std::shared_ptr<const IndexFile> file_;
  TermDictionary dictionary_;
  Executor executor_;
};

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_AGREEMENT_H_
