// SPDX-License-Identifier: Apache-2.0
#include "query/query_leaves.h"

#include <algorithm>

#include "base/limits.h"
#include "query/text_class.h"

namespace kwic {
namespace {

// The next run of bytes without white space at or after `at`, which moves
// behind it; empty at the end of the text.
std::string_view next_word(std::string_view text, std::size_t& at) {
  while (at < text.size()) {
    const std::size_t space = white_space_size(text, at);
    if (space == 0) break;
    at += space;
  }
  const std::size_t begin = at;
  while (at < text.size() && white_space_size(text, at) == 0) {
    at += code_point_at(text, at).size;
  }
  return text.substr(begin, at - begin);
}

}  // namespace

void QueryLeaves::start(QueryTree& tree, bool cut_long_phrases) noexcept {
  tree_ = &tree;
  count_ = longest_ = 0;
  cut_long_phrases_ = cut_long_phrases;
}

// Appends the exact terms of the word at hand.
void QueryLeaves::add_terms(QueryNode& node) {
  for (const std::string_view term : word_.sequence) {
    if (cut_long_phrases_ && node.terms.size() == kMaxPhraseTerms) return;
    tree_->add_term(node, term);
  }
}

// `node` is the last of the tree and has all its terms; none is no node.
std::optional<std::uint32_t> QueryLeaves::finish(QueryNode& node) {
  if (node.terms.empty()) {
    tree_->drop_last();
    return std::nullopt;
  }
  ++count_;
  longest_ = std::max(longest_, node.terms.size());
  if (node.terms.size() == 1) node.kind = NodeKind::kTerm;
  return tree_->last();
}

std::optional<std::uint32_t> QueryLeaves::add_word(std::string_view word) {
  analyzer_.analyze_query_word(word, word_);
  QueryNode& row = tree_->add_recycled(NodeKind::kPhrase);
  add_terms(row);
  const auto sequence = finish(row);
  if (word_.sequence.size() < 2 || word_.joined.empty()) return sequence;
  QueryNode& one = tree_->add_recycled(NodeKind::kPhrase);
  tree_->add_term(one, word_.joined);
  const auto joined = finish(one);
  QueryNode& either = tree_->add_recycled(NodeKind::kBoolean);
  either.clauses.push_back({Occur::kShould, *sequence});
  either.clauses.push_back({Occur::kShould, *joined});
  return tree_->last();
}

std::optional<std::uint32_t> QueryLeaves::add_phrase(std::string_view text) {
  QueryNode& phrase = tree_->add_recycled(NodeKind::kPhrase);
  std::size_t at = 0;
  for (std::string_view word = next_word(text, at); !word.empty();
       word = next_word(text, at)) {
    analyzer_.analyze_query_word(word, word_);
    add_terms(phrase);
  }
  return finish(phrase);
}

}  // namespace kwic
