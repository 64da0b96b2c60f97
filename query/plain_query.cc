// SPDX-License-Identifier: Apache-2.0
#include "query/plain_query.h"

#include <cstddef>
#include <utility>

#include "query/text_class.h"

namespace kwic {
namespace {

// Where the next double quote begins and ends at or after `at`; both at the
// end of the text if there is none.
std::pair<std::size_t, std::size_t> find_quote(std::string_view text,
                                               std::size_t at) {
  while (at < text.size()) {
    const std::size_t size = double_quote_size(text, at);
    if (size != 0) return {at, at + size};
    at += code_point_at(text, at).size;
  }
  return {at, at};
}

}  // namespace

void PlainParser::add_clause(std::optional<std::uint32_t> node) {
  if (node) clauses_.push_back({occur_, *node});
}

void PlainParser::add_words(std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size() && !full();) {
    const std::size_t space = white_space_size(text, at);
    if (space != 0) {
      add_clause(leaves_.add_word(text.substr(begin, at - begin)));
      begin = at + space;
    }
    at += code_point_at(text, at).size;
  }
  if (!full()) add_clause(leaves_.add_word(text.substr(begin)));
}

// The text is cut at paired quotes, and elsewhere at white space.
void PlainParser::parse(std::string_view text, Operator operation,
                        QueryTree& tree) {
  if (text.size() > kMaxQueryBytes) {
    text = text.substr(0, utf8_boundary_before(text, kMaxQueryBytes));
  }
  tree.clear();
  leaves_.start(tree, true);
  clauses_.clear();
  occur_ = operation == Operator::kAnd ? Occur::kMust : Occur::kShould;
  for (std::size_t at = 0; at < text.size() && !full();) {
    const auto [open, begin] = find_quote(text, at);
    const auto [end, close] = find_quote(text, begin);
    add_words(text.substr(at, open - at));
    if (close == end) {
      add_words(text.substr(begin));
      break;
    }
    if (!full()) {
      add_clause(leaves_.add_phrase(text.substr(begin, end - begin)));
    }
    at = close;
  }
  if (clauses_.empty()) {
    tree.add_recycled(NodeKind::kNothing);
  } else if (clauses_.size() > 1) {
    tree.add_recycled(NodeKind::kBoolean)
        .clauses.assign(clauses_.begin(), clauses_.end());
  }
}

QueryTree parse_plain(std::string_view text, Operator operation,
                      const Analyzer& analyzer) {
  QueryTree tree;
  PlainParser(analyzer).parse(text, operation, tree);
  return tree;
}

}  // namespace kwic
