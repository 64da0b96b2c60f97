// SPDX-License-Identifier: Apache-2.0
// Variable-length integers: LEB128, seven bits a byte, low bits first.
//
// Readers take a cursor and an end, never pass the end, and report anything
// that is cut, too long for 64 bits, or padded.
#ifndef KWIC_BASE_VARINT_H_
#define KWIC_BASE_VARINT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kwic {

inline constexpr std::size_t kMaxVarintBytes = 10;

inline void append_varint(std::vector<std::uint8_t>& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(value));
}

// Reads past the first byte; see read_varint.
inline bool read_long_varint(const std::uint8_t*& p, const std::uint8_t* end,
                             std::uint64_t& value) noexcept {
  value = 0;
  for (int shift = 0; shift < 64 && p != end; shift += 7) {
    const std::uint8_t byte = *p++;
    if (shift == 63 && byte > 1) return false;
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return byte != 0 || shift == 0;
  }
  return false;
}

// Reads one integer at `p` and moves `p` behind it. False, with `p` anywhere
// up to `end`, if there is none.
inline bool read_varint(const std::uint8_t*& p, const std::uint8_t* end,
                        std::uint64_t& value) noexcept {
  if (p != end && *p < 0x80) {
    value = *p++;
    return true;
  }
  return read_long_varint(p, end, value);
}

}  // namespace kwic

#endif  // KWIC_BASE_VARINT_H_
