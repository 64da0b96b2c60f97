// SPDX-License-Identifier: Apache-2.0
// The layout of the term dictionary, shared by its writer and its reader.
//
// DESCRIPTION. Terms stand in bytewise order in blocks of kTermsPerBlock. For
// each block the section "term heads" holds the first eight bytes of its first
// term, zeros behind a shorter one, as an integer whose order is the order of
// those bytes; "term block offsets" holds where the block starts in "term
// blocks". A block is
//
//   varint  bytes of the strings
//   strings u8 length of the first term, and its bytes from the ninth on (the
//           others are in the head); then for each further term
//             u8  high four bits: bytes shared with the term before;
//                 low four bits: bytes of its own, less one
//             u8  the former, where the four bits were all ones
//             u8  the latter, where the four bits were all ones
//             its own bytes
//   figures see format/term_figures.h
//
// A search runs over the heads, which lie close together (8 bytes for 32
// terms), then over the strings of one block, whose figures it touches only
// for the term found. Front coding: I. Witten, A. Moffat, T. Bell, "Managing
// Gigabytes", 2nd edition, 1999, section 4.1.
#ifndef KWIC_FORMAT_TERM_BLOCK_H_
#define KWIC_FORMAT_TERM_BLOCK_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"

namespace kwic {

inline constexpr std::size_t kTermHeadBytes = 8;
// The value of a four-bit length that says that a byte follows.
inline constexpr unsigned kLongTermLength = 15;

// Eight bytes as an integer whose order is theirs.
inline std::uint64_t load_head(const std::uint8_t* p) noexcept {
  return std::uint64_t{p[0]} << 56 | std::uint64_t{p[1]} << 48 |
         std::uint64_t{p[2]} << 40 | std::uint64_t{p[3]} << 32 |
         std::uint64_t{p[4]} << 24 | std::uint64_t{p[5]} << 16 |
         std::uint64_t{p[6]} << 8 | std::uint64_t{p[7]};
}

// The head of a term: see above.
inline std::uint64_t term_head(std::string_view term) noexcept {
  const std::uint8_t* p = as_bytes(term).data();
  if (term.size() >= kTermHeadBytes) return load_head(p);
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < term.size(); ++i) head = head << 8 | p[i];
  return term.empty() ? 0 : head << (8 * (kTermHeadBytes - term.size()));
}

// Writes the bytes of a head to `out`.
inline void put_term_head(std::uint64_t head, char* out) noexcept {
  for (std::size_t i = 0; i < kTermHeadBytes; ++i) {
    out[i] = static_cast<char>(head >> (56 - 8 * i));
  }
}

// How many bytes at the start are the same.
inline std::size_t common_prefix(const std::uint8_t* a, std::size_t a_size,
                                 const char* b, std::size_t b_size) noexcept {
  const std::size_t limit = std::min(a_size, b_size);
  std::size_t n = 0;
  while (n < limit && a[n] == static_cast<std::uint8_t>(b[n])) ++n;
  return n;
}

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_BLOCK_H_
