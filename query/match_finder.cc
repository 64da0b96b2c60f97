// SPDX-License-Identifier: Apache-2.0
#include "query/match_finder.h"

#include <algorithm>
#include <utility>

namespace kwic {
namespace {

std::uint8_t first_byte(std::string_view term) {
  return static_cast<std::uint8_t>(term[0]);
}

std::uint64_t size_bit(std::string_view term) {
  return std::uint64_t{1} << (term.size() % 64);
}

// Which nodes a document is found by. Children stand before their parents, so
// going backwards meets every parent first.
std::vector<bool> wanted_nodes(const QueryTree& tree) {
  std::vector<bool> wanted(tree.nodes.size(), false);
  if (!wanted.empty()) wanted.back() = true;
  for (std::size_t i = tree.nodes.size(); i-- > 0;) {
    if (!wanted[i]) continue;
    for (const QueryClause& clause : tree.nodes[i].clauses) {
      if (clause.occur != Occur::kMustNot) wanted[clause.node] = true;
    }
  }
  return wanted;
}

}  // namespace

void MatchFinder::set_query(const QueryTree& tree) {
  terms_.clear();
  std::fill(std::begin(sizes_by_first_byte_), std::end(sizes_by_first_byte_),
            std::uint64_t{0});
  patterns_.clear();
  patterns_by_first_.clear();
  const std::vector<bool> wanted = wanted_nodes(tree);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const QueryNode& node = tree.nodes[i];
    if (wanted[i] && !node.terms.empty()) add_pattern(node.terms);
  }
  restart();
}

void MatchFinder::add_pattern(const std::vector<std::string>& terms) {
  Pattern pattern;
  for (const std::string& term : terms) {
    const auto next = static_cast<std::uint32_t>(terms_.size());
    const auto [at, fresh] = terms_.try_emplace(term, next);
    if (fresh) {
      sizes_by_first_byte_[first_byte(term)] |= size_bit(term);
      patterns_by_first_.emplace_back();
    }
    pattern.push_back(at->second);
  }
  std::vector<std::uint32_t>& siblings = patterns_by_first_[pattern[0]];
  for (const std::uint32_t sibling : siblings) {
    if (patterns_[sibling] == pattern) return;
  }
  siblings.push_back(static_cast<std::uint32_t>(patterns_.size()));
  patterns_.push_back(std::move(pattern));
}

void MatchFinder::restart() {
  partials_.clear();
  matches_.clear();
}

bool MatchFinder::number_of(std::string_view term,
                            std::uint32_t& number) const {
  if ((sizes_by_first_byte_[first_byte(term)] & size_bit(term)) == 0) {
    return false;
  }
  const auto found = terms_.find(term);
  if (found == terms_.end()) return false;
  number = found->second;
  return true;
}

void MatchFinder::take(const TokenBuffer& buffer, std::uint64_t base) {
  const std::vector<Token>& tokens = buffer.tokens;
  for (std::size_t first = 0; first < tokens.size();) {
    std::size_t last = first + 1;
    while (last < tokens.size() &&
           tokens[last].position == tokens[first].position) {
      ++last;
    }
    take_position(buffer, first, last, base);
    first = last;
  }
}

// The tokens [first, last) stand at one position.
void MatchFinder::take_position(const TokenBuffer& buffer, std::size_t first,
                                std::size_t last, std::uint64_t base) {
  next_partials_.clear();
  seen_here_.clear();
  for (std::size_t i = first; i < last; ++i) {
    const Token& token = buffer.tokens[i];
    std::uint32_t number = 0;
    if (token.term_size == 0 || !number_of(buffer.term(token), number)) {
      continue;
    }
    // Twice the same form must not double what is under way.
    if (std::find(seen_here_.begin(), seen_here_.end(), number) !=
        seen_here_.end()) {
      continue;
    }
    seen_here_.push_back(number);
    advance(number, base + token.begin, base + token.end);
  }
  partials_.swap(next_partials_);
}

void MatchFinder::advance(std::uint32_t term, std::uint64_t begin,
                          std::uint64_t end) {
  const auto step = [&](Partial partial) {
    const Pattern& pattern = patterns_[partial.pattern];
    if (++partial.seen == pattern.size()) {
      add_match(partial.pattern, partial.begin, end);
    } else {
      next_partials_.push_back(partial);
    }
  };
  for (const Partial& partial : partials_) {
    if (patterns_[partial.pattern][partial.seen] == term) step(partial);
  }
  for (const std::uint32_t pattern : patterns_by_first_[term]) {
    step({pattern, 0, begin});
  }
}

void MatchFinder::add_match(std::uint32_t pattern, std::uint64_t begin,
                            std::uint64_t end) {
  if (matches_.size() < kMaxMatches) matches_.push_back({begin, end, pattern});
}

}  // namespace kwic
