// SPDX-License-Identifier: Apache-2.0
// The layout of the term dictionary, shared by its writer and its reader.
//
// DESCRIPTION. Terms stand in bytewise order in blocks of kTermsPerBlock. For
// each block the section "term heads" holds the first eight bytes of its first
// term, zeros behind a shorter one, as an integer whose order is the order of
// those bytes. "Term block offsets" tells where the blocks start in "term
// blocks": for each kBlocksPerGroup of them it has 32 bytes, a u64 address of
// the first and 12 u16, the distances of the others from it and one zero.
// A block is
//
//   u8      length of the first term
//   u8 x15  controls, one for each further term (zero where there is none):
//             high four bits: bytes shared with the term before;
//             low four bits: bytes of its own, less one
//   u8 x15  initials: the first of the bytes that each further term has of its
//           own (zero where there is no term)
//   strings the bytes of the first term from the ninth on (the others are in
//           the head); then for each further term
//             u8  the former, where its four bits are all ones
//             u8  the latter, where its four bits are all ones
//             its own bytes, from the second on
//   figures see format/term_figures.h
//
// A search runs over the heads, which lie close together, then over the
// controls and initials of one block: all are in a few registers, and nearly
// always only the bytes of the term wanted are looked at. Front coding: I.
// Witten, A. Moffat, T. Bell, "Managing Gigabytes", 2nd edition, 1999, section
// 4.1.
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
#include "format/term_figures.h"

namespace kwic {

inline constexpr std::size_t kTermHeadBytes = 8;
// The length of the first term and the controls of the others.
inline constexpr std::size_t kTermControlBytes = kTermsPerBlock;
inline constexpr std::size_t kTermInitialBytes = kTermsPerBlock - 1;
// Both: where the strings of a block begin.
inline constexpr std::size_t kTermStringsAt =
    kTermControlBytes + kTermInitialBytes;
// So few that the distances fit 16 bits whatever the terms: a block has at
// most 5,433 bytes, and as many may lie idle where a section part ends.
inline constexpr std::size_t kMaxTermBlockBytes = 5433;
inline constexpr std::size_t kBlocksPerGroup = 12;
inline constexpr std::size_t kBlockGroupBytes = 32;
// The value of a four-bit length that says that a byte follows.
inline constexpr unsigned kLongTermLength = 15;

// The first 8 bytes at `p`, or all `n`, as an integer: the first one lowest.
inline std::uint64_t load_bytes(const std::uint8_t* p, std::size_t n) noexcept {
  if (n >= 8) return load_le<std::uint64_t>(p);
  if (n >= 4) {
    return load_le<std::uint32_t>(p) |
           std::uint64_t{load_le<std::uint32_t>(p + n - 4)} << 8 * (n - 4);
  }
  if (n == 0) return 0;
  return p[0] | std::uint64_t{p[n / 2]} << 8 * (n / 2) |
         std::uint64_t{p[n - 1]} << 8 * (n - 1);
}

// The head of a term: see above.
inline std::uint64_t term_head(std::string_view term) noexcept {
  return __builtin_bswap64(load_bytes(as_bytes(term).data(), term.size()));
}

// How many bytes at the start are the same.
inline std::size_t common_prefix(const std::uint8_t* a, std::size_t a_size,
                                 const char* b, std::size_t b_size) noexcept {
  const std::size_t limit = std::min(a_size, b_size);
  std::size_t n = 0;
  while (n < limit && a[n] == static_cast<std::uint8_t>(b[n])) ++n;
  return n;
}

// A term that is looked for, made ready: it costs nothing while the first bytes
// of the dictionary are on their way from memory.
struct SoughtTerm {
  explicit SoughtTerm(std::string_view term) noexcept
      : text(term), head(term_head(term)) {
    store_le(start, __builtin_bswap64(head));
    if (term.size() <= kTermHeadBytes) return;
    store_le(start + kTermHeadBytes,
             load_bytes(as_bytes(term).data() + kTermHeadBytes,
                        term.size() - kTermHeadBytes));
  }

  // How many of the bytes p[0, n) are those from `from` on. REQUIRES: from is
  // at most the size and below kStart; 8 bytes may be loaded from p.
  std::size_t common(const std::uint8_t* p, std::size_t n,
                     std::size_t from) const noexcept {
    const std::size_t limit = std::min(n, text.size() - from);
    const std::size_t known = std::min<std::size_t>(8, kStart - from);
    const std::uint64_t differ =
        load_le<std::uint64_t>(p) ^ load_le<std::uint64_t>(start + from);
    const std::size_t same =
        differ == 0 ? 8
                    : static_cast<std::size_t>(std::countr_zero(differ)) / 8;
    if (limit <= known || same < known) return std::min(same, limit);
    return known + common_prefix(p + known, limit - known,
                                 text.data() + from + known, limit - known);
  }

  static constexpr std::size_t kStart = 16;

  std::string_view text;
  std::uint64_t head;
  std::uint8_t start[kStart + 8] = {};  // its first bytes, zeros behind
};

// Writes the bytes of a head to `out`.
inline void put_term_head(std::uint64_t head, char* out) noexcept {
  for (std::size_t i = 0; i < kTermHeadBytes; ++i) {
    out[i] = static_cast<char>(head >> (56 - 8 * i));
  }
}

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_BLOCK_H_
