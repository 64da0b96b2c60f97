// SPDX-License-Identifier: Apache-2.0
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
constexpr unsigned kLiteralHeadBytes = 2;
constexpr std::size_t kOpening = 4;
constexpr unsigned kOpeningBits = 15;

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

// Where the sizes of pieces are noted that begin with these `n` bytes.
std::size_t opening(std::uint64_t bytes, std::size_t n,
                    std::uint64_t kind) noexcept {
  const std::uint64_t first = bytes & ((std::uint64_t{1} << 8 * n) - 1);
  return static_cast<std::size_t>(scatter(first | kind) >> (64 - kOpeningBits));
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

WordPieces::WordPieces() : sizes_(std::size_t{1} << kOpeningBits) {}

const WordPieces::Piece* WordPieces::find(std::uint64_t key) const noexcept {
  const std::uint32_t i = index_.find(
      hash_of(key), [&](std::uint32_t n) { return pieces_[n].key == key; });
  return i == TagIndex::kNone ? nullptr : &pieces_[i];
}

void WordPieces::add(std::string_view piece, PieceKind kind,
                     std::uint32_t entry, PackedCode code) {
  const std::uint64_t key = piece_key(piece, kind);
  if (find(key) != nullptr) return;
  index_.add(hash_of(key),
             [this](std::uint32_t n) { return hash_of(pieces_[n].key); });
  pieces_.push_back({key, entry, code});
  const std::size_t noted_by = std::min(piece.size(), kOpening);
  sizes_[opening(key, noted_by, kind_bits(kind))] |=
      static_cast<std::uint8_t>(1U << (piece.size() - 1));
}

// The longest piece that stands at the beginning of `bytes`, of which there are
// `size`; null if there is none.
const WordPieces::Piece* WordPieces::longest(
    std::uint64_t bytes, std::size_t size, std::uint64_t kind) const noexcept {
  unsigned sizes = 0;
  for (std::size_t n = 1; n <= kOpening; ++n) {
    // The sizes that are noted by n bytes.
    const unsigned noted = n < kOpening ? 1U << (n - 1) : ~0U << (n - 1);
    sizes |= sizes_[opening(bytes, n, kind)] & noted;
  }
  sizes &= (1U << size) - 1;
  while (sizes != 0) {
    const auto n = static_cast<std::size_t>(std::bit_width(sizes));
    const Piece* const piece =
        find((bytes & ((std::uint64_t{1} << 8 * n) - 1)) | kind);
    if (piece != nullptr) return piece;
    sizes ^= 1U << (n - 1);
  }
  return nullptr;
}

// From left to right, the longest piece each time. A shortest path over all
// positions of the word would save half a percent of the store.
std::size_t WordPieces::split(const std::uint8_t* token, std::size_t size,
                              bool word,
                              Step (&steps)[kMaxSplitWord]) const noexcept {
  if (size > kMaxSplitWord || pieces_.empty()) return 0;
  std::size_t cost = 0, count = 0;
  bool literal = false;
  for (std::size_t i = 0; i < size;) {
    const PieceKind kind = !word    ? PieceKind::kOther
                           : i == 0 ? PieceKind::kHead
                                    : PieceKind::kTail;
    const Piece* const piece =
        longest(load_le<std::uint64_t>(token + i),
                std::min(size - i, kMaxPieceBytes), kind_bits(kind));
    if (piece != nullptr) {
      const std::size_t n = piece_size(piece->key);
      steps[count++] = {piece->entry, static_cast<std::uint32_t>(n),
                        piece->code};
      cost += code_size(piece->code);
      i += n;
    } else {
      if (!literal) steps[count++] = {};
      cost += literal ? 1 : 1 + kLiteralHeadBytes;
      ++steps[count - 1].size;
      ++i;
    }
    literal = piece == nullptr;
  }
  return cost > size + 1 ? 0 : count;
}

}  // namespace kwic
