// SPDX-License-Identifier: Apache-2.0
#include "format/token_table.h"

namespace kwic {

TokenTable::TokenTable() : slots_(1024) {}

std::uint32_t TokenTable::insert(std::string_view token) {
  const Key key = key_of(token, token.size());
  const std::size_t at = slot_of(token, key);
  if (slots_[at].id != kNone) return slots_[at].id;
  const std::uint32_t id = size();
  slots_[at] = {key.prefix, key.suffix, key.size, id};
  tokens_.push_back({static_cast<std::uint32_t>(arena_.size()), key.size});
  arena_.insert(arena_.end(), token.begin(), token.end());
  if (2 * tokens_.size() > slots_.size()) grow();
  return id;
}

void TokenTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.id == kNone) continue;
    const std::string_view token = (*this)[slot.id];
    slots_[slot_of(token, key_of(token, token.size()))] = slot;
  }
}

}  // namespace kwic
