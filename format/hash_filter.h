// SPDX-License-Identifier: Apache-2.0
// HashFilter: says of most keys that were never added that they were not.
//
// A bitmap that stays in the second-level cache, in front of a table that does
// not: a Bloom filter with one hash function (B. Bloom, "Space/time trade-offs
// in hash coding with allowable errors", CACM 13(7), 1970).
#ifndef KWIC_FORMAT_HASH_FILTER_H_
#define KWIC_FORMAT_HASH_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kwic {

// Fibonacci hashing (Knuth, TAOCP 6.4), after a fold for the high bits.
inline std::uint64_t scatter(std::uint64_t key) noexcept {
  return (key ^ key >> 32) * 0x9e3779b97f4a7c15U;
}

class HashFilter {
 public:
  HashFilter() : words_(std::size_t{1} << (kBits - 6)) {}

  // `hash` is the scatter() of a key.
  void add(std::uint64_t hash) noexcept {
    words_[hash >> (64 - kBits + 6)] |= bit(hash);
  }
  bool may_hold(std::uint64_t hash) const noexcept {
    return (words_[hash >> (64 - kBits + 6)] & bit(hash)) != 0;
  }

 private:
  static constexpr unsigned kBits = 19;

  static std::uint64_t bit(std::uint64_t hash) noexcept {
    return std::uint64_t{1} << (hash >> (64 - kBits) & 63);
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_HASH_FILTER_H_
