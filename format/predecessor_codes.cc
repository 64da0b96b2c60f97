// SPDX-License-Identifier: Apache-2.0
#include "format/predecessor_codes.h"

#include <bit>

namespace kwic {
namespace {

std::uint64_t bits_set(std::uint64_t word) noexcept {
  return static_cast<std::uint64_t>(std::popcount(word));
}

}  // namespace

// The occurrences before that one that have a code.
std::uint64_t PredecessorCodes::rank(std::uint64_t occurrence) noexcept {
  if (occurrence < at_) at_ = ones_ = 0;
  for (; occurrence - at_ >= 64; at_ += 64) ones_ += bits_set(word_at(at_));
  const std::uint64_t below = (std::uint64_t{1} << (occurrence - at_)) - 1;
  return ones_ + bits_set(word_at(at_) & below);
}

std::uint8_t PredecessorCodes::code(std::uint64_t occurrence) noexcept {
  if (coded_ == 0 || read_bits(mask_, occurrence, 1) == 0) return 0;
  const std::uint64_t at = rank(occurrence);
  if (at >= coded_) return 0;  // damaged
  return codes_[at / 2] >> (4 * (at % 2)) & 15;
}

std::uint64_t PredecessorCodes::matching(std::uint64_t begin, std::uint32_t n,
                                         std::uint8_t code,
                                         bool& several) noexcept {
  if (coded_ == 0) return 0;
  std::uint64_t found = 0;
  std::uint64_t at = rank(begin);
  for (std::uint64_t word = read_bits(mask_, begin, n); word != 0;
       word &= word - 1, ++at) {
    if (at >= coded_) break;  // damaged
    const int here = codes_[at / 2] >> (4 * (at % 2)) & 15;
    if (here != code && here != kSeveralPredecessors) continue;
    several |= here == kSeveralPredecessors;
    found |= word & (~word + 1);
  }
  return found;
}

}  // namespace kwic
