// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

// Each loop is there once, not wherever the library would put it.
#define XXH_NO_INLINE_HINTS 1
#include <xxhash.h>

#include <new>

namespace kwic {
namespace {

XXH3_state_t* state_in(std::byte* bytes) noexcept {
  return std::launder(reinterpret_cast<XXH3_state_t*>(bytes));
}

}  // namespace

std::uint64_t hash64(ByteView bytes, std::uint64_t seed) noexcept {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash128 hash128(ByteView bytes) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

Hasher128::Hasher128() noexcept {
  static_assert(sizeof(XXH3_state_t) <= sizeof(state_));
  static_assert(alignof(XXH3_state_t) <= 64);
  XXH3_INITSTATE(new (state_) XXH3_state_t);
  reset();
}

void Hasher128::reset() noexcept { XXH3_128bits_reset(state_in(state_)); }

void Hasher128::add(ByteView bytes) noexcept {
  XXH3_128bits_update(state_in(state_), bytes.data(), bytes.size());
}

Hash128 Hasher128::result() const noexcept {
  const XXH128_hash_t hash = XXH3_128bits_digest(
      std::launder(reinterpret_cast<const XXH3_state_t*>(state_)));
  return {hash.low64, hash.high64};
}

}  // namespace kwic
