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

#include "format/tag_index.h"
#include "format/word_lexicon.h"

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
    PackedCode code = 0;
  };

  WordPieces();
  void add(std::string_view piece, PieceKind kind, std::uint32_t entry,
           PackedCode code);

  // Splits a token, a word or not; returns the number of steps, 0 if a plain
  // literal is no longer than they.
  std::size_t split(const std::uint8_t* token, std::size_t size, bool word,
                    Step (&steps)[kMaxSplitWord]) const noexcept;

 private:
  struct Piece {
    std::uint64_t key;
    std::uint32_t entry;
    PackedCode code;
  };
  const Piece* longest(std::uint64_t bytes, std::size_t size,
                       std::uint64_t kind) const noexcept;
  const Piece* find(std::uint64_t key) const noexcept;

  TagIndex index_;
  std::vector<Piece> pieces_;
  // By a hash of the first bytes of pieces: bit i says that there is a piece of
  // i + 1 bytes.
  std::vector<std::uint8_t> sizes_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_WORD_PIECES_H_
