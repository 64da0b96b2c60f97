// SPDX-License-Identifier: Apache-2.0
#include "format/word_pieces.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::uint64_t kHead = std::uint64_t{1} << 56;
constexpr unsigned kLiteralHeadBytes = 2;

// Up to 8 bytes at p as an integer, the first one lowest.
std::uint64_t load_bytes(const char* p, std::size_t n) noexcept {
  std::uint8_t bytes[8] = {};
  std::memcpy(bytes, p, n);
  return load_le<std::uint64_t>(bytes);
}

}  // namespace

std::uint64_t piece_key(std::string_view piece, bool head) noexcept {
  return load_bytes(piece.data(), piece.size()) | (head ? kHead : 0);
}

bool piece_is_head(std::uint64_t key) noexcept { return (key & kHead) != 0; }

std::size_t piece_size(std::uint64_t key) noexcept {
  return (static_cast<std::size_t>(std::bit_width(key & (kHead - 1))) + 7) / 8;
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

void WordPieces::add(std::string_view piece, bool head, std::uint32_t entry,
                     unsigned code_bytes) {
  if (3 * (count_ + 1) > slots_.size()) {
    std::vector<Slot> old(std::max<std::size_t>(1024, 2 * slots_.size()));
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != 0) slots_[place(scatter(slot.key), slot.key)] = slot;
    }
  }
  const std::uint64_t key = piece_key(piece, head);
  const std::uint64_t hash = scatter(key);
  filter_.add(hash);
  for (std::size_t size = 1; size < piece.size(); ++size) {
    longer_.add(scatter(piece_key(piece.substr(0, size), head)));
  }
  Slot& slot = slots_[place(hash, key)];
  if (slot.key == 0) ++count_;
  slot = {key, entry, code_bytes};
}

// Shortest path over the positions of the word, from its end. `inside` is the
// cost if a literal is already open there.
std::size_t WordPieces::split(std::string_view token, bool word,
                              Step (&steps)[kMaxSplitWord]) const noexcept {
  const std::size_t n = token.size();
  if (n > kMaxSplitWord || slots_.empty()) return 0;
  unsigned cost[kMaxSplitWord + 1], inside[kMaxSplitWord + 1];
  Step best[kMaxSplitWord];
  cost[n] = inside[n] = 0;
  for (std::size_t i = n; i-- > 0;) {
    inside[i] = 1 + std::min(inside[i + 1], cost[i + 1]);
    cost[i] = kLiteralHeadBytes + inside[i];
    best[i] = {};
    const std::size_t longest = std::min(kMaxPieceBytes, n - i);
    const std::uint64_t bytes = load_bytes(token.data() + i, longest);
    for (std::size_t size = 1; size <= longest; ++size) {
      if (token[i + size - 1] == 0) break;  // no piece holds a NUL
      const std::uint64_t key = (bytes & ((std::uint64_t{1} << 8 * size) - 1)) |
                                (word && i == 0 ? kHead : 0);
      const std::uint64_t hash = scatter(key);
      if (const Slot* slot = find(hash, key)) {
        const unsigned total = slot->code_bytes + cost[i + size];
        if (total <= cost[i]) {
          cost[i] = total;
          best[i] = {slot->entry, static_cast<std::uint32_t>(size)};
        }
      }
      if (!longer_.may_hold(hash)) break;
    }
  }
  if (cost[0] > n + 1) return 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++count) {
    Step step = best[i];
    if (step.entry == kLiteral) {
      do ++step.size;
      while (i + step.size < n && inside[i + step.size] <= cost[i + step.size]);
    }
    i += step.size;
    steps[count] = step;
  }
  return count;
}

}  // namespace kwic
