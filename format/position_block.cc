// SPDX-License-Identifier: Apache-2.0
#include "format/position_block.h"

#include <algorithm>
#include <bit>

#include "base/byte_mask.h"
#include "format/frequent_words.h"
#include "format/posting_format.h"

namespace kwic {
namespace {

// The sum of the gaps >> low.
template <typename Sum>
Sum sum_of(std::span<const std::uint32_t> gaps, unsigned low) noexcept {
  Sum sum = 0;
  for (const std::uint32_t gap : gaps) sum += gap >> low;
  return sum;
}

}  // namespace

// As if all were of one posting, and then the first of each anew: so there is
// no loop within a posting, whose end could not be guessed.
void PositionBlock::add(std::span<const std::uint32_t> frequencies,
                        std::span<const std::uint32_t> positions,
                        std::span<const std::uint8_t> predecessors) {
  postings_ += frequencies.size();
  predecessors_.insert(predecessors_.end(), predecessors.begin(),
                       predecessors.end());
  const std::size_t begin = gaps_.size();
  gaps_.resize(begin + positions.size());
  std::uint32_t* gaps = gaps_.data() + begin;
  for (std::size_t i = 1; i < positions.size(); ++i) {
    gaps[i] = positions[i] - positions[i - 1] - 1;
  }
  std::size_t at = 0;
  for (const std::uint32_t frequency : frequencies) {
    gaps[at] = positions[at];
    at += frequency;
  }
}

// (Sums of 32 bits are added up twice as fast.)
std::uint64_t PositionBlock::unary_bits(std::span<const std::uint32_t> gaps,
                                        unsigned low) const {
  return gaps.size() + (sum_ <= 0xffff'ffff ? sum_of<std::uint32_t>(gaps, low)
                                            : sum_of<std::uint64_t>(gaps, low));
}

// The low width that makes the block smallest. A bit more costs a bit each and
// saves half of the high parts, rounded up, which only fall: so the size falls
// and then rises, and the least is found from any start. The start is the best
// width for a geometric distribution, about log2(0.7 mean).
unsigned PositionBlock::best_low(std::uint64_t& unary) const {
  const std::uint64_t mean = sum_ / gaps_.size();
  unsigned low =
      mean < 2 ? 0U : static_cast<unsigned>(std::bit_width(mean)) - 1;
  unary = unary_bits(gaps_, low);
  const auto improve = [&](unsigned width) {
    const std::uint64_t bits = unary_bits(gaps_, width);
    if (bits + width * gaps_.size() >= unary + low * gaps_.size()) return false;
    unary = bits;
    low = width;
    return true;
  };
  while (low > 0 && improve(low - 1)) {
  }
  while (low < kPositionLowMask && improve(low + 1)) {
  }
  return low;
}

// Of each run of so many occurrences, where the unary half of the next begins.
void PositionBlock::put_samples(unsigned low, unsigned width) {
  std::span<const std::uint32_t> left = gaps_;
  std::uint64_t bit = 0;
  for (; left.size() > kSampledOccurrences;
       left = left.subspan(kSampledOccurrences)) {
    bit += unary_bits(left.first(kSampledOccurrences), low);
    bits_.put(bit, 8 * width);
  }
}

void PositionBlock::find_codes() {
  predecessors_.resize((gaps_.size() + kMaskedBytes - 1) / kMaskedBytes *
                       kMaskedBytes);
  mask_.clear();
  coded_ = 0;
  std::uint64_t several = 0;
  for (std::size_t i = 0; i < predecessors_.size(); i += kMaskedBytes) {
    const std::uint8_t* const codes = predecessors_.data() + i;
    mask_.push_back(mask_of(codes, [](Bytes16 c) { return c != 0; }));
    coded_ += static_cast<std::size_t>(std::popcount(mask_.back()));
    several |=
        mask_of(codes, [](Bytes16 c) { return c == kSeveralPredecessors; });
  }
  several_ = several != 0;
}

// A bit for each occurrence, and the codes that are not 0.
void PositionBlock::put_codes() {
  const std::size_t mask_bytes = bytes_for_bits(gaps_.size());
  bits_.put_all(mask_bytes, 8, [this](std::size_t i) {
    return mask_[i / 8] >> (8 * (i % 8)) & 0xff;
  });
  codes_.resize(predecessors_.size() + 1);
  std::uint8_t* out = codes_.data();
  for (const std::uint8_t code : predecessors_) {
    *out = code;
    out += code != 0 ? 1 : 0;
  }
  bits_.put_all(coded_, 4, [this](std::size_t i) { return codes_[i]; });
  bits_.align();
}

std::span<const std::uint8_t> PositionBlock::finish(unsigned contents) {
  const std::size_t n = gaps_.size();
  sum_ = sum_of<std::uint64_t>(gaps_, 0);
  std::uint64_t unary = 0;
  const unsigned low = best_low(unary);
  coded_ = 0;
  several_ = false;
  if ((contents & kCoded) != 0) find_codes();
  const bool wide = n > 0xffff || unary > 0xffff;
  const unsigned width = wide ? 4 : 2;
  const bool coded = coded_ != 0;
  bits_.put(low | (coded ? kPositionsCoded : 0) | (wide ? kPositionsWide : 0),
            8);
  if ((contents & kCounted) != 0) {
    bits_.put(n, 8 * width);
    if (coded) bits_.put(coded_, 8 * width);
  }
  if (coded) put_codes();
  put_samples(low, width);
  const std::uint32_t mask = (1U << low) - 1;
  const std::uint32_t* const gaps = gaps_.data();
  bits_.put_all(n, low, [=](std::size_t i) { return gaps[i] & mask; });
  bits_.align();
  bits_.put_all_unary(n, unary, [=](std::size_t i) { return gaps[i] >> low; });
  bits_.align();
  return bits_.bytes();
}

}  // namespace kwic
