// SPDX-License-Identifier: Apache-2.0
// The layout of the doc store's sections, for its writer and its reader.
//
// All texts in document order are one run of bytes, the text addresses, which
// the blocks cut into pieces.
#ifndef KWIC_FORMAT_DOC_STORE_LAYOUT_H_
#define KWIC_FORMAT_DOC_STORE_LAYOUT_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/hash.h"
#include "format/section.h"

namespace kwic::store {

// A block: u64 hash, u16 size of the coded text, u16 size of what is stored of
// it, then that. The top bits of the sizes are flags; the hash is of all that
// follows it.
inline constexpr std::size_t kBlockHeaderBytes = 12;
inline constexpr std::uint16_t kWordsFlag = 0x8000;  // in the first size
inline constexpr std::uint16_t kLz4Flag = 0x8000;    // in the second
// So that a block and the padding before the next fit the index's 16 bits.
inline constexpr std::size_t kMaxBlockText = 32'000;

// Index: groups of 12 blocks, 64 bytes each: u64 address of the first block,
// u64 text address, 12 x u16 distance to the next block, 12 x u16 bytes of
// text. A block without text does not exist.
inline constexpr std::size_t kIndexGroupBytes = 64;
inline constexpr std::size_t kIndexGroupBlocks = 12;
inline constexpr std::size_t kIndexDistances = 16;
inline constexpr std::size_t kIndexTexts = 40;

// Sizes: for each 64 documents their sizes, bit-packed; then an anchor for
// each 64: u64 text address of the first, u64 address of the packed sizes
// << 6 | their width in bits; then u64 documents, u64 address of the anchors.
inline constexpr std::size_t kSizesGroup = 64;
inline constexpr std::size_t kAnchorBytes = 16;
inline constexpr unsigned kMaxSizeBits = 32;

inline std::uint64_t block_hash(ByteView bytes, std::uint64_t block) noexcept {
  constexpr auto kKind = static_cast<std::uint64_t>(SectionKind::kStoreBlocks);
  return hash64(bytes, kKind << 32 ^ block);
}

}  // namespace kwic::store

#endif  // KWIC_FORMAT_DOC_STORE_LAYOUT_H_
