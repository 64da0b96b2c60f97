// SPDX-License-Identifier: Apache-2.0
#include "format/word_pieces.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr unsigned kKindShift = 56;
constexpr std::uint64_t kBytes = (std::uint64_t{1} << kKindShift) - 1;
constexpr unsigned kLiteralHeadBytes = 2;

std::uint64_t kind_bits(PieceKind kind) noexcept {
  return static_cast<std::uint64_t>(kind) << kKindShift;
}

// Up to 8 bytes at p as an integer, the first one lowest.
std::uint64_t load_bytes(const char* p, std::size_t n) noexcept {
  std::uint8_t bytes[8] = {};
  std::memcpy(bytes, p, n);
  return load_le<std::uint64_t>(bytes);
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

std::size_t WordPieces::place(std::uint64_t hash,
                              std::uint64_t key) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash >> 32) & mask;
  while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & mask;
  return at;
}

const WordPieces::Slot* WordPieces::find(std::uint64_t hash,
                                         std::uint64_t key) const noexcept {
  if (!filter_.may_hold(hash)) return nullptr;
  const Slot& slot = slots_[place(hash, key)];
  return slot.key == key ? &slot : nullptr;
}

void WordPieces::add(std::string_view piece, PieceKind kind,
                     std::uint32_t entry, unsigned code_bytes) {
  if (3 * (count_ + 1) > 2 * slots_.size()) {
    std::vector<Slot> old(std::max<std::size_t>(1024, 2 * slots_.size()));
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != 0) slots_[place(scatter(slot.key), slot.key)] = slot;
    }
  }
  const std::uint64_t key = piece_key(piece, kind);
  const std::uint64_t hash = scatter(key);
  filter_.add(hash);
  for (std::size_t size = 1; size < piece.size(); ++size) {
    longer_.add(scatter(piece_key(piece.substr(0, size), kind)));
  }
  Slot& slot = slots_[place(hash, key)];
  if (slot.key == 0) ++count_;
  slot = {key, entry, code_bytes};
}

// The longest piece that stands at the beginning of `bytes`, which end at a
// NUL; null if none does. Tried from the longest one down, since a look-up that
// finds something is the one that waits for memory.
const WordPieces::Slot* WordPieces::longest(std::uint64_t bytes,
                                            PieceKind kind) const noexcept {
  std::uint64_t hashes[kMaxPieceBytes];
  std::uint64_t keys[kMaxPieceBytes];
  std::size_t n = 0;
  while (n < kMaxPieceBytes && (bytes >> 8 * n & 0xff) != 0) {
    keys[n] = (bytes & ((std::uint64_t{0x100} << 8 * n) - 1)) | kind_bits(kind);
    hashes[n] = scatter(keys[n]);
    if (!longer_.may_hold(hashes[n++])) break;
  }
  while (n-- > 0) {
    if (const Slot* slot = find(hashes[n], keys[n])) return slot;
  }
  return nullptr;
}

// From left to right, the longest piece each time. A shortest path over all
// positions of the word would save half a percent of the store.
std::size_t WordPieces::split(std::string_view token, bool word,
                              Step (&steps)[kMaxSplitWord]) const noexcept {
  const std::size_t n = token.size();
  if (n > kMaxSplitWord || slots_.empty()) return 0;
  std::uint8_t bytes[kMaxSplitWord + 8] = {};
  std::memcpy(bytes, token.data(), n);
  std::size_t cost = 0, count = 0;
  bool literal = false;
  for (std::size_t i = 0; i < n;) {
    const Slot* slot =
        longest(load_le<std::uint64_t>(bytes + i), !word    ? PieceKind::kOther
                                                   : i == 0 ? PieceKind::kHead
                                                            : PieceKind::kTail);
    if (slot != nullptr) {
      const std::size_t size = piece_size(slot->key);
      steps[count++] = {slot->entry, static_cast<std::uint32_t>(size)};
      cost += slot->code_bytes;
      i += size;
    } else {
      if (!literal) steps[count++] = {};
      cost += literal ? 1 : 1 + kLiteralHeadBytes;
      ++steps[count - 1].size;
      ++i;
    }
    literal = slot == nullptr;
  }
  return cost > n + 1 ? 0 : count;
}

}  // namespace kwic
