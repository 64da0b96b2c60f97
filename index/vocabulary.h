// SPDX-License-Identifier: Apache-2.0
// Here is a term, give me its number: the terms of one run, numbered from 0 in
// order of first occurrence.
//
// DESCRIPTION. Interning is what an indexer spends most of its time on, and
// that time is cache misses: a corpus has a few hundred thousand terms, far
// more than a second-level cache holds. So a lookup touches one cache line.
//
// IMPLEMENTATION. Open addressing with linear probing over 16-byte slots. A
// slot holds a 64-bit key, the term's number and where its bytes lie. For terms
// of up to 7 bytes (most tokens of most languages) the key *is* the term, with
// its length in the top byte: equal keys mean equal terms, and the bytes are
// never looked at. For longer ones the key is a 56-bit hash and the length, and
// the bytes are compared. Keys are never 0, so 0 marks a free slot, and growing
// the table needs the keys only. Tokens come in groups: all keys of a group are
// computed and their slots prefetched before the first is probed, so that
// misses overlap.
#ifndef KWIC_INDEX_VOCABULARY_H_
#define KWIC_INDEX_VOCABULARY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "analysis/analyzer.h"
#include "index/region.h"

namespace kwic {

class Vocabulary {
 public:
  struct Slot {
    std::uint64_t key;
    std::uint32_t id;
    std::uint32_t offset;  // of the bytes in the arena
    std::size_t length() const noexcept {
      return static_cast<std::size_t>(key >> 56);
    }
  };
  static_assert(sizeof(Slot) == 16);

  static constexpr std::size_t kSmallestTable = std::size_t{1} << 12;  // slots

  Vocabulary();

  // Sets ids[i] to the number of the term of tokens[i]; new terms' bytes go to
  // the back of `arena`.
  // REQUIRES: reserve(tokens.size()); room in the arena for all their bytes.
  void intern(const TokenBuffer& buffer, std::span<const Token> tokens,
              TwoEndedArena& arena, std::uint32_t* ids);

  // Bytes of the table that room for `more` further terms calls for.
  std::size_t bytes_for(std::size_t more) const noexcept;
  void reserve(std::size_t more);

  std::uint32_t size() const noexcept { return size_; }
  std::size_t table_bytes() const noexcept { return table_.size(); }
  // All slots, the free ones (key 0) among them.
  std::span<const Slot> slots() const noexcept { return {begin(), capacity_}; }

  // What a term takes in the arena: a byte for its length, and its bytes.
  static constexpr std::size_t bytes_of(std::size_t term_size) noexcept {
    return 1 + term_size;
  }
  // The term of a slot with that offset.
  static std::string_view term(const TwoEndedArena& arena,
                               std::uint32_t offset) noexcept {
    const std::uint8_t* const p = arena.at(offset);
    return {reinterpret_cast<const char*>(p), p[-1]};
  }

  // Gives back the table: nothing but slots() of nothing may follow.
  void release() noexcept;

  // Forgets all terms and keeps the table.
  void clear() noexcept;

 private:
  Slot* begin() const noexcept {
    return reinterpret_cast<Slot*>(table_.data());
  }
  void set_capacity(std::size_t capacity) noexcept;
  std::uint32_t find_or_add(std::uint64_t key, std::size_t home,
                            std::string_view term, TwoEndedArena& arena);

  Region table_;
  std::size_t capacity_ = 0;  // a power of two
  int shift_ = 0;             // 64 - log2(capacity_)
  std::uint32_t size_ = 0;
};

}  // namespace kwic

#endif  // KWIC_INDEX_VOCABULARY_H_
