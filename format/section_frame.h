// SPDX-License-Identifier: Apache-2.0
// The bytes around the payload of a section part.
//
// A part is a size-prefixed FlatBuffer: one table with one vector of scalars.
// FlatBufferBuilder needs the whole buffer in memory and lays it out from its
// end; sections are larger than that and stream through files. As the table is
// always the same, its bytes are too, apart from two numbers:
//
//     byte   0  u32  bytes that follow in the part (its size - 4)
//            4  u32  12: from here to the table
//            8  u16  6, 8, 4: the vtable: its size, the table's, its field's
//           14  u16  0
//           16  i32  8: the table: from the vtable to here
//           20  u32  40: from here to the vector
//           24       zero
//           60  u32  number of elements
//           64       the elements, then zeros
//
// After the elements come at least kSectionTailBytes zeros and as many more as
// make the size a multiple of kSectionAlignment. The prefix covers them.
#ifndef KWIC_FORMAT_SECTION_FRAME_H_
#define KWIC_FORMAT_SECTION_FRAME_H_

#include <array>
#include <cstdint>

#include "format/section.h"

namespace kwic {

// The largest payload of a part: sizes stay far below the 2 GiB of FlatBuffers.
inline constexpr std::uint64_t kMaxPartSize = std::uint64_t{1} << 30;

constexpr bool is_valid_part_size(std::uint64_t size) noexcept {
  return size > 0 && size <= kMaxPartSize && size % kSectionAlignment == 0;
}

constexpr bool is_valid_element_size(unsigned bytes) noexcept {
  return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

constexpr std::uint64_t aligned_to_section(std::uint64_t size) noexcept {
  return (size + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment;
}

// Bytes of a part, frame and padding included.
// REQUIRES: payload <= kMaxPartSize.
constexpr std::uint64_t part_bytes(std::uint64_t payload) noexcept {
  return aligned_to_section(kSectionHeaderBytes + payload + kSectionTailBytes);
}

// Zero bytes behind the elements.
constexpr std::uint64_t part_tail_bytes(std::uint64_t payload) noexcept {
  return part_bytes(payload) - kSectionHeaderBytes - payload;
}

// The bytes of a part before its elements.
// REQUIRES: payload <= kMaxPartSize and a multiple of element_size.
std::array<std::uint8_t, kSectionHeaderBytes> section_frame(
    std::uint64_t payload, unsigned element_size);

}  // namespace kwic

#endif  // KWIC_FORMAT_SECTION_FRAME_H_
