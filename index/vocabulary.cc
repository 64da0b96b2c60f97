// SPDX-License-Identifier: Apache-2.0
#include "index/vocabulary.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "base/hash.h"

namespace kwic {
namespace {

constexpr std::size_t kGroup = 32;
constexpr std::size_t kInlineBytes = 7;  // of a term that is its own key

// Odd constants without structure (from the fractional part of the golden
// ratio and of the square roots of 2 and 3).
constexpr std::uint64_t kMix1 = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kMix2 = 0x6a09e667f3bcc909;
constexpr std::uint64_t kMix3 = 0xbb67ae8584caa73b;

std::uint64_t hash_upto_16(const std::uint8_t* p, std::size_t size) noexcept {
  const auto head = load_le<std::uint64_t>(p);
  const auto tail = load_le<std::uint64_t>(p + size - 8);
  std::uint64_t h = (head * kMix1) ^ std::rotl(tail * kMix2, 31);
  h ^= h >> 29;
  h *= kMix3;
  return h ^ (h >> 32);
}

// `readable`: bytes that may be loaded at p; at least size.
std::uint64_t key_of(const std::uint8_t* p, std::size_t size,
                     std::size_t readable) noexcept {
  const std::uint64_t length = std::uint64_t{size} << 56;
  if (size <= kInlineBytes) {
    std::uint64_t word = 0;
    if (readable >= 8) [[likely]] {
      word = load_le<std::uint64_t>(p) & ((std::uint64_t{1} << (8 * size)) - 1);
    } else {
      for (std::size_t i = size; i-- > 0;) word = word << 8 | p[i];
    }
    return word | length;
  }
  const std::uint64_t hash =
      size <= 16 ? hash_upto_16(p, size) : hash64({p, size});
  return hash >> 8 | length;
}

// REQUIRES: term.size() > kInlineBytes.
bool equal(const std::uint8_t* p, std::string_view term) noexcept {
  const std::size_t size = term.size();
  if (size > 16) return std::memcmp(p, term.data(), size) == 0;
  const auto* q = reinterpret_cast<const std::uint8_t*>(term.data());
  return ((load_le<std::uint64_t>(p) ^ load_le<std::uint64_t>(q)) |
          (load_le<std::uint64_t>(p + size - 8) ^
           load_le<std::uint64_t>(q + size - 8))) == 0;
}

std::size_t home_of(std::uint64_t key, int shift) noexcept {
  std::uint64_t h = key * kMix1;
  h ^= h >> 32;
  return static_cast<std::size_t>((h * kMix2) >> shift);
}

}  // namespace

Vocabulary::Vocabulary() : table_(kSmallestTable * sizeof(Slot)) {
  set_capacity(kSmallestTable);
}

void Vocabulary::set_capacity(std::size_t capacity) noexcept {
  capacity_ = capacity;
  shift_ = 64 - std::countr_zero(capacity);
}

std::size_t Vocabulary::bytes_for(std::size_t more) const noexcept {
  // At most five slots in eight are taken: linear probing stays short.
  std::size_t capacity = capacity_;
  while ((size_ + more) * 8 > capacity * 5) capacity *= 2;
  return capacity * sizeof(Slot);
}

void Vocabulary::reserve(std::size_t more) {
  const std::size_t bytes = bytes_for(more);
  if (bytes == table_.size()) return;
  Region larger(bytes);
  auto* slots = reinterpret_cast<Slot*>(larger.data());
  const std::span<const Slot> old = this->slots();
  set_capacity(bytes / sizeof(Slot));
  for (const Slot& slot : old) {
    if (slot.key == 0) continue;
    std::size_t i = home_of(slot.key, shift_);
    while (slots[i].key != 0) i = (i + 1) & (capacity_ - 1);
    slots[i] = slot;
  }
  table_ = std::move(larger);
}

std::uint32_t Vocabulary::find_or_add(std::uint64_t key, std::size_t home,
                                      std::string_view term,
                                      TwoEndedArena& arena) {
  Slot* const slots = begin();
  for (std::size_t i = home;; i = (i + 1) & (capacity_ - 1)) {
    Slot& slot = slots[i];
    if (slot.key == key) {
      if (term.size() <= kInlineBytes || equal(arena.at(slot.offset), term)) {
        return slot.id;
      }
    } else if (slot.key == 0) {
      const std::uint32_t offset =
          arena.push_back(bytes_of(term.size()), 1) + 1;
      arena.at(offset)[-1] = static_cast<std::uint8_t>(term.size());
      std::memcpy(arena.at(offset), term.data(), term.size());
      slot = {key, size_, offset};
      return size_++;
    }
  }
}

void Vocabulary::intern(const TokenBuffer& buffer,
                        std::span<const Token> tokens, TwoEndedArena& arena,
                        std::uint32_t* ids) {
  const auto* bytes =
      reinterpret_cast<const std::uint8_t*>(buffer.bytes.data());
  const std::size_t size = buffer.bytes.size();
  const Slot* const slots = begin();
  std::uint64_t keys[kGroup];
  std::size_t homes[kGroup];
  while (!tokens.empty()) {
    const std::size_t n = std::min(kGroup, tokens.size());
    for (std::size_t i = 0; i < n; ++i) {
      const Token& t = tokens[i];
      keys[i] = key_of(bytes + t.term_begin, t.term_size, size - t.term_begin);
      homes[i] = home_of(keys[i], shift_);
      __builtin_prefetch(slots + homes[i]);
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (tokens[i].term_size <= kInlineBytes) continue;
      __builtin_prefetch(arena.at(slots[homes[i]].offset));
    }
    for (std::size_t i = 0; i < n; ++i) {
      const Slot& home = slots[homes[i]];
      const std::string_view term = buffer.term(tokens[i]);
      const bool found =
          home.key == keys[i] &&
          (term.size() <= kInlineBytes || equal(arena.at(home.offset), term));
      ids[i] = found ? home.id : find_or_add(keys[i], homes[i], term, arena);
    }
    ids += n;
    tokens = tokens.subspan(n);
  }
}

void Vocabulary::clear() noexcept {
  std::memset(table_.data(), 0, table_.size());
  size_ = 0;
}

void Vocabulary::release() noexcept {
  table_ = Region();
  capacity_ = 0;
  size_ = 0;
}

}  // namespace kwic
