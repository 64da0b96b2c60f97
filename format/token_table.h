// SPDX-License-Identifier: Apache-2.0
// TokenTable: short byte strings to dense numbers, in order of arrival.
//
// The numbers do not depend on the hash, so nothing of it reaches a file. What
// comes first is found fastest: see format/tag_index.h.
#ifndef KWIC_FORMAT_TOKEN_TABLE_H_
#define KWIC_FORMAT_TOKEN_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "format/tag_index.h"

namespace kwic {

class TokenTable {
 public:
  static constexpr std::uint32_t kNone = TagIndex::kNone;

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

  // What find() will need, in two steps. The second gives the number it will
  // likely find.
  void prefetch(const Key& key) const noexcept { index_.prefetch(key.hash); }
  std::uint32_t prefetch_record(const Key& key) const noexcept {
    const std::uint32_t id = index_.guess(key.hash);
    __builtin_prefetch(tokens_.data() + id);
    return id;
  }

  // The number of a token, or kNone.
  std::uint32_t find(std::string_view token) const noexcept {
    return find(as_bytes(token).data(), key_of(token));
  }
  std::uint32_t find(const std::uint8_t* token, const Key& key) const noexcept {
    return index_.find(key.hash, [&](std::uint32_t id) {
      return holds(tokens_[id], token, key);
    });
  }

  // The number of a token, a new one if it is not there. REQUIRES: at most
  // TagIndex::kMaxNumber of them, and the arena stays below 4 GiB.
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
  bool holds(const Token& t, const std::uint8_t* token,
             const Key& key) const noexcept {
    return t.prefix == key.prefix && t.suffix == key.suffix &&
           t.size == key.size &&
           (key.size <= kInKey ||
            std::memcmp(arena_.data() + t.begin, token, key.size) == 0);
  }

  TagIndex index_;
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
