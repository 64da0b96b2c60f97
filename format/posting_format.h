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
// What is stored of a document's positions is the first one and, of each other,
// the positions left out before it, as Rice codes with the halves kept apart.

// A block's first byte: the width of the low halves; whether it has predecessor
// codes (format/frequent_words.h); whether its numbers (of occurrences, and the
// samples) take 4 bytes instead of 2.
inline constexpr unsigned kPositionLowMask = 31;
inline constexpr unsigned kPositionsCoded = 32;
inline constexpr unsigned kPositionsWide = 128;

// The unary half is sampled: the bit where each of these many starts is stored.
inline constexpr std::uint64_t kSampledOccurrences = 256;

// Samples of a block. REQUIRES: occurrences >= 1.
constexpr std::uint64_t position_samples(std::uint64_t occurrences) noexcept {
  return (occurrences - 1) / kSampledOccurrences;
}

}  // namespace kwic

#endif  // KWIC_FORMAT_POSTING_FORMAT_H_
