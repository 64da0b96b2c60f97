// SPDX-License-Identifier: Apache-2.0
// Exp-Golomb codes, and a reader of bits that never leaves its bytes.
//
// An Exp-Golomb code of order k writes value + 2^k in binary, preceded by as
// many zeros as that has bits beyond the first k + 1. Values near 2^k take
// about k + 2 bits and big ones about twice their length, so a good guess of
// the magnitude makes a short code and a bad one costs little.
// (J. Teuhola, "A compression method for clustered bit-vectors", Information
// Processing Letters 7(6), 1978.)
#ifndef KWIC_FORMAT_EXP_GOLOMB_H_
#define KWIC_FORMAT_EXP_GOLOMB_H_

#include <bit>
#include <cstdint>

#include "base/bytes.h"
#include "format/bits.h"

namespace kwic {

// Fields are at most this wide, so that one load of eight bytes at any bit
// finds a whole field.
inline constexpr int kMaxFieldBits = 56;

// REQUIRES: 0 <= order < kMaxFieldBits, value < 2^(kMaxFieldBits - 1).
inline void put_exp_golomb(BitWriter& bits, std::uint64_t value, int order) {
  value += std::uint64_t{1} << order;
  const auto width = static_cast<unsigned>(std::bit_width(value | 1)) - 1;
  bits.put_unary(width - static_cast<unsigned>(order));
  bits.put(value & ((std::uint64_t{1} << width) - 1), width);
}

// Reads fields at a moving position. Reading beyond the end gives zeros and
// makes ok() false; no bit outside the bytes is ever looked at, but eight more
// bytes behind the last must be loadable.
class CheckedBitReader {
 public:
  CheckedBitReader() = default;
  explicit CheckedBitReader(ByteView bytes)
      : data_(bytes.data()), limit_(std::uint64_t{bytes.size()} * 8) {}

  bool ok() const noexcept { return ok_; }
  std::uint64_t position() const noexcept { return position_; }
  void reload() noexcept {}  // as ExpGolombWindow has it

  void skip(std::uint64_t bits) noexcept {
    if (bits > limit_ - position_) return fail();
    position_ += bits;
  }

  // REQUIRES: 0 <= width <= kMaxFieldBits.
  std::uint64_t get(int width) noexcept {
    const auto bits = static_cast<std::uint64_t>(width);
    if (bits > limit_ - position_) [[unlikely]] {
      fail();
      return 0;
    }
    const std::uint64_t value =
        read_bits(data_, position_, static_cast<unsigned>(width));
    position_ += bits;
    return value;
  }

  // REQUIRES: 0 <= order < kMaxFieldBits.
  std::uint64_t get_exp_golomb(int order) noexcept {
    const std::uint64_t window = read_bits(data_, position_, 57);
    const int zeros = std::countr_zero(window);
    const int width = zeros + order;
    const int size = zeros + 1 + width;
    if (size > 57) [[unlikely]]
      return get_long_exp_golomb(zeros, width);
    if (static_cast<std::uint64_t>(size) > limit_ - position_) [[unlikely]] {
      fail();
      return 0;
    }
    position_ += static_cast<std::uint64_t>(size);
    return low_bits(window >> (zeros + 1), width) + low_bits(~0ull, width) -
           low_bits(~0ull, order);
  }

 private:
  static constexpr std::uint8_t kNothing[8] = {};

  static std::uint64_t low_bits(std::uint64_t value, int width) noexcept {
    return value & ((std::uint64_t{1} << width) - 1);
  }

  // The code of order width - zeros, where one load does not hold it.
  std::uint64_t get_long_exp_golomb(int zeros, int width) noexcept {
    if (width >= kMaxFieldBits) {
      fail();
      return 0;
    }
    skip(static_cast<std::uint64_t>(zeros) + 1);
    const std::uint64_t low = get(width);
    return ok_ ? low + low_bits(~0ull, width) - low_bits(~0ull, width - zeros)
               : 0;
  }

  void fail() noexcept {
    ok_ = false;
    position_ = limit_;
  }

  const std::uint8_t* data_ = kNothing;
  std::uint64_t position_ = 0;
  std::uint64_t limit_ = 0;
  bool ok_ = true;
};

// Codes two by two, each pair from one load: no bounds within, one check at
// the end. Bits behind a load are zeros, which make a code that reaches there
// seem longer than the load.
class ExpGolombWindow {
 public:
  // Loads the eight bytes that hold bit `position` of `data` first.
  ExpGolombWindow(const std::uint8_t* data, std::uint64_t position) noexcept
      : data_(data), position_(position) {
    load();
  }

  // Passes over what was taken and loads again.
  void reload() noexcept {
    position_ += taken_;
    fits_ = fits_ && taken_ <= kLoadedBits;
    taken_ = 0;
    load();
  }

  // REQUIRES: 0 <= order < kMaxFieldBits.
  std::uint64_t get_exp_golomb(int order) noexcept {
    const auto zeros = static_cast<unsigned>(
        std::countr_zero(window_ | std::uint64_t{1} << 63));
    const unsigned width = (zeros + static_cast<unsigned>(order)) & 63;
    const unsigned size = 2 * zeros + 1 + static_cast<unsigned>(order);
    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
    const std::uint64_t value =
        (window_ >> zeros >> 1 & mask) + mask + 1 - (std::uint64_t{1} << order);
    window_ = size < 64 ? window_ >> size : 0;
    taken_ += size;
    return value;
  }

  // Whether all of what was taken lay within the loads.
  bool ok() const noexcept { return fits_ && taken_ <= kLoadedBits; }
  // REQUIRES: ok().
  std::uint64_t position() const noexcept { return position_ + taken_; }

 private:
  static constexpr std::uint64_t kLoadedBits = 57;

  void load() noexcept {
    window_ =
        load_le<std::uint64_t>(data_ + (position_ >> 3)) >> (position_ & 7);
  }

  const std::uint8_t* data_;
  std::uint64_t position_;
  std::uint64_t window_ = 0;
  std::uint64_t taken_ = 0;
  bool fits_ = true;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_EXP_GOLOMB_H_
