// SPDX-License-Identifier: Apache-2.0
// WordPieces: splits words that no entry holds into entries that are parts of
// words.
//
// A head opens a word (any entry that is one short word is a head, too); a
// tail goes on within one: it begins no word, so no space is implied. What is
// no word is split into entries of its own kind: behind a tail, even one of the
// same bytes, a space would be implied.
#ifndef KWIC_FORMAT_WORD_PIECES_H_
#define KWIC_FORMAT_WORD_PIECES_H_

#include <cstddef>
#include <cstdint>
#include <span>
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
 private:
  struct Piece {
    std::uint64_t key;
    std::uint32_t entry;
    PackedCode code;
  };

 public:
  // A token to split, a word or not.
  struct Word {
    // In: 8 bytes can be loaded from any byte of it on.
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    bool is_word = false;
    // Out: its code, as a literal where no piece fits, and the entries in it.
    // None if a literal is no longer.
    std::size_t coded_size = 0;
    std::size_t entry_count = 0;
    std::uint8_t coded[kMaxSplitWord + 16];
    std::uint32_t entries[kMaxSplitWord];

   private:
    friend class WordPieces;
    bool fails() const noexcept { return coded_size > size + 1; }
    std::uint64_t kind() const noexcept;
    void put_piece(const Piece& piece) noexcept;
    void put_literal_byte() noexcept;

    std::size_t at = 0;       // what is before is coded
    unsigned sizes = 0;       // of pieces to be tried there, by bit
    std::uint64_t key = 0;    // the longest of them
    std::size_t literal = 0;  // where the size of a literal at the end stands
  };
  WordPieces();

  // Words that are split together at most.
  static constexpr std::size_t kTogether = 16;

  void add(std::string_view piece, PieceKind kind, std::uint32_t entry,
           PackedCode code);

  // From left to right, the longest piece each time. A shortest path over all
  // positions of a word would save half a percent of the store.
  void split(std::span<Word> words) const noexcept;

 private:
  unsigned sizes_at(const Word& word) const noexcept;
  bool next(Word& word) const noexcept;
  void try_key(Word& word) const noexcept;

  TagIndex index_;
  std::vector<Piece> pieces_;
  // By a hash of the first bytes of pieces: bit i says that there is one of
  // i + 1 bytes.
  std::vector<std::uint8_t> sizes_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_WORD_PIECES_H_
