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

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
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
//
// A tree that is cleared and filled again uses the memory it has.
struct QueryTree {
  std::vector<QueryNode> nodes;

  std::uint32_t add(QueryNode node) {
    nodes.push_back(std::move(node));
    return last();
  }
  // REQUIRES: not empty.
  const QueryNode& root() const { return nodes.back(); }
  std::uint32_t last() const {
    return static_cast<std::uint32_t>(nodes.size() - 1);
  }

  // An empty node, as the last one, with the memory of one of an earlier query.
  QueryNode& add_recycled(NodeKind kind) {
    if (spare_nodes_.empty()) {
      make_room(spare_nodes_, ++nodes_made_);
      nodes.emplace_back();
    } else {
      nodes.push_back(std::move(spare_nodes_.back()));
      spare_nodes_.pop_back();
    }
    nodes.back().kind = kind;
    return nodes.back();
  }
  // Appends a term to a node in the same way.
  void add_term(QueryNode& node, std::string_view term) {
    if (spare_terms_.empty()) {
      make_room(spare_terms_, ++terms_made_);
      node.terms.emplace_back(term);
      return;
    }
    spare_terms_.back().assign(term);
    node.terms.push_back(std::move(spare_terms_.back()));
    spare_terms_.pop_back();
  }

  // Takes the last node away, and keeps its memory.
  void drop_last() {
    QueryNode& node = nodes.back();
    while (!node.terms.empty() && spare_terms_.size() < kSpares) {
      spare_terms_.push_back(std::move(node.terms.back()));
      node.terms.pop_back();
    }
    node.terms.clear();
    node.clauses.clear();
    if (spare_nodes_.size() < kSpares) spare_nodes_.push_back(std::move(node));
    nodes.pop_back();
  }
  // From the last to the first, so that the same query finds the same memory
  // in the same places.
  void clear() {
    while (!nodes.empty()) drop_last();
  }

 private:
  static constexpr std::size_t kSpares = 1024;  // what a long query leaves

  // Room for what will be taken away, so that taking away needs no memory.
  template <typename T>
  static void make_room(std::vector<T>& spares, std::size_t made) {
    if (made > kSpares || made <= spares.capacity()) return;
    spares.reserve(made < 8 ? 16 : 2 * made);
  }

  std::vector<QueryNode> spare_nodes_;
  std::vector<std::string> spare_terms_;
  std::size_t nodes_made_ = 0, terms_made_ = 0;
};

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_TREE_H_
