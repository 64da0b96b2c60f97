// SPDX-License-Identifier: Apache-2.0
#include "query/query_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "query/query_leaves.h"
#include "query/query_lexer.h"

namespace kwic {
namespace {

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
  Operand next;                             // what is known of the next operand
  Lexeme dangling;    // operator that waits for an operand
  bool empty = true;  // nothing at all between ( and )
};

// Operands linked by AND count as one in a sequence.
using Run = std::vector<Operand>;

Status syntax_error(std::string message, std::size_t at) {
  Status status(StatusCode::kSyntax, std::move(message));
  status.at(at);
  return status;
}

Status limit_error(std::string message, std::size_t at) {
  Status status(StatusCode::kLimit, std::move(message));
  status.at(at);
  return status;
}

std::string at_byte(std::size_t at) { return " at byte " + std::to_string(at); }

Status nothing_before(const Lexeme& lexeme) {
  const std::string name(lexeme.text);
  return syntax_error(name + at_byte(lexeme.begin) +
                          " has nothing before it: add a word, or write \"" +
                          name + "\" in quotes to search for it",
                      lexeme.begin);
}

Status nothing_behind(const Lexeme& lexeme) {
  const std::string name(lexeme.text);
  return syntax_error(name + at_byte(lexeme.begin) +
                          " has nothing behind it: add a word, or write \"" +
                          name + "\" in quotes to search for it",
                      lexeme.begin);
}

Status unclosed_quote(std::size_t at) {
  return syntax_error("the quote" + at_byte(at) +
                          " is never closed: add a closing \" or use --plain",
                      at);
}

Status unclosed_group(std::size_t at) {
  return syntax_error("the (" + at_byte(at) +
                          " is never closed: add a closing ) or use --plain",
                      at);
}

Status unopened_group(std::size_t at) {
  return syntax_error(
      "the )" + at_byte(at) + " closes nothing: remove it or use --plain", at);
}

Status empty_group(std::size_t at) {
  return syntax_error(
      "the group" + at_byte(at) + " is empty: put a word in it or remove it",
      at);
}

std::vector<Run> runs_of(const std::vector<Operand>& sequence) {
  std::vector<Run> runs;
  for (const Operand& operand : sequence) {
    if (runs.empty() || !operand.and_before) runs.emplace_back();
    if (operand.node) runs.back().push_back(operand);
  }
  std::erase_if(runs, [](const Run& run) { return run.empty(); });
  return runs;
}

bool required(const Run& run) {
  return std::any_of(run.begin(), run.end(),
                     [](const Operand& o) { return o.required; });
}

class QueryParser {
 public:
  QueryParser(std::string_view query, Operator operation,
              const Analyzer& analyzer)
      : operation_(operation), lexer_(query), leaves_(analyzer, tree_) {}

  Result<QueryTree> parse() {
    groups_.emplace_back();
    Lexeme lexeme = lexer_.next();
    for (; lexeme.kind != LexemeKind::kEnd; lexeme = lexer_.next()) {
      if (Status status = take(lexeme); !status) return status;
    }
    if (Status status = check_end(); !status) return status;
    if (!finish(groups_.back())) tree_.add(QueryNode{});
    return std::move(tree_);
  }

 private:
  Status take(const Lexeme& lexeme);
  Status take_leaf(const Lexeme& lexeme);
  Status take_prefix(const Lexeme& lexeme);
  Status take_link(const Lexeme& lexeme);
  Status open_group(const Lexeme& lexeme);
  Status close_group(const Lexeme& lexeme);
  Status check_end() const;
  void add_operand(MaybeNode node);

  void finish_sequence(Group& group);
  MaybeNode finish(Group& group);
  MaybeNode sequence_node(const std::vector<Operand>& sequence);
  QueryClause run_clause(const Run& run);
  MaybeNode boolean_node(std::vector<QueryClause> clauses);

