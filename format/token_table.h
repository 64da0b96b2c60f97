// SPDX-License-Identifier: Apache-2.0
// TokenTable: short byte strings to dense numbers, in order of arrival.
//
// An open-addressing hash table over an arena. The numbers do not depend on
// the hash, so nothing of it reaches a file.
#ifndef KWIC_FORMAT_TOKEN_TABLE_H_
#define KWIC_FORMAT_TOKEN_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"

namespace kwic {

class TokenTable {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

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
    // The last 8 bytes, if there are more; a hash of all beyond 16.
    std::uint64_t suffix = 0;
    std::uint32_t size = 0;
    std::uint32_t hash = 0;
  };
  // `readable`: bytes that may be loaded from token.data() on.
  static Key key_of(std::string_view token, std::size_t readable) noexcept;

  void prefetch(const Key& key) const noexcept {
    __builtin_prefetch(&slots_[key.hash & (slots_.size() - 1)]);
  }

  // The number of a token, or kNone.
  std::uint32_t find(std::string_view token) const noexcept {
    return find(token, key_of(token, token.size()));
  }
  std::uint32_t find(std::string_view token, const Key& key) const noexcept {
    return slots_[slot_of(token, key)].id;
  }

  // The number of a token, a new one if it is not there. REQUIRES: the arena
  // stays below 4 GiB.
  std::uint32_t insert(std::string_view token);

 private:
  struct Token {
    std::uint32_t begin;
    std::uint32_t size;
  };
  // The bytes of all but long tokens stand in the slot, so that most look-ups
  // end there.
  struct Slot {
    std::uint64_t prefix = 0;
    std::uint64_t suffix = 0;
    std::uint32_t size = 0;
    std::uint32_t id = kNone;
  };

  std::size_t slot_of(std::string_view token, const Key& key) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = key.hash & mask;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.id == kNone) return at;
      if (slot.prefix == key.prefix && slot.suffix == key.suffix &&
          slot.size == key.size &&
          (key.size <= 16 || (*this)[slot.id] == token)) {
        return at;
      }
    }
  }
  void grow();

  std::vector<Slot> slots_;
  std::vector<Token> tokens_;
  std::vector<char> arena_;
};

inline TokenTable::Key TokenTable::key_of(std::string_view token,
                                          std::size_t readable) noexcept {
  const ByteView bytes = as_bytes(token);
  const std::uint8_t* const p = bytes.data();
  const std::size_t n = bytes.size();
  Key key;
  key.size = static_cast<std::uint32_t>(n);
  if (n > 8) {
    key.prefix = load_le<std::uint64_t>(p);
    key.suffix = n > 16 ? hash64(bytes) : load_le<std::uint64_t>(p + n - 8);
  } else if (readable >= 8 && n > 0) {
    key.prefix = load_le<std::uint64_t>(p) & ~std::uint64_t{0} >> (64 - 8 * n);
  } else if (n >= 4) {
    key.prefix = load_le<std::uint32_t>(p) |
                 std::uint64_t{load_le<std::uint32_t>(p + n - 4)}
                     << 8 * (n - 4);
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      key.prefix |= std::uint64_t{p[i]} << 8 * i;
    }
  }
  const std::uint64_t h =
      ((key.prefix + n) ^ key.suffix * 0xff51afd7ed558ccdU) *
      0x9e3779b97f4a7c15U;
  key.hash = static_cast<std::uint32_t>(h ^ h >> 32);
  return key;
}

}  // namespace kwic

#endif  // KWIC_FORMAT_TOKEN_TABLE_H_
