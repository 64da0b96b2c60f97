// SPDX-License-Identifier: Apache-2.0
//
// Each step of a split is a look-up that waits for memory and decides where the
// next one is. So several words go forward together, and what their steps need
// is asked for before any of it is used.
#include "format/word_pieces.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "format/hash_filter.h"

namespace kwic {
namespace {

constexpr unsigned kKindShift = 56;
constexpr std::uint64_t kBytes = (std::uint64_t{1} << kKindShift) - 1;
// By so many bytes pieces are told apart before they are looked for.
constexpr std::size_t kOpening = 4;
constexpr unsigned kSizesBits = 15;

std::uint64_t kind_bits(PieceKind kind) noexcept {
  return static_cast<std::uint64_t>(kind) << kKindShift;
}

// Up to 8 bytes at p as an integer, the first one lowest.
std::uint64_t load_bytes(const char* p, std::size_t n) noexcept {
  std::uint8_t bytes[8] = {};
  std::memcpy(bytes, p, n);
  return load_le<std::uint64_t>(bytes);
}

std::uint32_t hash_of(std::uint64_t key) noexcept {
  return static_cast<std::uint32_t>(scatter(key) >> 32);
}

// The first `n` bytes. REQUIRES: 1 to kMaxPieceBytes.
std::uint64_t cut(std::uint64_t bytes, std::size_t n) noexcept {
  return bytes & ((std::uint64_t{1} << 8 * n) - 1);
}

std::size_t size_slot(std::uint64_t opening) noexcept {
  return static_cast<std::size_t>(scatter(opening) >> (64 - kSizesBits));
}

}  // namespace

std::uint64_t piece_key(std::string_view piece, PieceKind kind) noexcept {
  return load_bytes(piece.data(), piece.size()) | kind_bits(kind);
}

bool piece_is_head(std::uint64_t key) noexcept {
  return key >> kKindShift == static_cast<std::uint64_t>(PieceKind::kHead);
}

std::size_t piece_size(std::uint64_t key) noexcept {
  return (static_cast<std::size_t>(std::bit_width(key & kBytes)) + 7) / 8;
}

std::string piece_text(std::uint64_t key) {
  std::uint8_t bytes[8];
  store_le(bytes, key);
  return std::string(as_text({bytes, piece_size(key)}));
}

std::uint64_t WordPieces::Word::kind() const noexcept {
  return kind_bits(!is_word  ? PieceKind::kOther
                   : at == 0 ? PieceKind::kHead
                             : PieceKind::kTail);
}

void WordPieces::Word::put_piece(const Piece& piece) noexcept {
  store_le(coded + coded_size, piece.code);
  coded_size += code_size(piece.code);
  entries[entry_count++] = piece.entry;
  at += piece_size(piece.key);
  literal = 0;
}

void WordPieces::Word::put_literal_byte() noexcept {
  if (literal == 0) {
    coded[coded_size] = static_cast<std::uint8_t>(
        kCodeLiteral + (is_word && at == 0 ? 1 : 0) + (is_word ? 2 : 0));
    literal = coded_size + 1;
    coded[literal] = 0;
    coded_size += 2;
  }
  ++coded[literal];
  coded[coded_size++] = bytes[at++];
}

WordPieces::WordPieces() : sizes_(std::size_t{1} << kSizesBits) {}

void WordPieces::add(std::string_view piece, PieceKind kind,
                     std::uint32_t entry, PackedCode code) {
  const std::uint64_t key = piece_key(piece, kind);
  const auto same = [&](std::uint32_t n) { return pieces_[n].key == key; };
  if (index_.find(hash_of(key), same) != TagIndex::kNone) return;
  index_.add(hash_of(key),
             [this](std::uint32_t n) { return hash_of(pieces_[n].key); });
  pieces_.push_back({key, entry, code});
  const std::size_t opening = std::min(piece.size(), kOpening);
  sizes_[size_slot(cut(key, opening) | kind_bits(kind))] |=
      static_cast<std::uint8_t>(1U << (piece.size() - 1));
}

// The sizes of pieces that there may be where a word goes on.
unsigned WordPieces::sizes_at(const Word& word) const noexcept {
  const std::uint64_t bytes = load_le<std::uint64_t>(word.bytes + word.at);
  const std::uint64_t kind = word.kind();
  unsigned sizes = 0;
  for (std::size_t n = 1; n <= kOpening; ++n) {
    // Those that are noted by n bytes.
    const unsigned noted = n < kOpening ? 1U << (n - 1) : ~0U << (n - 1);
    sizes |= sizes_[size_slot(cut(bytes, n) | kind)] & noted;
  }
  return sizes & ((1U << std::min<std::size_t>(word.size - word.at, 8)) - 1);
}

// Asks for the next piece to try; false at the end.
bool WordPieces::next(Word& word) const noexcept {
  while (word.sizes == 0) {
    if (word.at == word.size || word.fails()) return false;
    word.put_literal_byte();
    word.sizes = sizes_at(word);
  }
  const auto size = static_cast<std::size_t>(std::bit_width(word.sizes));
  word.key =
      cut(load_le<std::uint64_t>(word.bytes + word.at), size) | word.kind();
  index_.prefetch(hash_of(word.key));
  return true;
}

void WordPieces::try_key(Word& word) const noexcept {
  const std::uint32_t i = index_.find(hash_of(word.key), [&](std::uint32_t n) {
    return pieces_[n].key == word.key;
  });
  if (i == TagIndex::kNone) {
    word.sizes &= (1U << (std::bit_width(word.sizes) - 1)) - 1;
    return;
  }
  word.put_piece(pieces_[i]);
  word.sizes = word.fails() ? 0 : sizes_at(word);
}

void WordPieces::split(std::span<Word> words) const noexcept {
  Word* active[kTogether];
  std::size_t count = 0;
  for (Word& word : words) {
    word.at = word.coded_size = word.entry_count = word.literal = 0;
    if (word.size > kMaxSplitWord || pieces_.empty()) continue;
    word.sizes = sizes_at(word);
    active[count++] = &word;
  }
  while (count != 0) {
    std::size_t left = 0;
    for (std::size_t i = 0; i < count; ++i) {
      active[left] = active[i];
      left += next(*active[i]) ? 1 : 0;
    }
    count = left;
    for (std::size_t i = 0; i < count; ++i) {
      __builtin_prefetch(pieces_.data() +
                         index_.guess(hash_of(active[i]->key)));
    }
    for (std::size_t i = 0; i < count; ++i) try_key(*active[i]);
  }
  for (Word& word : words) {
    if (word.fails()) word.coded_size = word.entry_count = 0;
  }
}

}  // namespace kwic
