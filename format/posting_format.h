// SPDX-License-Identifier: Apache-2.0
// The layout of posting lists, as writer and reader share it. docs/format.md
// has the tables; here are the constants and the sizes that follow from them.
#ifndef KWIC_FORMAT_POSTING_FORMAT_H_
#define KWIC_FORMAT_POSTING_FORMAT_H_

#include <bit>
#include <cstdint>

#include "format/bits.h"

namespace kwic {

// Postings of a block; the last block of a list has fewer.
inline constexpr std::uint32_t kBlockPostings = 256;

// Documents of a window of a dense list.
inline constexpr std::uint32_t kWindowDocs = 4096;
inline constexpr std::uint32_t kWindowBytes = kWindowDocs / 8;

// A position block has the offset of every chunk but the first.
inline constexpr std::uint32_t kChunkPostings = 64;

// Impact codes run from 1 to 15; 0 means "no posting".
inline constexpr int kImpactLevels = 16;

// Saturations (below 1) are stored as 16-bit fractions of this.
inline constexpr float kImpactUnit = 65535.0F;

// The ranks whose score is stored as a starting threshold for top-k searches.
inline constexpr std::uint32_t kSeedRanks[3] = {10, 100, 1000};

enum class ListLayout : std::uint8_t { kSingle, kShort, kBlocks, kDense };

// The layout of a list follows from the figures everybody knows.
constexpr ListLayout list_layout(std::uint64_t doc_freq,
                                 std::uint64_t documents) noexcept {
  if (doc_freq == 1) return ListLayout::kSingle;
  if (doc_freq <= kBlockPostings) return ListLayout::kShort;
  return doc_freq >= documents / 16 ? ListLayout::kDense : ListLayout::kBlocks;
}

constexpr std::uint32_t block_count(std::uint64_t doc_freq) noexcept {
  return static_cast<std::uint32_t>((doc_freq + kBlockPostings - 1) /
                                    kBlockPostings);
}
constexpr std::uint32_t window_count(std::uint64_t documents) noexcept {
  return static_cast<std::uint32_t>((documents + kWindowDocs - 1) /
                                    kWindowDocs);
}

// Bytes of a document id in the head of a short list.
constexpr unsigned doc_id_bytes(std::uint64_t documents) noexcept {
  return (bits_below(documents) + 7) / 8;
}

// A list whose every frequency is 1 (the dictionary says so: as many
// occurrences as documents) stores none.
constexpr bool has_frequencies(std::uint64_t doc_freq,
                               std::uint64_t collection_freq) noexcept {
  return collection_freq != doc_freq;
}

// Head of a list of several blocks: bounds of codes 1..15 and three seeds,
// 16 bits each.
inline constexpr std::uint64_t kCodedHeadBytes = 2 * (15 + 3);

// Directory entries: last document, body offset, position offset (32 bits
// each), best code (8).
inline constexpr std::uint64_t kBlockEntryBytes = 13;
// Dense: per block frequency offset and position offset; per window the
// postings before it (32 bits) and the best code (8).
inline constexpr std::uint64_t kDenseBlockEntryBytes = 8;
inline constexpr std::uint64_t kWindowEntryBytes = 5;

// --- positions --------------------------------------------------------------
//
// The positions of one document take a number of bits that follows from its
// length and the term's frequency in it, so no offsets are stored for them.
// One position is stored as it is; several as Elias-Fano of p_i - i (they are
// distinct), or as they are where that is no longer.

struct PositionShape {
  bool plain = true;
  unsigned width = 0;      // of a plain position, or the low width
  std::uint64_t bits = 0;  // in all
};

// REQUIRES: 1 <= tf <= length.
inline PositionShape position_shape(std::uint64_t length,
                                    std::uint64_t tf) noexcept {
  PositionShape shape;
  shape.width = bits_below(length);
  shape.bits = tf * shape.width;
  if (tf < 3) return shape;
  const std::uint64_t universe = length - tf + 1;
  const unsigned low =
      universe <= tf ? 0
                     : static_cast<unsigned>(std::bit_width(universe / tf)) - 1;
  const std::uint64_t bits = tf * low + tf + ((universe - 1) >> low);
  if (bits < shape.bits) {
    shape.plain = false;
    shape.width = low;
    shape.bits = bits;
  }
  return shape;
}

}  // namespace kwic

#endif  // KWIC_FORMAT_POSTING_FORMAT_H_
