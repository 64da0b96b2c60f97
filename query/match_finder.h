// SPDX-License-Identifier: Apache-2.0
// MatchFinder: where the words and phrases of a query stand in a text.
//
// The text comes as tokens in order of position, in as many pieces as one
// likes: a phrase across two pieces is found.
#ifndef KWIC_QUERY_MATCH_FINDER_H_
#define KWIC_QUERY_MATCH_FINDER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analyzer.h"
#include "query/query_tree.h"

namespace kwic {

// One occurrence of a pattern, a term or a phrase of the query.
struct Match {
  std::uint64_t begin, end;  // bytes of the text
  std::uint32_t pattern;
};

class MatchFinder {
 public:
  // Looks for every term and phrase of the tree on a path without kMustNot.
  void set_query(const QueryTree& tree);

  std::size_t pattern_count() const noexcept { return patterns_.size(); }

  // A new text begins.
  void restart();

  // Takes tokens whose offsets count from byte `base` of the text.
  void take(const TokenBuffer& tokens, std::uint64_t base);

  // Found so far, in order of where they end; at most kMaxMatches.
  const std::vector<Match>& matches() const noexcept { return matches_; }
  static constexpr std::size_t kMaxMatches = 1 << 16;

 private:
  using Pattern = std::vector<std::uint32_t>;  // numbers of terms

  // The first terms of a pattern have been seen, up to the last position.
  struct Partial {
    std::uint32_t pattern;
    std::uint32_t seen;
    std::uint64_t begin;
  };

  void add_pattern(const std::vector<std::string>& terms);
  bool number_of(std::string_view term, std::uint32_t& number) const;
  void take_position(const TokenBuffer& tokens, std::size_t first,
                     std::size_t last, std::uint64_t base);
  void advance(std::uint32_t term, std::uint64_t begin, std::uint64_t end);
  void add_match(std::uint32_t pattern, std::uint64_t begin, std::uint64_t end);

  std::map<std::string, std::uint32_t, std::less<>> terms_;
  // Bit n: a term of n bytes (modulo 64) begins with that byte. Tells most
  // tokens apart from the terms before the map is asked.
  std::uint64_t sizes_by_first_byte_[256] = {};
  std::vector<Pattern> patterns_;
  std::vector<std::vector<std::uint32_t>> patterns_by_first_;  // by term
  std::vector<Partial> partials_;
  std::vector<Partial> next_partials_;
  std::vector<std::uint32_t> seen_here_;  // terms at the position at hand
  std::vector<Match> matches_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_MATCH_FINDER_H_
