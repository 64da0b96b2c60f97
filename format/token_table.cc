// SPDX-License-Identifier: Apache-2.0
#include "format/token_table.h"

#include <cstring>

#include "base/hash.h"

namespace kwic {
namespace {

std::uint32_t tag_of(std::uint64_t hash) noexcept {
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

TokenTable::TokenTable() : slots_(1024) {}

std::size_t TokenTable::slot_of(std::string_view token,
                                std::uint64_t hash) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash) & mask;
  while (slots_[at].id != kNone) {
    if (slots_[at].tag == tag_of(hash) && (*this)[slots_[at].id] == token) {
      break;
    }
    at = (at + 1) & mask;
  }
  return at;
}

std::uint32_t TokenTable::find(std::string_view token) const noexcept {
  return slots_[slot_of(token, hash64(as_bytes(token)))].id;
}

std::uint32_t TokenTable::insert(std::string_view token) {
  const std::uint64_t hash = hash64(as_bytes(token));
  const std::size_t at = slot_of(token, hash);
  if (slots_[at].id != kNone) return slots_[at].id;
  const std::uint32_t id = size();
  slots_[at] = {tag_of(hash), id};
  tokens_.push_back({static_cast<std::uint32_t>(arena_.size()),
                     static_cast<std::uint32_t>(token.size())});
  arena_.insert(arena_.end(), token.begin(), token.end());
  if (2 * tokens_.size() > slots_.size()) grow();
  return id;
}

void TokenTable::grow() {
  slots_.assign(slots_.size() * 2, Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t id = 0; id < size(); ++id) {
    const std::uint64_t hash = hash64(as_bytes((*this)[id]));
    std::size_t at = static_cast<std::size_t>(hash) & mask;
    while (slots_[at].id != kNone) at = (at + 1) & mask;
    slots_[at] = {tag_of(hash), id};
  }
}

}  // namespace kwic
