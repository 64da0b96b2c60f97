// SPDX-License-Identifier: Apache-2.0
#include "format/token_table.h"

#include <algorithm>

namespace kwic {

TokenTable::TokenTable() : slots_(1024) {}

TokenTable::Key TokenTable::key_of(std::string_view token) noexcept {
  if (token.size() >= 8) return key_at(as_bytes(token).data(), token.size());
  std::uint8_t bytes[8] = {};
  std::copy(token.begin(), token.end(), bytes);
  return key_at(bytes, token.size());
}

std::uint32_t TokenTable::insert(const std::uint8_t* token, const Key& key) {
  const std::size_t at = slot_of(token, key);
  if (slots_[at] != 0) return id_of(slots_[at]);
  const std::uint32_t id = size();
  slots_[at] = key.hash >> kTagShift << kTagShift | (id + 1);
  tokens_.push_back({key.prefix, key.suffix, key.size,
                     static_cast<std::uint32_t>(arena_.size())});
  arena_.insert(arena_.end(), token, token + key.size);
  if (3 * tokens_.size() > 2 * slots_.size()) grow();
  return id;
}

// In order of their numbers: the first ones, which are the frequent ones, are
// then found first.
void TokenTable::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (std::uint32_t id = 0; id < size(); ++id) {
    const std::string_view token = (*this)[id];
    const Key key = key_of(token);
    slots_[slot_of(as_bytes(token).data(), key)] =
        key.hash >> kTagShift << kTagShift | (id + 1);
  }
}

}  // namespace kwic
