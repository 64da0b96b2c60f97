// SPDX-License-Identifier: Apache-2.0
// parse_plain: whatever a person typed as a tree. It never fails.
#ifndef KWIC_QUERY_PLAIN_QUERY_H_
#define KWIC_QUERY_PLAIN_QUERY_H_

#include <string_view>

#include "analysis/analyzer.h"
#include "kwic/searcher.h"
#include "query/query_tree.h"

namespace kwic {

// Every word is wanted (Operator::kAnd) or welcome (kOr); text between two
// double quotes is a phrase; nothing else is an operator, and a quote without
// its counterpart is nothing at all.
//
// Where a limit of base/limits.h is met, what lies beyond it is left out: text
// behind kMaxQueryBytes, words behind kMaxQueryClauses, and of a phrase the
// terms behind kMaxPhraseTerms.
QueryTree parse_plain(std::string_view text, Operator operation,
                      const Analyzer& analyzer);

}  // namespace kwic

#endif  // KWIC_QUERY_PLAIN_QUERY_H_
