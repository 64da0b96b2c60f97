// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kwic::testing {

ReferenceEngine::ReferenceEngine(std::vector<TextDocument> documents,
                                 const Analyzer& analyzer)
    : documents_(std::move(documents)) {
  std::sort(
      documents_.begin(), documents_.end(),
      [](const TextDocument& a, const TextDocument& b) { return a.id < b.id; });
  for (const TextDocument& document : documents_) add(document, analyzer);
}

void ReferenceEngine::add(const TextDocument& document,
                          const Analyzer& analyzer) {
  TokenBuffer buffer;
  Words words;
  words.length = analyzer.analyze(document.title, 0, buffer);
  words.length = analyzer.analyze(document.body, words.length, buffer);
  for (const Token& token : buffer.tokens) {
    words.positions[std::string(buffer.term(token))].insert(token.position);
  }
  for (const auto& [term, positions] : words.positions) ++doc_freq_[term];
  tokens_ += words.length;
  words_.push_back(std::move(words));
}

double ReferenceEngine::idf(const std::string& term) const {
  const auto found = doc_freq_.find(term);
  const double n = found == doc_freq_.end() ? 0 : found->second;
  const double all = static_cast<double>(documents_.size());
  return std::log(1 + (all - n + 0.5) / (n + 0.5));
}

double ReferenceEngine::bm25(double idf_sum, std::size_t tf,
                             std::uint32_t length) const {
  constexpr double kK1 = 1.2;
  constexpr double kB = 0.75;
  const double average =
      static_cast<double>(tokens_) / static_cast<double>(documents_.size());
  const double f = static_cast<double>(tf);
  return idf_sum * f / (f + kK1 * (1 - kB + kB * length / average));
}

// At how many positions the terms begin to stand in a row.
std::size_t ReferenceEngine::occurrences(const std::vector<std::string>& terms,
                                         const Words& words) const {
  std::vector<const Positions*> lists;
  for (const std::string& term : terms) {
    const auto found = words.positions.find(term);
    if (found == words.positions.end()) return 0;
    lists.push_back(&found->second);
  }
  std::size_t count = 0;
  for (const std::uint32_t first : *lists[0]) {
    bool in_a_row = true;
    for (std::uint32_t i = 0; i < lists.size(); ++i) {
      in_a_row = in_a_row && lists[i]->contains(first + i);
    }
    if (in_a_row) ++count;
  }
  return count;
}

ReferenceEngine::Value ReferenceEngine::leaf(const QueryNode& node,
                                             const Words& words) const {
  const std::size_t tf = occurrences(node.terms, words);
  if (tf == 0) return {};
  double idf_sum = 0;
  for (const std::string& term : node.terms) idf_sum += idf(term);
  return {true, bm25(idf_sum, tf, words.length)};
}

ReferenceEngine::Value ReferenceEngine::boolean(
    const QueryNode& node, const std::vector<Value>& values) {
  bool has_must = false, has_should = false, any_should = false;
  double score = 0;
  for (const QueryClause& clause : node.clauses) {
    const Value& value = values[clause.node];
    if (clause.occur == Occur::kMustNot) {
      if (value.matches) return {};
      continue;
    }
    if (clause.occur == Occur::kMust) {
      has_must = true;
      if (!value.matches) return {};
    } else {
      has_should = true;
      any_should = any_should || value.matches;
    }
    if (value.matches) score += value.score;
  }
  if (!has_must && has_should && !any_should) return {};
  return {true, score};
}

ReferenceEngine::Value ReferenceEngine::evaluate(const QueryTree& tree,
                                                 const Words& words) const {
  std::vector<Value> values;
  for (const QueryNode& node : tree.nodes) {
    switch (node.kind) {
      case NodeKind::kNothing: values.push_back({false, 0}); break;
      case NodeKind::kEverything: values.push_back({true, 0}); break;
      case NodeKind::kTerm:
      case NodeKind::kPhrase: values.push_back(leaf(node, words)); break;
      case NodeKind::kBoolean: values.push_back(boolean(node, values)); break;
    }
  }
  return values.back();
}

std::vector<ReferenceEngine::Match> ReferenceEngine::search(
    const QueryTree& tree) const {
  std::vector<Match> matches;
  for (std::uint32_t doc = 0; doc < words_.size(); ++doc) {
    const Value value = evaluate(tree, words_[doc]);
    if (value.matches) matches.push_back({doc, value.score});
  }
  std::stable_sort(
      matches.begin(), matches.end(),
      [](const Match& a, const Match& b) { return a.score > b.score; });
  return matches;
}

}  // namespace kwic::testing
