// SPDX-License-Identifier: Apache-2.0
// QueryParser: a query of the query language as a tree.
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

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/analyzer.h"
#include "kwic/searcher.h"
#include "kwic/status.h"
#include "query/query_leaves.h"
#include "query/query_lexer.h"
#include "query/query_tree.h"

namespace kwic {

// Thread-safety: one thread at a time; it keeps its buffers from query to
// query.
class QueryParser {
 public:
  explicit QueryParser(const Analyzer& analyzer) : leaves_(analyzer) {}

  // Replaces `tree`. kSyntax (with position()) where the query breaks the
  // grammar, kLimit where it breaks a limit of base/limits.h; the tree makes no
  // sense then.
  Status parse(std::string_view query, Operator operation, QueryTree& tree);

 private:
  // A node, or nothing where only dropped words stood.
  using MaybeNode = std::optional<std::uint32_t>;

  struct Operand {
    MaybeNode node;
    bool required = false;    // a + stood before it
    bool negated = false;     // an odd number of NOT and - did
    bool and_before = false;  // AND links it to the operand before
  };

  // A group that is still open; the whole query is the outermost one.
  struct Group {
    std::size_t begin = 0;                    // of its parenthesis
    std::vector<Operand> sequence;            // since the last OR
    std::vector<std::uint32_t> alternatives;  // the sequences before it
    Operand next;       // what is known of the next operand
    Lexeme dangling;    // operator that waits for an operand
    bool empty = true;  // nothing at all between ( and )
  };

  // Operands linked by AND count as one in a sequence.
  using Run = std::span<const Operand>;

  Status parse_all(QueryLexer& lexer);
  Status take(const Lexeme& lexeme);
  Status take_leaf(const Lexeme& lexeme);
  Status take_prefix(const Lexeme& lexeme);
  Status take_link(const Lexeme& lexeme);
  Status take_open(const Lexeme& lexeme);
  Status take_close(const Lexeme& lexeme);
  Status check_end() const;
  void open_group(std::size_t begin);
  void add_operand(MaybeNode node);

  void finish_sequence(Group& group);
  MaybeNode finish(Group& group);
  MaybeNode sequence_node(const std::vector<Operand>& sequence);
  void find_runs(const std::vector<Operand>& sequence);
  Run run(std::size_t i) const;
  QueryClause run_clause(Run run);
  MaybeNode boolean_node(std::vector<QueryClause>& clauses);

  static bool required(Run run);
  static void append_all(Run run, std::vector<QueryClause>& clauses);

  const Group& group() const { return groups_[depth_ - 1]; }
  Group& group() { return groups_[depth_ - 1]; }

  Operator operation_ = Operator::kAnd;
  QueryTree* tree_ = nullptr;
  QueryLeaves leaves_;
  std::vector<Group> groups_;  // the first depth_ are open
  std::size_t depth_ = 0;

  // Of the sequence at hand.
  std::vector<Operand> operands_;      // those that have a node
  std::vector<std::size_t> run_ends_;  // into operands_
  std::vector<QueryClause> clauses_;
  std::vector<QueryClause> run_clauses_;
};

Result<QueryTree> parse_query(std::string_view query, Operator operation,
                              const Analyzer& analyzer);

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_PARSER_H_
