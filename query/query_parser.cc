// SPDX-License-Identifier: Apache-2.0
#include "query/query_parser.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "base/limits.h"

namespace kwic {
namespace {

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

bool is_unwanted(const QueryClause& clause) {
  return clause.occur == Occur::kMustNot;
}

}  // namespace

Status QueryParser::parse(std::string_view query, Operator operation,
                          QueryTree& tree) {
  if (query.size() > kMaxQueryBytes) {
    return limit_error("the query has " + std::to_string(query.size()) +
                           " bytes, the limit is " +
                           std::to_string(kMaxQueryBytes),
                       kMaxQueryBytes);
  }
  operation_ = operation;
  tree_ = &tree;
  tree.clear();
  leaves_.start(tree, false);
  depth_ = 0;
  QueryLexer lexer(query);
  return parse_all(lexer);
}

Status QueryParser::parse_all(QueryLexer& lexer) {
  open_group(0);
  Lexeme lexeme = lexer.next();
  for (; lexeme.kind != LexemeKind::kEnd; lexeme = lexer.next()) {
    if (Status status = take(lexeme); !status) return status;
  }
  if (Status status = check_end(); !status) return status;
  if (!finish(group())) tree_->add_recycled(NodeKind::kNothing);
  return {};
}

Status QueryParser::take(const Lexeme& lexeme) {
  switch (lexeme.kind) {
    case LexemeKind::kWord:
    case LexemeKind::kPhrase: return take_leaf(lexeme);
    case LexemeKind::kUnclosedQuote: return unclosed_quote(lexeme.begin);
    case LexemeKind::kOpen: return take_open(lexeme);
    case LexemeKind::kClose: return take_close(lexeme);
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
  Group& open = group();
  open.empty = false;
  open.dangling = lexeme;
  if (lexeme.kind == LexemeKind::kPlus) {
    open.next.required = true;
  } else {
    open.next.negated = !open.next.negated;
  }
  return {};
}

Status QueryParser::take_link(const Lexeme& lexeme) {
  Group& open = group();
  const bool waiting = open.dangling.kind != LexemeKind::kEnd;
  if (waiting || open.sequence.empty()) return nothing_before(lexeme);
  open.dangling = lexeme;
  if (lexeme.kind == LexemeKind::kAnd) {
    open.next.and_before = true;
  } else {
    finish_sequence(open);
  }
  return {};
}

Status QueryParser::take_open(const Lexeme& lexeme) {
  if (depth_ > static_cast<std::size_t>(kMaxQueryDepth)) {
    return limit_error("the group" + at_byte(lexeme.begin) + " is more than " +
                           std::to_string(kMaxQueryDepth) + " deep",
                       lexeme.begin);
  }
  group().empty = false;
  open_group(lexeme.begin);
  return {};
}

void QueryParser::open_group(std::size_t begin) {
  if (depth_ == groups_.size()) groups_.emplace_back();
  ++depth_;
  Group& open = group();
  open.begin = begin;
  open.sequence.clear();
  open.alternatives.clear();
  open.next = {};
  open.dangling = {};
  open.empty = true;
}

Status QueryParser::take_close(const Lexeme& lexeme) {
  if (depth_ == 1) return unopened_group(lexeme.begin);
  Group& closed = group();
  if (closed.empty) return empty_group(closed.begin);
  if (closed.dangling.kind != LexemeKind::kEnd) {
    return nothing_behind(closed.dangling);
  }
  const MaybeNode node = finish(closed);
  --depth_;
  add_operand(node);
  return {};
}

Status QueryParser::check_end() const {
  const Group& open = group();
  if (depth_ > 1) return unclosed_group(open.begin);
  if (open.dangling.kind == LexemeKind::kEnd) return {};
  return nothing_behind(open.dangling);
}

void QueryParser::add_operand(MaybeNode node) {
  Group& open = group();
  open.empty = false;
  open.dangling = {};
  open.next.node = node;
  open.sequence.push_back(std::exchange(open.next, {}));
}

void QueryParser::finish_sequence(Group& open) {
  const MaybeNode node = sequence_node(open.sequence);
  if (node) open.alternatives.push_back(*node);
  open.sequence.clear();
}

QueryParser::MaybeNode QueryParser::finish(Group& open) {
  finish_sequence(open);
  clauses_.clear();
  for (const std::uint32_t node : open.alternatives) {
    clauses_.push_back({Occur::kShould, node});
  }
  return boolean_node(clauses_);
}

// Sets operands_ and run_ends_. An operand that was dropped still links those
// around it.
void QueryParser::find_runs(const std::vector<Operand>& sequence) {
  operands_.clear();
  run_ends_.clear();
  std::size_t begin = 0;
  for (const Operand& operand : sequence) {
    if (!operand.and_before && operands_.size() > begin) {
      begin = operands_.size();
      run_ends_.push_back(begin);
    }
    if (operand.node) operands_.push_back(operand);
  }
  if (operands_.size() > begin) run_ends_.push_back(operands_.size());
}

QueryParser::Run QueryParser::run(std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : run_ends_[i - 1];
  return Run(operands_).subspan(begin, run_ends_[i] - begin);
}

bool QueryParser::required(Run run) {
  return std::any_of(run.begin(), run.end(),
                     [](const Operand& o) { return o.required; });
}

void QueryParser::append_all(Run run, std::vector<QueryClause>& clauses) {
  for (const Operand& operand : run) {
    const Occur occur = operand.negated ? Occur::kMustNot : Occur::kMust;
    clauses.push_back({occur, *operand.node});
  }
}

// One node for operands side by side. Where any of them is required, or where
// a space means OR, each run linked by AND is a clause; else all operands are
// equal and need no grouping.
QueryParser::MaybeNode QueryParser::sequence_node(
    const std::vector<Operand>& sequence) {
  find_runs(sequence);
  clauses_.clear();
  if (operation_ == Operator::kAnd && !required(operands_)) {
    append_all(operands_, clauses_);
  } else {
    for (std::size_t i = 0; i < run_ends_.size(); ++i) {
      clauses_.push_back(run_clause(run(i)));
    }
  }
  return boolean_node(clauses_);
}

QueryClause QueryParser::run_clause(Run run) {
  const Occur positive = required(run) ? Occur::kMust : Occur::kShould;
  if (run.size() == 1) {
    const Occur occur = run[0].negated ? Occur::kMustNot : positive;
    return {occur, *run[0].node};
  }
  run_clauses_.clear();
  append_all(run, run_clauses_);
  return {positive, *boolean_node(run_clauses_)};
}

// A single positive clause needs no node of its own, and a single welcome one
// beside unwanted ones is a required one.
QueryParser::MaybeNode QueryParser::boolean_node(
    std::vector<QueryClause>& clauses) {
  const auto wanted = static_cast<std::size_t>(
      std::count_if(clauses.begin(), clauses.end(), std::not_fn(is_unwanted)));
  if (clauses.empty()) return std::nullopt;
  if (wanted == 1) {
    if (clauses.size() == 1) return clauses[0].node;
    std::find_if_not(clauses.begin(), clauses.end(), is_unwanted)->occur =
        Occur::kMust;
  }
  tree_->add_recycled(NodeKind::kBoolean)
      .clauses.assign(clauses.begin(), clauses.end());
  return tree_->last();
}

Result<QueryTree> parse_query(std::string_view query, Operator operation,
                              const Analyzer& analyzer) {
  QueryTree tree;
  Status status = QueryParser(analyzer).parse(query, operation, tree);
  if (!status) return status;
  return tree;
}

}  // namespace kwic