  Operator operation_;
  QueryTree tree_;
  QueryLexer lexer_;
  QueryLeaves leaves_;
  std::vector<Group> groups_;
};

Status QueryParser::take(const Lexeme& lexeme) {
  switch (lexeme.kind) {
    case LexemeKind::kWord:
    case LexemeKind::kPhrase: return take_leaf(lexeme);
    case LexemeKind::kUnclosedQuote: return unclosed_quote(lexeme.begin);
    case LexemeKind::kOpen: return open_group(lexeme);
    case LexemeKind::kClose: return close_group(lexeme);
    case LexemeKind::kAnd:
    case LexemeKind::kOr: return take_link(lexeme);
    case LexemeKind::kNot:
    case LexemeKind::kPlus:
    case LexemeKind::kMinus: return take_prefix(lexeme);
    case LexemeKind::kEnd: break;
  }
  return {};
}

Status QueryParser::take_leaf(const Lexeme& lexeme) {
  add_operand(lexeme.kind == LexemeKind::kWord
                  ? leaves_.add_word(lexeme.text)
                  : leaves_.add_phrase(lexeme.text));
  if (leaves_.count() > kMaxQueryClauses) {
    return limit_error("the query has more than " +
                           std::to_string(kMaxQueryClauses) +
                           " words and phrases: shorten it",
                       lexeme.begin);
  }
  if (leaves_.longest() > kMaxPhraseTerms) {
    return limit_error("the phrase" + at_byte(lexeme.begin) +
                           " has more than " + std::to_string(kMaxPhraseTerms) +
                           " words: shorten it",
                       lexeme.begin);
  }
  return {};
}

Status QueryParser::take_prefix(const Lexeme& lexeme) {
  Group& group = groups_.back();
  group.empty = false;
  group.dangling = lexeme;
  if (lexeme.kind == LexemeKind::kPlus) {
    group.next.required = true;
  } else {
    group.next.negated = !group.next.negated;
  }
  return {};
}

Status QueryParser::take_link(const Lexeme& lexeme) {
  Group& group = groups_.back();
  const bool waiting = group.dangling.kind != LexemeKind::kEnd;
  if (waiting || group.sequence.empty()) return nothing_before(lexeme);
  group.dangling = lexeme;
  if (lexeme.kind == LexemeKind::kAnd) {
    group.next.and_before = true;
  } else {
    finish_sequence(group);
  }
  return {};
}

Status QueryParser::open_group(const Lexeme& lexeme) {
  if (groups_.size() > static_cast<std::size_t>(kMaxQueryDepth)) {
    return limit_error("the group" + at_byte(lexeme.begin) + " is more than " +
                           std::to_string(kMaxQueryDepth) + " deep",
                       lexeme.begin);
  }
  groups_.back().empty = false;
  groups_.emplace_back();
  groups_.back().begin = lexeme.begin;
  return {};
}

Status QueryParser::close_group(const Lexeme& lexeme) {
  if (groups_.size() == 1) return unopened_group(lexeme.begin);
  Group group = std::move(groups_.back());
  if (group.empty) return empty_group(group.begin);
  if (group.dangling.kind != LexemeKind::kEnd) {
    return nothing_behind(group.dangling);
  }
  const MaybeNode node = finish(group);
  groups_.pop_back();
  add_operand(node);
  return {};
}

Status QueryParser::check_end() const {
  const Group& group = groups_.back();
  if (groups_.size() > 1) return unclosed_group(group.begin);
  if (group.dangling.kind == LexemeKind::kEnd) return {};
  return nothing_behind(group.dangling);
}

void QueryParser::add_operand(MaybeNode node) {
  Group& group = groups_.back();
  group.empty = false;
  group.dangling = {};
  group.next.node = node;
  group.sequence.push_back(std::exchange(group.next, {}));
}

void QueryParser::finish_sequence(Group& group) {
  const MaybeNode node = sequence_node(group.sequence);
  if (node) group.alternatives.push_back(*node);
  group.sequence.clear();
}

MaybeNode QueryParser::finish(Group& group) {
  finish_sequence(group);
  std::vector<QueryClause> clauses;
  for (std::uint32_t node : group.alternatives) {
    clauses.push_back({Occur::kShould, node});
  }
  return boolean_node(std::move(clauses));
}

// One node for operands side by side. Where any of them is required, or where
// a space means OR, each run linked by AND is a clause; else all operands are
// equal and need no grouping.
MaybeNode QueryParser::sequence_node(const std::vector<Operand>& sequence) {
  const std::vector<Run> runs = runs_of(sequence);
  const bool all_must = operation_ == Operator::kAnd &&
                        std::none_of(runs.begin(), runs.end(), required);
  std::vector<QueryClause> clauses;
  for (const Run& run : runs) {
    if (!all_must) {
      clauses.push_back(run_clause(run));
      continue;
    }
    for (const Operand& operand : run) {
      const Occur occur = operand.negated ? Occur::kMustNot : Occur::kMust;
      clauses.push_back({occur, *operand.node});
    }
  }
  return boolean_node(std::move(clauses));
}

QueryClause QueryParser::run_clause(const Run& run) {
  const Occur positive = required(run) ? Occur::kMust : Occur::kShould;
  if (run.size() == 1) {
    const Occur occur = run[0].negated ? Occur::kMustNot : positive;
    return {occur, *run[0].node};
  }
  std::vector<QueryClause> clauses;
  for (const Operand& operand : run) {
    const Occur occur = operand.negated ? Occur::kMustNot : Occur::kMust;
    clauses.push_back({occur, *operand.node});
  }
  return {positive, *boolean_node(std::move(clauses))};
}

// A single positive clause needs no node of its own, and a single welcome one
// beside unwanted ones is a required one.
MaybeNode QueryParser::boolean_node(std::vector<QueryClause> clauses) {
  const auto unwanted = [](const QueryClause& c) {
    return c.occur == Occur::kMustNot;
  };
  const auto wanted = static_cast<std::size_t>(
      std::count_if(clauses.begin(), clauses.end(), std::not_fn(unwanted)));
  if (clauses.empty()) return std::nullopt;
  if (wanted == 1) {
    if (clauses.size() == 1) return clauses[0].node;
    std::find_if_not(clauses.begin(), clauses.end(), unwanted)->occur =
        Occur::kMust;
  }
  QueryNode node;
  node.kind = NodeKind::kBoolean;
  node.clauses = std::move(clauses);
  return tree_.add(std::move(node));
}

}  // namespace

Result<QueryTree> parse_query(std::string_view query, Operator operation,
                              const Analyzer& analyzer) {
  if (query.size() > kMaxQueryBytes) {
    return limit_error("the query has " + std::to_string(query.size()) +
                           " bytes, the limit is " +
                           std::to_string(kMaxQueryBytes),
                       kMaxQueryBytes);
  }
  return QueryParser(query, operation, analyzer).parse();
}

}  // namespace kwic
