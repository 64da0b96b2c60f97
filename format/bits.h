// SPDX-License-Identifier: Apache-2.0
// Bit strings: value i of a packed array of width w lies at bits
// [i * w, (i + 1) * w), the least significant bit of a byte first.
//
// Nothing but the position is needed to read one value, so packed arrays are
// random-access, and SIMD kernels unpack them with one byte shuffle and one
// shift per vector (format/kernels_inl.h).
#ifndef KWIC_FORMAT_BITS_H_
#define KWIC_FORMAT_BITS_H_

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace kwic {

// Bits needed for every value below `bound`; 0 for bound <= 1.
constexpr unsigned bits_below(std::uint64_t bound) noexcept {
  return bound <= 1 ? 0 : static_cast<unsigned>(std::bit_width(bound - 1));
}

constexpr std::uint64_t bytes_for_bits(std::uint64_t bits) noexcept {
  return bits / 8 + (bits % 8 != 0);
}

// Reads `width` bits (at most 57) at bit `at` of `p`.
// REQUIRES: 8 readable bytes from the first byte touched.
inline std::uint64_t read_bits(const std::uint8_t* p, std::uint64_t at,
                               unsigned width) noexcept {
  const std::uint64_t word = load_le<std::uint64_t>(p + (at >> 3)) >> (at & 7);
  return word & ((std::uint64_t{1} << width) - 1);
}

// The bit of the i-th (from 0) one of a word. REQUIRES: it has more than i.
// Halves the word by popcount until a byte is left.
inline std::uint32_t select_in_word(std::uint64_t word,
                                    std::uint32_t i) noexcept {
  std::uint32_t at = 0;
  for (const std::uint32_t half : {32U, 16U, 8U}) {
    const auto low = static_cast<std::uint32_t>(
        std::popcount(word & ((std::uint64_t{1} << half) - 1)));
    const bool upper = i >= low;
    i -= upper ? low : 0;
    at += upper ? half : 0;
    word = upper ? word >> half : word;
  }
  for (; i > 0; --i) word &= word - 1;
  return at + static_cast<std::uint32_t>(std::countr_zero(word));
}

// Appends bits to a vector of bytes, eight bytes at a time.
class BitWriter {
 public:
  // REQUIRES: width <= 57 and value < 2^width.
  void put(std::uint64_t value, unsigned width) {
    pending_ |= value << count_;
    count_ += width;
    if (count_ < 64) return;
    flush(8);
    count_ -= 64;
    pending_ = value >> (width - count_);
  }
  // The same of value(0) to value(n - 1), for each of which it is called once.
  // Faster: what is pending stays in registers.
  template <typename Value>
  void put_all(std::size_t n, unsigned width, Value value) {
    if (width == 0) return;
    std::uint8_t* out = room(n * width / 8 + 8);
    std::uint64_t pending = pending_;
    unsigned count = count_;
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t bits = value(i);
      pending |= bits << count;
      count += width;
      if (count < 64) continue;
      store_le(out, pending);
      out += 8;
      count -= 64;
      pending = bits >> (width - count);
    }
    take(out, pending, count);
  }
  // `zeros` zero bits and a one.
  void put_unary(std::uint64_t zeros) {
    for (; zeros >= 32; zeros -= 32) put(0, 32);
    put(std::uint64_t{1} << zeros, static_cast<unsigned>(zeros) + 1);
  }
  // The same of zeros(0) to zeros(n - 1). REQUIRES: they take at most `bits`
  // together.
  template <typename Zeros>
  void put_all_unary(std::size_t n, std::uint64_t bits, Zeros zeros) {
    std::uint8_t* out = room(bits / 8 + 16);
    std::uint64_t pending = pending_;
    std::uint64_t count = count_;
    for (std::size_t i = 0; i < n; ++i) {
      count += zeros(i);
      while (count >= 64) [[unlikely]] {
          store_le(out, pending);
          out += 8;
          count -= 64;
          pending = 0;
        }
      pending |= std::uint64_t{1} << count++;
    }
    if (count == 64) {
      store_le(out, pending);
      out += 8;
      count = pending = 0;
    }
    take(out, pending, static_cast<unsigned>(count));
  }
  void put_zeros(std::uint64_t zeros) {
    for (; zeros >= 32; zeros -= 32) put(0, 32);
    put(0, static_cast<unsigned>(zeros));
  }
  // Fills the last byte with zeros.
  void align() {
    flush((count_ + 7) / 8);
    pending_ = 0;
    count_ = 0;
  }
  std::uint64_t bit_count() const { return used_ * 8 + count_; }
  // What was put. REQUIRES: nothing since the last align().
  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), used_}; }
  void clear() {
    used_ = 0;
    pending_ = 0;
    count_ = 0;
  }

 private:
  static constexpr std::size_t kGrowth = 128;

  // Room for so many bytes more.
  std::uint8_t* room(std::size_t size) {
    if (bytes_.size() - used_ < size) bytes_.resize(used_ + size + kGrowth);
    return bytes_.data() + used_;
  }
  // What was written to room() up to `end`, and what is pending now.
  void take(const std::uint8_t* end, std::uint64_t pending, unsigned count) {
    used_ = static_cast<std::size_t>(end - bytes_.data());
    pending_ = pending;
    count_ = count;
  }
  void flush(std::size_t size) {
    store_le(room(8), pending_);
    used_ += size;
  }

  std::vector<std::uint8_t> bytes_;
  std::size_t used_ = 0;  // of bytes_; the rest is room
  std::uint64_t pending_ = 0;
  unsigned count_ = 0;  // bits of pending_ in use, below 64
};

}  // namespace kwic

#endif  // KWIC_FORMAT_BITS_H_
