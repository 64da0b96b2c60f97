// SPDX-License-Identifier: Apache-2.0
#include "format/section_frame.h"

#include <cassert>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kRootOffset = 4;
constexpr std::size_t kVtable = 8;
constexpr std::size_t kTable = 16;
constexpr std::size_t kField = kTable + 4;
constexpr std::size_t kCount = kSectionHeaderBytes - 4;

void put_u16(std::uint8_t* p, std::size_t value) {
  store_le(p, static_cast<std::uint16_t>(value));
}

void put_u32(std::uint8_t* p, std::uint64_t value) {
  store_le(p, static_cast<std::uint32_t>(value));
}

}  // namespace

std::array<std::uint8_t, kSectionHeaderBytes> section_frame(
    std::uint64_t payload, unsigned element_size) {
  assert(payload <= kMaxPartSize && payload % element_size == 0);
  std::array<std::uint8_t, kSectionHeaderBytes> frame = {};
  std::uint8_t* const p = frame.data();
  put_u32(p, part_bytes(payload) - sizeof(std::uint32_t));
  put_u32(p + kRootOffset, kTable - kRootOffset);
  put_u16(p + kVtable, 6);
  put_u16(p + kVtable + 2, kField + 4 - kTable);
  put_u16(p + kVtable + 4, kField - kTable);
  put_u32(p + kTable, kTable - kVtable);
  put_u32(p + kField, kCount - kField);
  put_u32(p + kCount, payload / element_size);
  return frame;
}

}  // namespace kwic
