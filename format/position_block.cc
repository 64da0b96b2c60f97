// SPDX-License-Identifier: Apache-2.0
#include "format/position_block.h"

#include <algorithm>

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

std::uint32_t PositionBlock::predecessors_seen() const {
  std::uint32_t seen = 0;
  for (const std::uint8_t code : predecessors_) seen |= 1U << code;
  return seen;
}

void PositionBlock::put_samples(unsigned low, unsigned width) {
  std::uint64_t bit = 0;
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    if (i > 0 && i % kSampledOccurrences == 0) bits_.put(bit, 8 * width);
    bit += (gaps_[i] >> low) + 1;
  }
}

// A bit for each occurrence, and the codes that are not 0. Most are, so eight
// are looked at together: adding 127 carries into the top bit of those that are
// not, and a multiplication gathers the top bits.
void PositionBlock::put_predecessors() {
  const std::size_t n = predecessors_.size();
  predecessors_.resize((n + 7) / 8 * 8);
  for (std::size_t i = 0; i < predecessors_.size(); i += 8) {
    const auto eight = load_le<std::uint64_t>(predecessors_.data() + i);
    const std::uint64_t tops =
        (eight + 0x7f7f'7f7f'7f7f'7f7f) & 0x8080'8080'8080'8080;
    bits_.put((tops >> 7) * 0x0102'0408'1020'4080 >> 56, 8);
  }
  bits_.align();
  for (const std::uint8_t code : predecessors_) {
    if (code != 0) bits_.put(code, 4);
  }
  bits_.align();
  predecessors_.resize(n);
}

const std::vector<std::uint8_t>& PositionBlock::finish(bool counted) {
  const unsigned low = best_low();
  const bool wide = gaps_.size() > 0xffff || unary_bits(low) > 0xffff;
  const unsigned width = wide ? 4 : 2;
  const std::size_t coded =
      predecessors_.size() -
      static_cast<std::size_t>(std::count(
          predecessors_.begin(), predecessors_.end(), std::uint8_t{0}));
  bits_.put(
      low | (coded != 0 ? kPositionsCoded : 0) | (wide ? kPositionsWide : 0),
      8);
  if (counted) bits_.put(gaps_.size(), 8 * width);
  if (counted && coded != 0) bits_.put(coded, 8 * width);
  if (coded != 0) put_predecessors();
  put_samples(low, width);
  const std::uint64_t mask = (std::uint64_t{1} << low) - 1;
  for (const std::uint32_t gap : gaps_) bits_.put(gap & mask, low);
  bits_.align();
  for (const std::uint32_t gap : gaps_) bits_.put_unary(gap >> low);
  bits_.align();
  return bits_.bytes();
}

}  // namespace kwic
