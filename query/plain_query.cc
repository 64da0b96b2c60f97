// SPDX-License-Identifier: Apache-2.0
#include "query/plain_query.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "query/query_leaves.h"
#include "query/text_class.h"

namespace kwic {
namespace {

struct Piece {
  std::string_view text;
  bool quoted = false;
};

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

void add_words(std::string_view text, std::vector<Piece>& pieces) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t space = white_space_size(text, at);
    if (space != 0) {
      pieces.push_back({text.substr(begin, at - begin)});
      begin = at + space;
    }
    at += code_point_at(text, at).size;
  }
  pieces.push_back({text.substr(begin)});
}

// The text cut at white space and at paired quotes; some pieces are empty.
std::vector<Piece> cut(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto [open, begin] = find_quote(text, at);
    const auto [end, close] = find_quote(text, begin);
    if (close == end) {
      add_words(text.substr(at, open - at), pieces);
      add_words(text.substr(begin), pieces);
      break;
    }
    add_words(text.substr(at, open - at), pieces);
    pieces.push_back({text.substr(begin, end - begin), true});
    at = close;
  }
  return pieces;
}

}  // namespace

QueryTree parse_plain(std::string_view text, Operator operation,
                      const Analyzer& analyzer) {
  if (text.size() > kMaxQueryBytes) {
    text = text.substr(0, utf8_boundary_before(text, kMaxQueryBytes));
  }
  QueryTree tree;
  QueryLeaves leaves(analyzer, tree);
  leaves.cut_long_phrases();
  QueryNode root;
  root.kind = NodeKind::kBoolean;
  const Occur occur =
      operation == Operator::kAnd ? Occur::kMust : Occur::kShould;
  for (const Piece& piece : cut(text)) {
    if (leaves.count() >= kMaxQueryClauses) break;
    const std::optional<std::uint32_t> node =
        piece.quoted ? leaves.add_phrase(piece.text)
                     : leaves.add_word(piece.text);
    if (node) root.clauses.push_back({occur, *node});
  }
  if (root.clauses.empty()) root.kind = NodeKind::kNothing;
  if (root.clauses.size() != 1) tree.add(std::move(root));
  return tree;
}

}  // namespace kwic
