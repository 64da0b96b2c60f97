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

#include <algorithm>
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
//
// Eight bytes are loaded at once and bits taken from them until a field does
// not fit what is left: most fields cost a count of zeros and a shift. (Nothing
// here is called with `this`, so that a reader may live in registers.)
class CheckedBitReader {
 public:
  CheckedBitReader() = default;
  explicit CheckedBitReader(ByteView bytes)
      : CheckedBitReader(bytes.data(), 0, std::uint64_t{bytes.size()} * 8) {}
  // The bits [begin, limit) of `data`. REQUIRES: begin <= limit.
  CheckedBitReader(const std::uint8_t* data, std::uint64_t begin,
                   std::uint64_t limit)
      : data_(data), loaded_(begin), limit_(limit) {}

  bool ok() const noexcept { return ok_; }
  std::uint64_t position() const noexcept { return loaded_ - left_; }

  void skip(std::uint64_t bits) noexcept {
    if (bits > limit_ - position()) return fail();
    move_to(position() + bits);
  }

  // REQUIRES: 0 <= width <= kMaxFieldBits.
  std::uint64_t get(int width) noexcept {
    const auto bits = static_cast<unsigned>(width);
    if (bits > left_) [[unlikely]] {
      load();
      if (bits > left_) {
        fail();
        return 0;
      }
    }
    const std::uint64_t value = low_bits(window_, width);
    take(bits);
    return value;
  }

  // REQUIRES: 0 <= order < kMaxFieldBits.
  std::uint64_t get_exp_golomb(int order) noexcept {
    unsigned zeros = leading_zeros();
    unsigned size = 2 * zeros + 1 + static_cast<unsigned>(order);
    if (size > left_) [[unlikely]] {
      load();
      zeros = leading_zeros();
      size = 2 * zeros + 1 + static_cast<unsigned>(order);
      if (size > left_) [[unlikely]]
        return get_long_exp_golomb(order);
    }
    const int width = static_cast<int>(zeros) + order;
    const std::uint64_t value = low_bits(window_ >> zeros >> 1, width) +
                                low_bits(~0ull, width) - low_bits(~0ull, order);
    take(size);
    return value;
  }

 private:
  static constexpr std::uint8_t kNothing[8] = {};
  static constexpr unsigned kLoadedBits = 57;

  struct LongCode {
    std::uint64_t value = 0, size = 0;
  };

  static std::uint64_t low_bits(std::uint64_t value, int width) noexcept {
    return value & ((std::uint64_t{1} << width) - 1);
  }

  unsigned leading_zeros() const noexcept {
    return static_cast<unsigned>(
        std::countr_zero(window_ | std::uint64_t{1} << 63));
  }

  // REQUIRES: bits <= left_.
  void take(unsigned bits) noexcept {
    window_ >>= bits;
    left_ -= bits;
  }

  void move_to(std::uint64_t position) noexcept {
    loaded_ = position;
    left_ = 0;
  }

  void load() noexcept {
    const std::uint64_t at = position();
    window_ = read_bits(data_, at, kLoadedBits);
    left_ = static_cast<unsigned>(
        std::min<std::uint64_t>(kLoadedBits, limit_ - at));
    loaded_ = at + left_;
  }

  // A code that one load does not hold, or that the bytes do not.
  std::uint64_t get_long_exp_golomb(int order) noexcept {
    const LongCode code = long_code(data_, position(), limit_, order);
    if (code.size == 0) {
      fail();
      return 0;
    }
    move_to(position() + code.size);
    return code.value;
  }

  [[gnu::noinline]] static LongCode long_code(const std::uint8_t* data,
                                              std::uint64_t at,
                                              std::uint64_t limit,
                                              int order) noexcept {
    const std::uint64_t window = read_bits(data, at, kLoadedBits);
    const int zeros = std::countr_zero(window);
    const int width = zeros + order;
    const std::uint64_t size = static_cast<unsigned>(zeros + 1 + width);
    if (width >= kMaxFieldBits || size > limit - at) return {};
    const std::uint64_t low =
        read_bits(data, at + static_cast<unsigned>(zeros) + 1,
                  static_cast<unsigned>(width));
    return {low + low_bits(~0ull, width) - low_bits(~0ull, order), size};
  }

  void fail() noexcept {
    ok_ = false;
    move_to(limit_);
  }

  const std::uint8_t* data_ = kNothing;
  std::uint64_t window_ = 0;  // bits not yet taken, zeros behind them
  std::uint64_t loaded_ = 0;  // the position behind them
  std::uint64_t limit_ = 0;
  unsigned left_ = 0;  // their number
  bool ok_ = true;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_EXP_GOLOMB_H_
