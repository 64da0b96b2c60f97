// SPDX-License-Identifier: Apache-2.0
// Bit streams, low bits first, with fixed-width and Exp-Golomb codes.
//
// An Exp-Golomb code of order k writes value + 2^k in binary, preceded by as
// many zeros as that has bits beyond the first k + 1. Values near 2^k take
// about k + 2 bits and big ones about twice their length, so a good guess of
// the magnitude makes a short code and a bad one costs little.
// (J. Teuhola, "A compression method for clustered bit-vectors", Information
// Processing Letters 7(6), 1978.)
#ifndef KWIC_BASE_BIT_STREAM_H_
#define KWIC_BASE_BIT_STREAM_H_

#include <bit>
#include <cassert>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace kwic {

// Fields of a bit stream are at most this wide, so that one load of eight bytes
// at any bit finds a whole field.
inline constexpr int kMaxBitWidth = 56;

class BitWriter {
 public:
  explicit BitWriter(std::vector<std::uint8_t>& out) : out_(out) {}

  // REQUIRES: 0 <= width <= kMaxBitWidth, value < 2^width.
  void put(std::uint64_t value, int width) {
    assert(width == 0 ? value == 0 : (value >> width) == 0);
    pending_ |= value << used_;
    used_ += width;
    for (; used_ >= 8; used_ -= 8, pending_ >>= 8) {
      out_.push_back(static_cast<std::uint8_t>(pending_));
    }
  }

  // REQUIRES: 0 <= order < kMaxBitWidth, value < 2^(kMaxBitWidth - 1).
  void put_exp_golomb(std::uint64_t value, int order) {
    value += std::uint64_t{1} << order;
    const int zeros = static_cast<int>(std::bit_width(value)) - 1 - order;
    put(0, zeros);
    put(1, 1);
    const int width = order + zeros;
    put(value & ((std::uint64_t{1} << width) - 1), width);
  }

  // Fills the last byte with zeros. Call once, at the end.
  void finish() {
    if (used_ > 0) put(0, 8 - used_);
  }

 private:
  std::vector<std::uint8_t>& out_;
  std::uint64_t pending_ = 0;  // the lowest used_ bits wait for a whole byte
  int used_ = 0;
};

// Reads fields at a moving position. Reading beyond the end gives zeros and
// makes ok() false; no bit outside the stream is ever looked at, but eight
// bytes from any byte of it on must be loadable.
class BitReader {
 public:
  BitReader() = default;
  // REQUIRES: 8 readable bytes behind the last of `bytes`.
  explicit BitReader(ByteView bytes)
      : data_(bytes.data()), limit_(std::uint64_t{bytes.size()} * 8) {}

  bool ok() const noexcept { return ok_; }
  std::uint64_t position() const noexcept { return position_; }
  std::uint64_t remaining() const noexcept { return limit_ - position_; }

  // Moves forward; REQUIRES nothing.
  void skip(std::uint64_t bits) noexcept {
    if (bits > remaining()) return fail();
    position_ += bits;
  }

  // REQUIRES: 0 <= width <= kMaxBitWidth.
  std::uint64_t get(int width) noexcept {
    const auto bits = static_cast<std::uint64_t>(width);
    if (bits > remaining()) [[unlikely]] {
      fail();
      return 0;
    }
    const std::uint64_t value = window() & ((std::uint64_t{1} << width) - 1);
    position_ += bits;
    return value;
  }

  // REQUIRES: 0 <= order < kMaxBitWidth.
  std::uint64_t get_exp_golomb(int order) noexcept {
    if (remaining() == 0) [[unlikely]] {
      fail();
      return 0;
    }
    const int zeros = std::countr_zero(window());
    if (order + zeros >= kMaxBitWidth) [[unlikely]] {
      fail();
      return 0;
    }
    skip(static_cast<std::uint64_t>(zeros) + 1);
    const int width = order + zeros;
    const std::uint64_t low = get(width);
    return ok_ ? low + (std::uint64_t{1} << width) - (std::uint64_t{1} << order)
               : 0;
  }

 private:
  // At least kMaxBitWidth bits from the position on, then zeros.
  std::uint64_t window() const noexcept {
    return load_le<std::uint64_t>(data_ + (position_ >> 3)) >> (position_ & 7);
  }
  void fail() noexcept {
    ok_ = false;
    position_ = limit_;
  }

  static constexpr std::uint8_t kNothing[8] = {};

  const std::uint8_t* data_ = kNothing;
  std::uint64_t position_ = 0;
  std::uint64_t limit_ = 0;
  bool ok_ = true;
};

}  // namespace kwic

#endif  // KWIC_BASE_BIT_STREAM_H_
