// SPDX-License-Identifier: Apache-2.0
#include "analysis/run_finder.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace kwic {
namespace {

Mask16 connectors_of(Bytes16 c) noexcept {
  const Bytes16 stop = c - ',';  // comma, hyphen and full stop stand in a row
  return Mask16(stop < 3) | Mask16(c == '\'') | Mask16(c == '_');
}

Mask16 suffixes_of(Bytes16 c) noexcept {
  return Mask16(c == '+') | Mask16(c == '#');
}

}  // namespace

void RunFinder::cover(const char* p) noexcept {
  base_ = p;
  const auto left = static_cast<std::size_t>(end_ - p);
  const std::size_t size = std::min(left, kChunk);
  covered_ = left > kChunk ? size : std::numeric_limits<std::size_t>::max();
  std::uint64_t connectors = 0;  // of the group before
  std::size_t n = 0;
  for (std::size_t at = 0; at < size; at += kMaskedBytes, ++n) {
    std::uint8_t rest[kMaskedBytes] = {};
    const auto* group = reinterpret_cast<const std::uint8_t*>(p + at);
    if (size - at < kMaskedBytes) {
      std::memcpy(rest, group, size - at);
      group = rest;
    }
    const std::uint64_t words = mask_of(group, ascii_words);
    const std::uint64_t others = mask_of(group, [](Bytes16 c) { return c; });
    words_[n] = words;
    begins_[n] = words | others;
    joints_[n] = others | mask_of(group, suffixes_of);
    // A connector joins if a word may begin behind it.
    if (n > 0) joints_[n - 1] |= connectors & begins_[n] << 63;
    connectors = mask_of(group, connectors_of);
    joints_[n] |= connectors & begins_[n] >> 1;
  }
  for (Set* set : {&begins_, &words_, &joints_}) {
    std::fill(*set + n, std::end(*set), std::uint64_t{0});
  }
}

}  // namespace kwic
