// SPDX-License-Identifier: Apache-2.0
// Term frequencies of a block, as Rice codes with the two halves kept apart.
//
// x = tf - 1 is cut into `low` low bits, packed, and x >> low in unary. Term
// frequencies fall off geometrically, the distribution for which Rice codes
// are optimal (R. F. Rice, "Some practical universal noiseless coding
// techniques", JPL 79-22, 1979). Kept apart, the unary half can be searched by
// popcount, so that one frequency is read without the others.
//
// Bytes: one byte `low` (255: every frequency is 1 and nothing follows), two
// bytes size of the unary half, low halves, unary half.
#ifndef KWIC_FORMAT_FREQUENCY_CODEC_H_
#define KWIC_FORMAT_FREQUENCY_CODEC_H_

#include <bit>
#include <cstdint>
#include <span>

#include "format/bits.h"

namespace kwic {

inline constexpr std::uint8_t kAllOnes = 255;
inline constexpr unsigned kMaxFrequencyLow = 31;

inline std::uint64_t unary_bits(std::span<const std::uint32_t> tfs,
                                unsigned low) {
  std::uint64_t bits = tfs.size();
  for (const std::uint32_t tf : tfs) bits += (tf - 1) >> low;
  return bits;
}

// The low width that makes the block smallest and its unary half fit 16 bits,
// or 0 if that takes at most a quarter more: occurrences are counted fastest
// where there are no low halves (format/occurrence_reader.h).
inline unsigned best_frequency_low(std::span<const std::uint32_t> tfs) {
  // One bit more costs a bit each and saves the sum of half the high parts,
  // rounded up, which only falls: once wider is no better, it never is again.
  unsigned best = kMaxFrequencyLow;
  std::uint64_t best_bits = ~std::uint64_t{0};
  std::uint64_t bits_without = ~std::uint64_t{0};
  for (unsigned low = 0; low <= kMaxFrequencyLow; ++low) {
    const std::uint64_t unary = unary_bits(tfs, low);
    if (bytes_for_bits(unary) > 0xffff) continue;
    const std::uint64_t bits = unary + low * tfs.size();
    if (low == 0) bits_without = bits;
    if (bits >= best_bits) break;
    best_bits = bits;
    best = low;
  }
  return bits_without <= best_bits + best_bits / 4 ? 0 : best;
}

inline void encode_frequencies(std::span<const std::uint32_t> tfs,
                               BitWriter& out) {
  bool all_ones = true;
  for (const std::uint32_t tf : tfs) all_ones &= tf == 1;
  if (all_ones) {
    out.put(kAllOnes, 8);
    out.align();
    return;
  }
  const unsigned low = best_frequency_low(tfs);
  out.put(low, 8);
  const std::uint64_t unary = unary_bits(tfs, low);
  out.put(bytes_for_bits(unary), 16);
  if (low > 0) {
    const std::uint64_t mask = (std::uint64_t{1} << low) - 1;
    out.put_all(tfs.size(), low,
                [=](std::size_t i) { return (tfs[i] - 1) & mask; });
  }
  out.align();
  out.put_all_unary(tfs.size(), unary,
                    [=](std::size_t i) { return (tfs[i] - 1) >> low; });
  out.align();
}

// The sum of the first n values of a packed array, by counting the ones of each
// bit plane: in arrays of up to four bits, a few masks tell the planes of a
// word apart, whatever the value it starts in.
inline std::uint64_t sum_packed(const std::uint8_t* p, std::uint32_t n,
                                unsigned width) noexcept {
  constexpr unsigned kMostPlanes = 4;
  std::uint64_t sum = 0;
  if (width > kMostPlanes) {
    for (std::uint32_t i = 0; i < n; ++i) {
      sum += read_bits(p, std::uint64_t{i} * width, width);
    }
    return sum;
  }
  // Every width-th bit, from bit 0 on.
  constexpr std::uint64_t kEvery[kMostPlanes + 1] = {
      0, ~std::uint64_t{0}, 0x5555'5555'5555'5555, 0x9249'2492'4924'9249,
      0x1111'1111'1111'1111};
  const std::uint32_t bits = n * width;
  for (std::uint32_t at = 0; at < bits; at += 64) {
    std::uint64_t word = load_le<std::uint64_t>(p + at / 8);
    if (bits - at < 64) word &= (std::uint64_t{1} << (bits - at)) - 1;
    for (unsigned plane = 0; plane < width; ++plane) {
      // The first bit of the word that belongs to the plane.
      const unsigned first = (plane + 64 * width - at % width) % width;
      const auto ones = static_cast<std::uint64_t>(
          std::popcount(word & (kEvery[width] << first)));
      sum += ones << plane;
    }
  }
  return sum;
}

// The frequencies of one block, in place. Any bytes are safe to read as long
// as `available` is true of them and 16 more may be loaded.
class FrequencyBlock {
 public:
  FrequencyBlock() = default;

  // `n` frequencies at `p`, of which `available` bytes may be trusted to be
  // there. Returns false (and reads as all ones) if they do not fit.
  bool open(const std::uint8_t* p, std::uint64_t available,
            std::uint32_t n) noexcept {
    low_ = kAllOnes;
    if (available < 1) return false;
    if (p[0] == kAllOnes) return true;
    if (available < 3 || p[0] > kMaxFrequencyLow) return false;
    const std::uint64_t low_bytes = bytes_for_bits(std::uint64_t{n} * p[0]);
    const std::uint32_t unary = load_le<std::uint16_t>(p + 1);
    if (3 + low_bytes + unary > available) return false;
    low_ = p[0];
    lows_ = p + 3;
    unary_ = lows_ + low_bytes;
    unary_bytes_ = unary;
    return true;
  }

  bool all_ones() const noexcept { return low_ == kAllOnes; }
  // Unless all_ones(): width of the low halves, they, and the unary half.
  unsigned low() const noexcept { return low_; }
  const std::uint8_t* lows() const noexcept { return lows_; }
  const std::uint8_t* unary() const noexcept { return unary_; }
  std::uint32_t unary_bytes() const noexcept { return unary_bytes_; }

  // All of them, in order, to out[0 .. n).
  void decode(std::uint32_t n, std::uint32_t* out) const noexcept {
    if (low_ == kAllOnes) {
      for (std::uint32_t i = 0; i < n; ++i) out[i] = 1;
      return;
    }
    std::uint32_t i = 0;
    std::uint32_t begin = 0;
    for (std::uint32_t at = 0; at < unary_bytes_ && i < n; at += 8) {
      std::uint64_t word = load_le<std::uint64_t>(unary_ + at);
      if (unary_bytes_ - at < 8) {
        word &= (std::uint64_t{1} << ((unary_bytes_ - at) * 8)) - 1;
      }
      for (; word != 0 && i < n; word &= word - 1, ++i) {
        const std::uint32_t one =
            at * 8 + static_cast<std::uint32_t>(std::countr_zero(word));
        out[i] = value(one - begin, i);
        begin = one + 1;
      }
    }
    for (; i < n; ++i) out[i] = 1;  // damaged: fewer ones than postings
  }

 private:
  std::uint32_t value(std::uint32_t high, std::uint32_t i) const noexcept {
    const std::uint64_t low = read_bits(lows_, std::uint64_t{i} * low_, low_);
    return static_cast<std::uint32_t>(((std::uint64_t{high} << low_) | low) +
                                      1);
  }

  const std::uint8_t* lows_ = nullptr;
  const std::uint8_t* unary_ = nullptr;
  std::uint32_t unary_bytes_ = 0;
  unsigned low_ = kAllOnes;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_FREQUENCY_CODEC_H_
