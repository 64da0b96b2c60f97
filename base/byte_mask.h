// SPDX-License-Identifier: Apache-2.0
// 64 bytes to 64 bits, one for each byte that is of some kind: where the kinds
// of bytes change is then read off a word, without a branch for each byte (as
// Langdale and Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 28,
// 2019, do with quotes and braces).
#ifndef KWIC_BASE_BYTE_MASK_H_
#define KWIC_BASE_BYTE_MASK_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "base/neon.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(KWIC_HAS_NEON)
#include <arm_neon.h>
#endif

namespace kwic {

inline constexpr std::size_t kMaskedBytes = 64;

// Sixteen bytes. Operators work on each of them; comparisons give vectors with
// all bits of a byte set or none. (Compilers know these vectors on every
// machine.)
using Bytes16 [[gnu::vector_size(16)]] = std::uint8_t;
using Mask16 [[gnu::vector_size(16)]] = signed char;

// The top bits of sixteen bytes, the first one lowest.
inline std::uint64_t top_bits(Bytes16 bytes) noexcept {
#if defined(__SSE2__)
  __m128i vector;
  std::memcpy(&vector, &bytes, sizeof(vector));
  return static_cast<unsigned>(_mm_movemask_epi8(vector));
#elif defined(KWIC_HAS_NEON)
  // Each top bit in the place it has in the mask; adding gathers them.
  static constexpr std::int8_t kPlaces[16] = {-7, -6, -5, -4, -3, -2, -1, 0,
                                              -7, -6, -5, -4, -3, -2, -1, 0};
  uint8x16_t vector;
  std::memcpy(&vector, &bytes, sizeof(vector));
  const uint8x16_t bits =
      vshlq_u8(vandq_u8(vector, vdupq_n_u8(0x80)), vld1q_s8(kPlaces));
  return vaddv_u8(vget_low_u8(bits)) |
         static_cast<unsigned>(vaddv_u8(vget_high_u8(bits))) << 8;
#else
  std::uint8_t array[16];
  std::memcpy(array, &bytes, sizeof(array));
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < 16; i += 8) {
    const std::uint64_t tops =
        load_le<std::uint64_t>(array + i) & 0x8080'8080'8080'8080;
    mask |= ((tops >> 7) * 0x0102'0408'1020'4080) >> 56 << i;
  }
  return mask;
#endif
}

// Of kMaskedBytes bytes, those of which `kind` (of Bytes16) gives the top bit.
template <typename Kind>
std::uint64_t mask_of(const std::uint8_t* p, Kind kind) noexcept {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kMaskedBytes; i += sizeof(Bytes16)) {
    Bytes16 bytes;
    std::memcpy(&bytes, p + i, sizeof(bytes));
    mask |= top_bits(Bytes16(kind(bytes))) << i;
  }
  return mask;
}

// Letters and digits of ASCII.
inline Mask16 ascii_words(Bytes16 c) noexcept {
  const Bytes16 letter = (c | 0x20) - 'a';
  const Bytes16 digit = c - '0';
  return Mask16(letter < 26) | Mask16(digit < 10);
}

}  // namespace kwic

#endif  // KWIC_BASE_BYTE_MASK_H_
