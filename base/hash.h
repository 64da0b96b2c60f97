// SPDX-License-Identifier: Apache-2.0
// XXH3, the one hash of kwic. It finds accidents; it is no proof against
// somebody who forges a file, and memory safety never depends on it.
//
// The library comes as headers, which put some kilobytes of code wherever they
// are used; so they are used in one place, base/hash.cc.
#ifndef KWIC_BASE_HASH_H_
#define KWIC_BASE_HASH_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace kwic {

std::uint64_t hash64(ByteView bytes, std::uint64_t seed = 0) noexcept;

struct Hash128 {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};

Hash128 hash128(ByteView bytes) noexcept;

// hash128() of bytes that come in pieces.
class Hasher128 {
 public:
  Hasher128() noexcept;
  Hasher128(const Hasher128&) = delete;
  Hasher128& operator=(const Hasher128&) = delete;

  void reset() noexcept;
  void add(ByteView bytes) noexcept;
  Hash128 result() const noexcept;

 private:
  alignas(64) std::byte state_[576];
};

}  // namespace kwic

#endif  // KWIC_BASE_HASH_H_
