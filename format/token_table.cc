// SPDX-License-Identifier: Apache-2.0
#include "format/token_table.h"

#include "base/hash.h"

namespace kwic {
namespace {

template <typename T>
std::uint64_t load_at(const char* p) noexcept {
  return load_le<T>(reinterpret_cast<const std::uint8_t*>(p));
}

// The first 8 bytes as an integer, zeros for those that are not there.
std::uint64_t prefix_of(std::string_view token) noexcept {
  const char* p = token.data();
  const std::size_t n = token.size();
  if (n >= 8) return load_at<std::uint64_t>(p);
  if (n >= 4) {
    return load_at<std::uint32_t>(p) | load_at<std::uint32_t>(p + n - 4)
                                           << 8 * (n - 4);
  }
  if (n == 0) return 0;
  return load_at<std::uint8_t>(p) |
         load_at<std::uint8_t>(p + n / 2) << 8 * (n / 2) |
         load_at<std::uint8_t>(p + n - 1) << 8 * (n - 1);
}

std::size_t hash_of(std::string_view token, std::uint64_t prefix) noexcept {
  if (token.size() > 16) {
    return static_cast<std::size_t>(hash64(as_bytes(token)));
  }
  std::uint64_t h = prefix + token.size();
  if (token.size() > 8) {
    h ^= load_at<std::uint64_t>(token.data() + token.size() - 8) *
         0xff51afd7ed558ccdU;
  }
  h *= 0x9e3779b97f4a7c15U;
  return static_cast<std::size_t>(h ^ h >> 32);
}

}  // namespace

TokenTable::TokenTable() : slots_(1024) {}

std::size_t TokenTable::hash(std::string_view token) const noexcept {
  return hash_of(token, prefix_of(token));
}

std::size_t TokenTable::slot_of(std::string_view token,
                                std::size_t hash) const noexcept {
  const std::uint64_t prefix = prefix_of(token);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.id == kNone) return at;
    if (slot.prefix == prefix && slot.size == token.size() &&
        (token.size() <= 8 || (*this)[slot.id] == token)) {
      return at;
    }
  }
}

std::uint32_t TokenTable::find(std::string_view token) const noexcept {
  return find(token, hash(token));
}

std::uint32_t TokenTable::insert(std::string_view token) {
  const std::size_t at = slot_of(token, hash(token));
  if (slots_[at].id != kNone) return slots_[at].id;
  const std::uint32_t id = size();
  const auto bytes = static_cast<std::uint32_t>(token.size());
  slots_[at] = {prefix_of(token), bytes, id};
  tokens_.push_back({static_cast<std::uint32_t>(arena_.size()), bytes});
  arena_.insert(arena_.end(), token.begin(), token.end());
  if (4 * tokens_.size() > 3 * slots_.size()) grow();
  return id;
}

void TokenTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.id == kNone) continue;
    const std::string_view token = (*this)[slot.id];
    slots_[slot_of(token, hash(token))] = slot;
  }
}

}  // namespace kwic
