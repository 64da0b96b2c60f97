// SPDX-License-Identifier: Apache-2.0
// WordPieces: splits a word that no entry holds into entries that are parts of
// words, in the fewest bytes.
//
// A head opens a word (any entry that is one short word is a head, too); a
// tail goes on within one: it begins no word, so no space is implied. What is
// no word is split into entries of its own kind: behind a tail, even one of the
// same bytes, a space would be implied.
#ifndef KWIC_FORMAT_WORD_PIECES_H_
#define KWIC_FORMAT_WORD_PIECES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/hash_filter.h"

namespace kwic {

inline constexpr std::size_t kMaxPieceBytes = 7;
inline constexpr std::size_t kMaxSplitWord = 48;

enum class PieceKind : std::uint8_t { kTail, kHead, kOther };

// A piece as an integer: its bytes and its kind. No piece holds a NUL, so the
// size follows. REQUIRES: at most kMaxPieceBytes.
std::uint64_t piece_key(std::string_view piece, PieceKind kind) noexcept;
std::string piece_text(std::uint64_t key);
std::size_t piece_size(std::uint64_t key) noexcept;
bool piece_is_head(std::uint64_t key) noexcept;

class WordPieces {
 public:
  static constexpr std::uint32_t kLiteral = 0xffff'ffff;

  struct Step {
    std::uint32_t entry = kLiteral;  // or kLiteral for `size` plain bytes
    std::uint32_t size = 0;
  };

  void add(std::string_view piece, PieceKind kind, std::uint32_t entry,
           unsigned code_bytes);

  // Splits a token, a word or not; returns the number of steps, 0 if a plain
  // literal is no longer than they.
  std::size_t split(std::string_view token, bool word,
                    Step (&steps)[kMaxSplitWord]) const noexcept;

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t entry = 0;
    std::uint32_t code_bytes = 0;
  };
  const Slot* find(std::uint64_t hash, std::uint64_t key) const noexcept;
  const Slot* longest(std::uint64_t bytes, PieceKind kind) const noexcept;
  std::size_t place(std::uint64_t hash, std::uint64_t key) const noexcept;

  HashFilter filter_;
  HashFilter longer_;  // what a longer piece begins with
  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_WORD_PIECES_H_
