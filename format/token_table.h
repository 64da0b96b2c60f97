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

  // The number of a token, or kNone.
  std::uint32_t find(std::string_view token) const noexcept;

  // The same in two steps, so that several look-ups can wait for memory
  // together.
  std::size_t hash(std::string_view token) const noexcept;
  void prefetch(std::size_t hash) const noexcept {
    __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  std::uint32_t find(std::string_view token, std::size_t hash) const noexcept {
    return slots_[slot_of(token, hash)].id;
  }

  // The number of a token, a new one if it is not there. REQUIRES: the arena
  // stays below 4 GiB.
  std::uint32_t insert(std::string_view token);

 private:
  struct Token {
    std::uint32_t begin;
    std::uint32_t size;
  };
  // The first bytes stand in the slot, so that most look-ups end there.
  struct Slot {
    std::uint64_t prefix = 0;
    std::uint32_t size = 0;
    std::uint32_t id = kNone;
  };

  std::size_t slot_of(std::string_view token, std::size_t hash) const noexcept;
  void grow();

  std::vector<Slot> slots_;
  std::vector<Token> tokens_;
  std::vector<char> arena_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TOKEN_TABLE_H_
