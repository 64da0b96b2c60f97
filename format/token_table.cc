// SPDX-License-Identifier: Apache-2.0
#include "format/token_table.h"

#include <algorithm>

namespace kwic {

TokenTable::Key TokenTable::key_of(std::string_view token) noexcept {
  if (token.size() >= 8) return key_at(as_bytes(token).data(), token.size());
  std::uint8_t bytes[8] = {};
  std::copy(token.begin(), token.end(), bytes);
  return key_at(bytes, token.size());
}

std::uint32_t TokenTable::insert(const std::uint8_t* token, const Key& key) {
  const std::uint32_t known = find(token, key);
  if (known != kNone) return known;
  index_.add(key.hash,
             [this](std::uint32_t id) { return key_of((*this)[id]).hash; });
  tokens_.push_back({key.prefix, key.suffix, key.size,
                     static_cast<std::uint32_t>(arena_.size())});
  arena_.insert(arena_.end(), token, token + key.size);
  return size() - 1;
}

}  // namespace kwic
