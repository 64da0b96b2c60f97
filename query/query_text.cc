// SPDX-License-Identifier: Apache-2.0
#include "query/query_text.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace kwic {
namespace {

using Texts = std::vector<std::string>;  // of the nodes, by number

std::string call(const char* name, const Texts& arguments) {
  std::string text = "(";
  text += name;
  for (const std::string& argument : arguments) text += " " + argument;
  return text + ")";
}

std::string phrase_text(const std::vector<std::string>& terms) {
  std::string text = "\"";
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (i > 0) text += ' ';
    text += terms[i];
  }
  return text + "\"";
}

// Each node has one parent, so that its text may be moved into the parent's.
Texts take_clauses(const QueryNode& node, Occur occur, Texts& texts) {
  Texts taken;
  for (const QueryClause& clause : node.clauses) {
    if (clause.occur == occur) taken.push_back(std::move(texts[clause.node]));
  }
  return taken;
}

std::string boolean_text(const QueryNode& node, Texts& texts) {
  Texts parts = take_clauses(node, Occur::kMust, texts);
  Texts should = take_clauses(node, Occur::kShould, texts);
  if (parts.empty() && !should.empty()) {
    parts.push_back(should.size() == 1 ? should[0] : call("OR", should));
  } else {
    for (std::string& text : should) parts.push_back(call("MAYBE", {text}));
  }
  for (std::string& text : take_clauses(node, Occur::kMustNot, texts)) {
    parts.push_back(call("NOT", {std::move(text)}));
  }
  return parts.size() == 1 ? parts[0] : call("AND", parts);
}

std::string node_text(const QueryNode& node, Texts& texts) {
  switch (node.kind) {
    case NodeKind::kNothing: return "(NOTHING)";
    case NodeKind::kEverything: return "(EVERYTHING)";
    case NodeKind::kTerm: return node.terms[0];
    case NodeKind::kPhrase: return phrase_text(node.terms);
    case NodeKind::kBoolean: return boolean_text(node, texts);
  }
  return "";
}

}  // namespace

std::string query_text(const QueryTree& tree) {
  Texts texts;
  for (const QueryNode& node : tree.nodes) {
    texts.push_back(node_text(node, texts));
  }
  return texts.empty() ? "(NOTHING)" : texts.back();
}

}  // namespace kwic
