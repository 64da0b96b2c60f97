// SPDX-License-Identifier: Apache-2.0
// query_text: a tree in a form for people.
#ifndef KWIC_QUERY_QUERY_TEXT_H_
#define KWIC_QUERY_QUERY_TEXT_H_

#include <string>

#include "query/query_tree.h"

namespace kwic {

// Such as (AND "security guarantees" (OR oslo bergen) (NOT nato)). Clauses that
// are welcome beside required ones are (MAYBE x).
std::string query_text(const QueryTree& tree);

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_TEXT_H_
