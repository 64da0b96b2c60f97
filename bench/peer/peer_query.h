// SPDX-License-Identifier: Apache-2.0
// The query lines of the comparison protocol: +a +b, a b, "a b", a, +a b,
// +a -b, +"a b" c. A word becomes as many terms as the simple analyzer finds in
// it, each with the word's sign.
#ifndef KWIC_BENCH_PEER_PEER_QUERY_H_
#define KWIC_BENCH_PEER_PEER_QUERY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/query_tree.h"

namespace kwic::bench {

enum class Command { kCount, kTop10, kTop10Count };

// The word of the protocol, such as "TOP_10"; nothing if it is none.
std::optional<Command> command_of(std::string_view word);
const char* command_name(Command command);

// A query line, tokenized: what is done before the clock starts.
struct PeerQuery {
  struct Clause {
    Occur occur;
    std::vector<std::string> terms;  // several: a phrase
  };
  std::vector<Clause> clauses;
  std::string kind;  // term, and, or, phrase, mixed
  std::size_t term_count() const;
};

PeerQuery tokenize_query(std::string_view line);

// The query object: part of what is timed. Reuses `tree`.
void make_tree(const PeerQuery& query, QueryTree& tree);

}  // namespace kwic::bench

#endif  // KWIC_BENCH_PEER_PEER_QUERY_H_
