// SPDX-License-Identifier: Apache-2.0
// QueryTree: what a query means, after parsing and analysis.
//
// Both entry points (plain text and the query language) end here, and the
// reference engine of the tests starts here.
//
// Meaning of a node, as a set of documents with scores:
//   kNothing     no document
//   kEverything  every document, score 0
//   kTerm        documents with the term, scored by BM25
//   kPhrase      documents with the terms at successive positions, scored as
//                one unit: idf = sum of the terms' idf, tf = occurrences
//   kBoolean     documents that match every kMust clause, no kMustNot clause,
//                and, if there is no kMust clause, at least one kShould clause;
//                with neither kMust nor kShould, every document that no
//                kMustNot clause matches. Score: the sum over the matching
//                kMust and kShould clauses, in order of the clauses.
// The same term in two clauses counts twice.
#ifndef KWIC_QUERY_QUERY_TREE_H_
#define KWIC_QUERY_QUERY_TREE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kwic {

enum class NodeKind : std::uint8_t {
  kNothing,
  kEverything,
  kTerm,
  kPhrase,
  kBoolean,
};

enum class Occur : std::uint8_t { kMust, kShould, kMustNot };

struct QueryClause {
  Occur occur;
  std::uint32_t node;  // index into QueryTree::nodes, below the parent's
};

struct QueryNode {
  NodeKind kind = NodeKind::kNothing;
  std::vector<std::string> terms;    // kTerm: one; kPhrase: two or more
  std::vector<QueryClause> clauses;  // kBoolean
};

// Children stand before their parents; the root is the last node. Nodes lie in
// one vector, so that neither walking nor destroying a tree recurses.
struct QueryTree {
  std::vector<QueryNode> nodes;

  std::uint32_t add(QueryNode node) {
    nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes.size() - 1);
  }
  // REQUIRES: not empty.
  const QueryNode& root() const { return nodes.back(); }
};

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_TREE_H_
