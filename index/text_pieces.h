// SPDX-License-Identifier: Apache-2.0
// Cuts a long text where an analyzer sees a boundary anyway.
//
// Analyzing a gigabyte at once would take many gigabytes of tokens, and a piece
// that fits the cache is faster besides. A line break parts words in every
// analyzer, and so does a space with an ASCII character behind it (a combining
// mark there would belong to the space).
#ifndef KWIC_INDEX_TEXT_PIECES_H_
#define KWIC_INDEX_TEXT_PIECES_H_

#include <cstddef>
#include <string_view>

namespace kwic {

inline constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
// Text without any white space for this long is cut at a code point.
inline constexpr std::size_t kLongestPieceBytes = std::size_t{1} << 20;

// How many bytes at the start of `text` are to be analyzed together; all if it
// is short. Depends on the text alone.
inline std::size_t piece_size(std::string_view text) noexcept {
  if (text.size() <= kPieceBytes) return text.size();
  const auto byte = [text](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  std::size_t i = kPieceBytes;
  for (; i < text.size() && i < kLongestPieceBytes; ++i) {
    if (byte(i) >= 0x80) continue;
    if (byte(i - 1) == '\n' || byte(i - 1) == ' ') return i;
  }
  if (i == text.size()) return i;
  for (int back = 0; back < 3 && (byte(i) & 0xc0) == 0x80; ++back) --i;
  return i;
}

}  // namespace kwic

#endif  // KWIC_INDEX_TEXT_PIECES_H_
