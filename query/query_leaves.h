// SPDX-License-Identifier: Apache-2.0
// QueryLeaves: words and quoted texts as nodes of a QueryTree.
//
// The query language and plain text differ in what is an operator; what a word
// or a phrase means is decided here, once for both. Keeps its buffers from
// query to query.
#ifndef KWIC_QUERY_QUERY_LEAVES_H_
#define KWIC_QUERY_QUERY_LEAVES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/analyzer.h"
#include "query/query_tree.h"

namespace kwic {

class QueryLeaves {
 public:
  explicit QueryLeaves(const Analyzer& analyzer) : analyzer_(analyzer) {}

  // From now on adds nodes to `tree`, which must outlive that. With
  // `cut_long_phrases` the terms of a phrase beyond the limit are left out.
  void start(QueryTree& tree, bool cut_long_phrases) noexcept;

  // The node of a word typed outside quotes: its terms in a row, or the one
  // term they join to. Nothing for a word without a letter or digit.
  std::optional<std::uint32_t> add_word(std::string_view word);

  // The node of the text between two quotes: its terms in a row, exactly.
  std::optional<std::uint32_t> add_phrase(std::string_view text);

  // Words and phrases added so far.
  std::size_t count() const noexcept { return count_; }

  // Terms of the longest phrase added so far.
  std::size_t longest() const noexcept { return longest_; }

 private:
  void add_terms(QueryNode& node);
  std::optional<std::uint32_t> finish(QueryNode& node);

  const Analyzer& analyzer_;
  Analyzer::QueryWordBuffer word_;
  QueryTree* tree_ = nullptr;
  std::size_t count_ = 0;
  std::size_t longest_ = 0;
  bool cut_long_phrases_ = false;
};

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_LEAVES_H_
