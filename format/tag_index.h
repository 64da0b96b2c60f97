// SPDX-License-Identifier: Apache-2.0
// TagIndex: from a hash to the numbers of the records that have it.
//
// An open-addressing hash table (linear probing: Knuth, TAOCP 6.4) of four
// bytes a slot: ten bits of the hash and the record's number. What is compared
// in the end lies elsewhere, dense and in order of arrival, and is seen for one
// wrong record in a thousand only. So a table of 50,000 fits the second-level
// cache, and of the records those that are in use, if the frequent ones come
// first.
#ifndef KWIC_FORMAT_TAG_INDEX_H_
#define KWIC_FORMAT_TAG_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kwic {

class TagIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static constexpr std::uint32_t kMaxNumber = (1U << 22) - 2;

  TagIndex() : slots_(1024) {}

  void prefetch(std::uint32_t hash) const noexcept {
    __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }

  // Where find() will look first, if the slot is there already: a number that
  // was added, or 0.
  std::uint32_t guess(std::uint32_t hash) const noexcept {
    const std::uint32_t slot = slots_[hash & (slots_.size() - 1)] & kNumber;
    return slot - (slot != 0 ? 1 : 0);
  }

  // The number for which `holds` is true, of those added with that hash; kNone
  // if there is none.
  template <typename Holds>
  std::uint32_t find(std::uint32_t hash, const Holds& holds) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      const std::uint32_t slot = slots_[at];
      if ((slot ^ hash) >> kTagShift == 0 && slot != 0) {
        const std::uint32_t number = (slot & kNumber) - 1;
        if (holds(number)) return number;
      }
      if (slot == 0) return kNone;
    }
  }

  // Adds a number, which is the count of those before. `hash_of` gives their
  // hashes again.
  template <typename HashOf>
  void add(std::uint32_t hash, const HashOf& hash_of) {
    if (3 * (std::size_t{count_} + 1) > 2 * slots_.size()) {
      slots_.assign(2 * slots_.size(), 0);
      for (std::uint32_t i = 0; i < count_; ++i) put(hash_of(i), i);
    }
    put(hash, count_++);
  }

 private:
  // Bits 0..21 are the number and one, the others those of the hash.
  static constexpr unsigned kTagShift = 22;
  static constexpr std::uint32_t kNumber = (1U << kTagShift) - 1;

  void put(std::uint32_t hash, std::uint32_t number) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = (hash & ~kNumber) | (number + 1);
  }

  std::vector<std::uint32_t> slots_;
  std::uint32_t count_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TAG_INDEX_H_
