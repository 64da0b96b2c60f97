// SPDX-License-Identifier: Apache-2.0
// The root: the first bytes of a file, which say what it is and where its
// sections are.
//
// It is a FlatBuffer (table Root of format/index_file.fbs), laid out in one
// fixed way, so that its bytes depend on no version of FlatBuffers and a
// reader finds everything by position:
//
//     byte   0  u32  16: the table
//            4       "KWIC"
//            8  u16  8, 104, 8, 4: the vtable: its size, the table's, and
//                    where in it header and sections are
//           16  i32  8: the table: from the vtable to here
//           20  u32  104: from here to the vector of entries
//           24       the header, 96 bytes; format version first
//          120  u32  0
//          124  u32  number of entries
//          128       the entries, 48 bytes each
//    root_size       XXH3-128 of all before, low half first
//                    zeros up to a multiple of 64, where the first part begins
//
// Identifier and version keep their places in every version of the format.
#ifndef KWIC_FORMAT_ROOT_H_
#define KWIC_FORMAT_ROOT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "format/section_frame.h"
#include "index_file_generated.h"
#include "kwic/status.h"

namespace kwic {

// The header and the section table. In memory these are the structs of the
// schema; their accessors turn little-endian into native integers.
struct Root {
  fb::Header header;
  std::vector<fb::SectionEntry> entries;
};

inline constexpr std::size_t kRootHeaderOffset = 24;
inline constexpr std::size_t kRootCountOffset = 124;
inline constexpr std::size_t kRootFixedBytes = 128;
inline constexpr std::size_t kRootHashBytes = 16;
inline constexpr std::uint64_t kMaxRootBytes = std::uint64_t{16} << 20;
inline constexpr std::uint64_t kMaxSectionEntries =
    (kMaxRootBytes - kRootFixedBytes) / sizeof(fb::SectionEntry);

// Bit of SectionEntry.flags: a reader that does not know the kind goes on.
inline constexpr unsigned kSectionOptional = 1;

// REQUIRES (both): entries <= kMaxSectionEntries.
constexpr std::uint64_t root_bytes(std::uint64_t entries) noexcept {
  return kRootFixedBytes + entries * sizeof(fb::SectionEntry);
}
// Where the first part begins; the end of a file without sections.
constexpr std::uint64_t first_part_offset(std::uint64_t entries) noexcept {
  return aligned_to_section(root_bytes(entries) + kRootHashBytes);
}

// False where the file was damaged; always true in the build that tests what
// happens without hashes.
inline bool hashes_agree(const Hash128& stored, const Hash128& found) noexcept {
#ifdef KWIC_TEST_NO_HASHES
  (void)stored;
  (void)found;
  return true;
#else
  return stored == found;
#endif
}

// The root, its hash and the zeros behind it: first_part_offset() bytes.
// Entries are written as they are; root.header.root_size is not consulted.
// REQUIRES: at most kMaxSectionEntries entries.
std::vector<std::uint8_t> encode_root(const Root& root);

// Reads and checks the root of `file`, all the bytes there are: identifier,
// version, layout, hash, features, file size, and that the entries describe
// parts that follow each other without a gap from the root to the end. Touches
// nothing behind the root's hash.
//
// Messages continue a sentence that begins with the file's name: "is cut
// short: ...".
Result<Root> decode_root(ByteView file);

}  // namespace kwic

#endif  // KWIC_FORMAT_ROOT_H_
