// SPDX-License-Identifier: Apache-2.0
// The sections of a file: their numbers, names and element types.
#ifndef KWIC_FORMAT_SECTION_H_
#define KWIC_FORMAT_SECTION_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kwic {

// The numbers are in files: never change one, never use one again.
enum class SectionKind : std::uint16_t {
  kTermHeads = 1,         // [ulong] first 8 bytes of dictionary blocks
  kTermBlockOffsets = 2,  // [ulong] where each dictionary block starts
  kTermBlocks = 3,        // [ubyte] front-coded terms with their figures
  kPostings = 4,          // [ubyte] documents, frequencies, impacts
  kPositions = 5,         // [ubyte]
  kLengths = 6,           // [ubyte], [ushort] or [uint]: tokens per document
  kDocumentIds = 7,       // [ubyte] ids and titles, front coded
  kDocumentBlocks = 8,    // [ulong] where each block of document ids starts
  kContentHashes = 9,     // [ulong] XXH3-64 of each body
  kTimes = 10,            // [ulong] modification times, two's complement
  kStoreBlocks = 11,      // [ubyte] compressed text
  kStoreIndex = 12,       // [ulong] where each store block starts
  kStoreSizes = 13,       // [ubyte] sizes of bodies
  kStoreLexicon = 14,     // [ubyte] words of the text codec
  kStoreDictionary = 15,  // [ubyte] LZ4 dictionary
  kFrequentWords = 16,    // [ubyte] the words of predecessor codes
};
inline constexpr int kSectionKindLimit = 17;

// Element sizes in bytes; which table of the schema holds the vector.
enum class ElementType : std::uint8_t {
  kByte = 1,
  kU16 = 2,
  kU32 = 4,
  kU64 = 8
};

constexpr std::string_view section_name(SectionKind kind) noexcept {
  switch (kind) {
    case SectionKind::kTermHeads: return "term heads";
    case SectionKind::kTermBlockOffsets: return "term block offsets";
    case SectionKind::kTermBlocks: return "term blocks";
    case SectionKind::kPostings: return "postings";
    case SectionKind::kPositions: return "positions";
    case SectionKind::kLengths: return "lengths";
    case SectionKind::kDocumentIds: return "document ids";
    case SectionKind::kDocumentBlocks: return "document blocks";
    case SectionKind::kContentHashes: return "content hashes";
    case SectionKind::kTimes: return "times";
    case SectionKind::kStoreBlocks: return "store blocks";
    case SectionKind::kStoreIndex: return "store index";
    case SectionKind::kStoreSizes: return "store sizes";
    case SectionKind::kStoreLexicon: return "store lexicon";
    case SectionKind::kStoreDictionary: return "store dictionary";
    case SectionKind::kFrequentWords: return "frequent words";
  }
  return "unknown section";
}

// Every section part starts at a multiple of this, and its elements too.
inline constexpr std::size_t kSectionAlignment = 64;
// Bytes of a part before its first element (FlatBuffers prefix, table, vtable).
inline constexpr std::size_t kSectionHeaderBytes = 64;
// Zero bytes after the last element of a part: kernels may load past the end
// of what they decode by up to this much.
inline constexpr std::size_t kSectionTailBytes = 64;
// Payload of a full part. A multiple of 64; smaller in tests.
inline constexpr std::uint64_t kDefaultPartSize = std::uint64_t{1} << 29;

}  // namespace kwic

#endif  // KWIC_FORMAT_SECTION_H_
