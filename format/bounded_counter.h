// SPDX-License-Identifier: Apache-2.0
// BoundedCounter: counts 64-bit keys in a table of fixed size.
//
// A key that finds no room near its place is not counted: the frequent ones,
// which are wanted, come early and stay. What is counted follows from the
// order of the calls alone.
#ifndef KWIC_FORMAT_BOUNDED_COUNTER_H_
#define KWIC_FORMAT_BOUNDED_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kwic {

class BoundedCounter {
 public:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t count = 0;  // 0: empty
  };

  // Room for 2^bits keys.
  explicit BoundedCounter(unsigned bits)
      : slots_(std::size_t{1} << bits), shift_(64 - bits) {}

  void add(std::uint64_t key) noexcept {
    if (Slot* slot = find_slot(key)) {
      slot->key = key;
      ++slot->count;
    }
  }
  std::uint32_t count(std::uint64_t key) const noexcept {
    const Slot* slot = const_cast<BoundedCounter*>(this)->find_slot(key);
    return slot == nullptr ? 0 : slot->count;
  }
  void forget(std::uint64_t key) noexcept {
    Slot* slot = find_slot(key);
    if (slot != nullptr && slot->count > 1) slot->count = 1;
  }
  const std::vector<Slot>& slots() const noexcept { return slots_; }

 private:
  static constexpr int kProbes = 16;

  // The key's slot, or the empty one it would take; null if there is neither.
  Slot* find_slot(std::uint64_t key) noexcept {
    // Fibonacci hashing (Knuth, TAOCP 6.4), after a fold for the high bits.
    std::size_t at = static_cast<std::size_t>(
        ((key ^ key >> 32) * 0x9e3779b97f4a7c15U) >> shift_);
    for (int probe = 0; probe < kProbes; ++probe, ++at) {
      Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.count == 0 || slot.key == key) return &slot;
    }
    return nullptr;
  }

  std::vector<Slot> slots_;
  unsigned shift_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_BOUNDED_COUNTER_H_
