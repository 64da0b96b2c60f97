// SPDX-License-Identifier: Apache-2.0
// QueryLeaves: words and quoted texts as nodes of a QueryTree.
//
// The query language and plain text differ in what is an operator; what a word
// or a phrase means is decided here, once for both.
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
  // Adds nodes to `tree`; both must outlive this.
  QueryLeaves(const Analyzer& analyzer, QueryTree& tree)
      : analyzer_(analyzer), tree_(tree) {}

  // The node of a word typed outside quotes: its terms in a row, or the one
  // term they join to. Nothing for a word without a letter or digit.
  std::optional<std::uint32_t> add_word(std::string_view word);

  // The node of the text between two quotes: its terms in a row, exactly.
  std::optional<std::uint32_t> add_phrase(std::string_view text);

  // From now on leaves out the terms of a phrase that are beyond the limit.
  void cut_long_phrases() noexcept { cut_long_phrases_ = true; }

  // Words and phrases added so far.
  std::size_t count() const noexcept { return count_; }

  // Terms of the longest phrase added so far.
  std::size_t longest() const noexcept { return longest_; }

 private:
  std::optional<std::uint32_t> add_sequence(std::vector<std::string> terms);

  const Analyzer& analyzer_;
  QueryTree& tree_;
  std::size_t count_ = 0;
  std::size_t longest_ = 0;
  bool cut_long_phrases_ = false;
};

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_LEAVES_H_
