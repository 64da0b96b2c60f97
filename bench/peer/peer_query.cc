// SPDX-License-Identifier: Apache-2.0
#include "bench/peer/peer_query.h"

#include "analysis/analyzer.h"

namespace kwic::bench {
namespace {

std::vector<std::string> terms_of(std::string_view text) {
  TokenBuffer buffer;
  analyzer_for(AnalyzerKind::kSimple).analyze(text, 0, buffer);
  std::vector<std::string> terms;
  for (const Token& token : buffer.tokens) {
    terms.emplace_back(buffer.term(token));
  }
  return terms;
}

// Takes the next word or quoted phrase off the line.
PeerQuery::Clause take_clause(std::string_view& line, bool* quoted,
                              char* sign) {
  *sign = 0;
  if (line[0] == '+' || line[0] == '-') {
    *sign = line[0];
    line.remove_prefix(1);
  }
  *quoted = !line.empty() && line[0] == '"';
  std::size_t end = line.find_first_of(" \t");
  if (*quoted) {
    line.remove_prefix(1);
    end = line.find('"');
  }
  const std::string_view text = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size()
                                                   : end + (*quoted ? 1 : 0));
  return {*sign == '+'   ? Occur::kMust
          : *sign == '-' ? Occur::kMustNot
                         : Occur::kShould,
          terms_of(text)};
}

std::string kind_of(const PeerQuery& query) {
  std::size_t must = 0;
  std::size_t should = 0;
  bool phrase = false;
  for (const PeerQuery::Clause& clause : query.clauses) {
    must += clause.occur == Occur::kMust;
    should += clause.occur == Occur::kShould;
    phrase |= clause.terms.size() > 1;
  }
  const std::size_t all = query.clauses.size();
  if (all == 1) return phrase ? "phrase" : "term";
  if (phrase || (must != all && should != all)) return "mixed";
  return must == all ? "and" : "or";
}

}  // namespace

std::optional<Command> command_of(std::string_view word) {
  if (word == "COUNT") return Command::kCount;
  if (word == "TOP_10") return Command::kTop10;
  if (word == "TOP_10_COUNT") return Command::kTop10Count;
  return std::nullopt;
}

const char* command_name(Command command) {
  switch (command) {
    case Command::kCount: return "COUNT";
    case Command::kTop10: return "TOP_10";
    case Command::kTop10Count: return "TOP_10_COUNT";
  }
  return "";
}

std::size_t PeerQuery::term_count() const {
  std::size_t n = 0;
  for (const Clause& clause : clauses) n += clause.terms.size();
  return n;
}

PeerQuery tokenize_query(std::string_view line) {
  PeerQuery query;
  for (;;) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    bool quoted = false;
    char sign = 0;
    PeerQuery::Clause clause = take_clause(line, &quoted, &sign);
    if (quoted) {
      if (!clause.terms.empty()) query.clauses.push_back(std::move(clause));
      continue;
    }
    for (std::string& term : clause.terms) {
      query.clauses.push_back({clause.occur, {std::move(term)}});
    }
  }
  query.kind = kind_of(query);
  return query;
}

void make_tree(const PeerQuery& query, QueryTree& tree) {
  tree.nodes.clear();
  for (const PeerQuery::Clause& clause : query.clauses) {
    QueryNode node;
    node.kind = clause.terms.size() == 1 ? NodeKind::kTerm : NodeKind::kPhrase;
    node.terms = clause.terms;
    tree.add(std::move(node));
  }
  if (query.clauses.empty()) tree.add({});
  if (query.clauses.size() <= 1) return;
  QueryNode root;
  root.kind = NodeKind::kBoolean;
  for (std::uint32_t i = 0; i < query.clauses.size(); ++i) {
    root.clauses.push_back({query.clauses[i].occur, i});
  }
  tree.add(std::move(root));
}

}  // namespace kwic::bench
