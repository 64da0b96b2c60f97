// SPDX-License-Identifier: Apache-2.0
// PlainParser: whatever a person typed as a tree. It never fails.
#ifndef KWIC_QUERY_PLAIN_QUERY_H_
#define KWIC_QUERY_PLAIN_QUERY_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/analyzer.h"
#include "base/limits.h"
#include "kwic/searcher.h"
#include "query/query_leaves.h"
#include "query/query_tree.h"

namespace kwic {

// Every word is wanted (Operator::kAnd) or welcome (kOr); text between two
// double quotes is a phrase; nothing else is an operator, and a quote without
// its counterpart is nothing at all.
//
// Where a limit of base/limits.h is met, what lies beyond it is left out: text
// behind kMaxQueryBytes, words behind kMaxQueryClauses, and of a phrase the
// terms behind kMaxPhraseTerms.
//
// Thread-safety: one thread at a time; it keeps its buffers from query to
// query.
class PlainParser {
 public:
  explicit PlainParser(const Analyzer& analyzer) : leaves_(analyzer) {}

  // Replaces `tree`.
  void parse(std::string_view text, Operator operation, QueryTree& tree);

 private:
  void add_words(std::string_view text);
  void add_clause(std::optional<std::uint32_t> node);
  bool full() const noexcept { return leaves_.count() >= kMaxQueryClauses; }

  QueryLeaves leaves_;
  Occur occur_ = Occur::kMust;
  std::vector<QueryClause> clauses_;
};

QueryTree parse_plain(std::string_view text, Operator operation,
                      const Analyzer& analyzer);

}  // namespace kwic

#endif  // KWIC_QUERY_PLAIN_QUERY_H_
