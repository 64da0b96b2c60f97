// SPDX-License-Identifier: Apache-2.0
#include "format/position_block.h"

#include "format/posting_format.h"

namespace kwic {

std::uint64_t PositionBlock::unary_bits(unsigned low) const {
  std::uint64_t bits = gaps_.size();
  for (const std::uint32_t gap : gaps_) bits += gap >> low;
  return bits;
}

// The low width that makes the block smallest. A bit more costs a bit each and
// saves half of the high parts, rounded up, which only fall: so the size falls
// and then rises, and the least is found from any start. The start is the best
// width for a geometric distribution, about log2(0.7 mean).
unsigned PositionBlock::best_low() const {
  const std::uint64_t sum = unary_bits(0) - gaps_.size();
  const std::uint64_t mean = sum / gaps_.size();
  unsigned low =
      mean < 2 ? 0U : static_cast<unsigned>(std::bit_width(mean)) - 1;
  const auto cost = [this](unsigned width) {
    return unary_bits(width) + width * gaps_.size();
  };
  std::uint64_t best = cost(low);
  const auto improve = [&](unsigned width) {
    const std::uint64_t bits = cost(width);
    if (bits >= best) return false;
    best = bits;
    low = width;
    return true;
  };
  while (low > 0 && improve(low - 1)) {
  }
  while (low < kPositionLowMask && improve(low + 1)) {
  }
  return low;
}

void PositionBlock::put_numbers(bool counted, unsigned low, unsigned width) {
  if (counted) bits_.put(gaps_.size(), 8 * width);
  std::uint64_t bit = 0;
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    if (i > 0 && i % kSampledOccurrences == 0) bits_.put(bit, 8 * width);
    bit += (gaps_[i] >> low) + 1;
  }
}

const std::vector<std::uint8_t>& PositionBlock::finish(bool counted) {
  const unsigned low = best_low();
  const bool wide = gaps_.size() > 0xffff || unary_bits(low) > 0xffff;
  bits_.put(low | (wide ? kPositionsWide : 0), 8);
  put_numbers(counted, low, wide ? 4 : 2);
  const std::uint64_t mask = (std::uint64_t{1} << low) - 1;
  for (const std::uint32_t gap : gaps_) bits_.put(gap & mask, low);
  bits_.align();
  for (const std::uint32_t gap : gaps_) bits_.put_unary(gap >> low);
  bits_.align();
  return bits_.bytes();
}

}  // namespace kwic
