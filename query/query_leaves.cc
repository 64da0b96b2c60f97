// SPDX-License-Identifier: Apache-2.0
#include "query/query_leaves.h"

#include <algorithm>
#include <iterator>

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

std::optional<std::uint32_t> QueryLeaves::add_sequence(
    std::vector<std::string> terms) {
  if (terms.empty()) return std::nullopt;
  if (cut_long_phrases_ && terms.size() > kMaxPhraseTerms) {
    terms.resize(kMaxPhraseTerms);
  }
  ++count_;
  longest_ = std::max(longest_, terms.size());
  QueryNode node;
  node.kind = terms.size() == 1 ? NodeKind::kTerm : NodeKind::kPhrase;
  node.terms = std::move(terms);
  return tree_.add(std::move(node));
}

std::optional<std::uint32_t> QueryLeaves::add_word(std::string_view word) {
  Analyzer::QueryWord parts = analyzer_.analyze_query_word(word);
  const bool several = parts.sequence.size() > 1;
  const auto sequence = add_sequence(std::move(parts.sequence));
  if (!several || parts.joined.empty()) return sequence;
  const auto joined = add_sequence({std::move(parts.joined)});
  QueryNode either;
  either.kind = NodeKind::kBoolean;
  either.clauses = {{Occur::kShould, *sequence}, {Occur::kShould, *joined}};
  return tree_.add(std::move(either));
}

std::optional<std::uint32_t> QueryLeaves::add_phrase(std::string_view text) {
  std::vector<std::string> terms;
  std::size_t at = 0;
  for (std::string_view word = next_word(text, at); !word.empty();
       word = next_word(text, at)) {
    auto parts = analyzer_.analyze_query_word(word).sequence;
    std::move(parts.begin(), parts.end(), std::back_inserter(terms));
  }
  return add_sequence(std::move(terms));
}

}  // namespace kwic
