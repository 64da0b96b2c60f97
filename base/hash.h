// SPDX-License-Identifier: Apache-2.0
// XXH3, the one hash of kwic. It finds accidents; it is no proof against
// somebody who forges a file, and memory safety never depends on it.
#ifndef KWIC_BASE_HASH_H_
#define KWIC_BASE_HASH_H_

#include <xxhash.h>

#include <cstdint>

#include "base/bytes.h"

namespace kwic {

inline std::uint64_t hash64(ByteView bytes, std::uint64_t seed = 0) noexcept {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

struct Hash128 {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};

inline Hash128 hash128(ByteView bytes, std::uint64_t seed = 0) noexcept {
  const XXH128_hash_t h =
      XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {h.low64, h.high64};
}

}  // namespace kwic

#endif  // KWIC_BASE_HASH_H_
