// SPDX-License-Identifier: Apache-2.0
// parse_query: a query of the query language as a tree.
//
// The language is described for people in docs/query_language.md; as a
// grammar, where juxtaposed operands without AND between them are joined as
// `operation` says:
//
//     query    = sequence { "OR" sequence }
//     sequence = operand { [ "AND" ] operand }
//     operand  = { "NOT" | "+" | "-" } ( word | phrase | "(" query ")" )
//
// Words without a letter or digit are dropped wherever they stand. Time is
// linear in the query; nothing recurses.
#ifndef KWIC_QUERY_QUERY_PARSER_H_
#define KWIC_QUERY_QUERY_PARSER_H_

#include <string_view>

#include "analysis/analyzer.h"
#include "kwic/searcher.h"
#include "kwic/status.h"
#include "query/query_tree.h"

namespace kwic {

// kSyntax (with position()) where the query breaks the grammar, kLimit where
// it breaks a limit of base/limits.h.
Result<QueryTree> parse_query(std::string_view query, Operator operation,
                              const Analyzer& analyzer);

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_PARSER_H_
