// SPDX-License-Identifier: Apache-2.0
#include "index/place_codes.h"

#include <algorithm>

#include "index/run_format.h"

namespace kwic {

PlaceCodes::Table PlaceCodes::same() noexcept {
  Table table;
  for (std::size_t i = 0; i < kCodes; ++i) {
    table[i] = static_cast<std::uint8_t>(i & 15);  // bytes of a file
  }
  return table;
}

void PlaceCodes::add(std::string_view word) {
  if (!full() && code_of(word) == 0) words_.emplace_back(word);
}

std::uint8_t PlaceCodes::code_of(std::string_view word) const noexcept {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (words_[i] == word) return static_cast<std::uint8_t>(i + 1);
  }
  return 0;
}

// {a, b} and then c may get another code than {b, c} and then a: both mean the
// same.
std::uint8_t PlaceCodes::both(std::uint8_t one, std::uint8_t other) {
  if (one == 0 || one == other) return other;
  if (other == 0) return one;
  const std::pair<std::uint8_t, std::uint8_t> set = std::minmax(one, other);
  const auto at = std::find(sets_.begin(), sets_.end(), set);
  const std::size_t code =
      words_.size() + 1 + static_cast<std::size_t>(at - sets_.begin());
  if (set.second == kUnknown || code >= kUnknown) {
    unknown_ = true;
    return kUnknown;
  }
  if (at == sets_.end()) sets_.push_back(set);
  return static_cast<std::uint8_t>(code);
}

std::uint8_t PlaceCodes::code_before(std::string_view before) {
  std::uint8_t code = 0;
  for_each_before(before, [&](std::string_view word) {
    const std::uint8_t own = code_of(word);
    // It may become frequent, and no list of the run would tell.
    if (own == 0 && !final_) unknown_ = true;
    code = both(code, own);
  });
  return code;
}

PlaceCodes::Table PlaceCodes::table(const FrequentWords& words) const noexcept {
  Table table = {};
  std::size_t code = 1;
  for (const std::string& word : words_) table[code++] = words.code_of(word);
  for (const auto& [one, other] : sets_) {
    table[code++] = both_predecessors(table[one], table[other]);
  }
  table[kUnknown] = kSeveralPredecessors;
  return table;
}

}  // namespace kwic
