// SPDX-License-Identifier: Apache-2.0
// TokenTable: short byte strings to dense numbers, in order of arrival.
//
// An open-addressing hash table of four bytes a slot: part of the hash and the
// number. So most of it stays in the second-level cache, and so do the records
// of frequent tokens if these come first. The numbers do not depend on the
// hash, so nothing of it reaches a file.
#ifndef KWIC_FORMAT_TOKEN_TABLE_H_
#define KWIC_FORMAT_TOKEN_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"

namespace kwic {

class TokenTable {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static constexpr std::uint32_t kMaxTokens = (1U << 22) - 2;

  TokenTable();

  std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(tokens_.size());
  }
  std::size_t arena_bytes() const noexcept { return arena_.size(); }

  std::string_view operator[](std::uint32_t id) const noexcept {
    return {arena_.data() + tokens_[id].begin, tokens_[id].size};
  }

  // What a token is looked up by: made once, so that several look-ups can
  // wait for memory together.
  struct Key {
    std::uint64_t prefix = 0;  // the first 8 bytes
    // The last 8 bytes, if there are more; a hash of all beyond kInKey.
    std::uint64_t suffix = 0;
    std::uint32_t size = 0;
    std::uint32_t hash = 0;

    void find_hash() noexcept {
      const std::uint64_t h = ((prefix + size) ^ suffix * 0xff51afd7ed558ccdU) *
                              0x9e3779b97f4a7c15U;
      hash = static_cast<std::uint32_t>(h ^ h >> 32);
    }
  };
  // Tokens of so many bytes are all in the key.
  static constexpr std::size_t kInKey = 16;

  static Key key_of(std::string_view token) noexcept;
  // REQUIRES: 8 bytes can be loaded from `token` on, whatever the size.
  static Key key_at(const std::uint8_t* token, std::size_t size) noexcept;

  void prefetch(const Key& key) const noexcept {
    __builtin_prefetch(&slots_[key.hash & (slots_.size() - 1)]);
  }

  // The number of a token, or kNone.
  std::uint32_t find(std::string_view token) const noexcept {
    return find(as_bytes(token).data(), key_of(token));
  }
  std::uint32_t find(const std::uint8_t* token, const Key& key) const noexcept {
    const std::uint32_t slot = slots_[slot_of(token, key)];
    return slot == 0 ? kNone : id_of(slot);
  }

  // The number of a token, a new one if it is not there. REQUIRES: at most
  // kMaxTokens, and the arena stays below 4 GiB.
  std::uint32_t insert(std::string_view token) {
    return insert(as_bytes(token).data(), key_of(token));
  }
  std::uint32_t insert(const std::uint8_t* token, const Key& key);

 private:
  // The bytes of all but long tokens stand in the record.
  struct Token {
    std::uint64_t prefix, suffix;
    std::uint32_t size;
    std::uint32_t begin;  // in the arena
  };
  // A slot: bits 0..21 the number plus one, 22..31 those of the hash; 0: empty.
  static constexpr unsigned kTagShift = 22;

  static std::uint32_t id_of(std::uint32_t slot) noexcept {
    return (slot & ((1U << kTagShift) - 1)) - 1;
  }
  bool holds(std::uint32_t id, const std::uint8_t* token,
             const Key& key) const noexcept {
    const Token& t = tokens_[id];
    return t.prefix == key.prefix && t.suffix == key.suffix &&
           t.size == key.size &&
           (key.size <= kInKey ||
            std::memcmp(arena_.data() + t.begin, token, key.size) == 0);
  }
  // Where a token is, or the empty slot where it would be.
  std::size_t slot_of(const std::uint8_t* token,
                      const Key& key) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = key.hash & mask;
    for (;; at = (at + 1) & mask) {
      const std::uint32_t slot = slots_[at];
      if (slot == 0) return at;
      if ((slot ^ key.hash) >> kTagShift == 0 &&
          holds(id_of(slot), token, key)) {
        return at;
      }
    }
  }
  void grow();

  std::vector<std::uint32_t> slots_;
  std::vector<Token> tokens_;
  std::vector<char> arena_;
};

inline TokenTable::Key TokenTable::key_at(const std::uint8_t* token,
                                          std::size_t size) noexcept {
  Key key;
  key.size = static_cast<std::uint32_t>(size);
  // Without a branch up to 16 bytes: sizes cannot be guessed.
  static constexpr std::uint64_t kKept[9] = {
      0,
      0xff,
      0xffff,
      0xff'ffff,
      0xffff'ffff,
      0xff'ffff'ffff,
      0xffff'ffff'ffff,
      0xff'ffff'ffff'ffff,
      0xffff'ffff'ffff'ffff,
  };
  const std::size_t more = size > 8 ? size - 8 : 0;
  key.prefix = load_le<std::uint64_t>(token) & kKept[size - more];
  const auto last = load_le<std::uint64_t>(token + more);
  key.suffix = more != 0 ? last : 0;
  if (size > kInKey) [[unlikely]] {
    key.suffix = hash64({token, size});
  }
  key.find_hash();
  return key;
}

}  // namespace kwic

#endif  // KWIC_FORMAT_TOKEN_TABLE_H_
