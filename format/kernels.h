// SPDX-License-Identifier: Apache-2.0
// The inner loops, one set per instruction set, chosen at run time.
//
// All sets give the same results. Each is compiled from format/kernels_inl.h,
// so there is one text with a portable form of every loop and, where it pays,
// an AVX2, an AVX-512 and a NEON one.
//
// Kernels trust their arguments and only them: whatever the bytes are, they
// read and write inside the ranges stated.
#ifndef KWIC_FORMAT_KERNELS_H_
#define KWIC_FORMAT_KERNELS_H_

#include <bit>
#include <cstdint>

#include "base/neon.h"

namespace kwic {

// What decoders may write past the values asked for.
inline constexpr std::uint32_t kDecodeSlack = 64;

// See Kernels::keep_best.
inline constexpr std::uint32_t kFewBest = 16;

// Greater for what is better: a higher score, or of the same score a lower
// document. (No score is below 0, and the bits of such floats are in the order
// of their values.)
inline std::int64_t best_key(std::uint32_t doc, float score) noexcept {
  return std::bit_cast<std::int32_t>(score) * (std::int64_t{1} << 32) | ~doc;
}

// The positions of a posting, ascending: sums[at + i] - less (mod 2^32), i <
// count.
struct PositionRun {
  std::uint32_t at;
  std::uint32_t count;
  std::uint32_t less;
};

// What finds many values of an Elias-Fano block of at most 255 without decoding
// it (format/kernels_buckets_inl.h), and where the block is.
struct EliasFanoIndex {
  // A block has at most twice as many zeros as values (format/elias_fano.h).
  static constexpr std::uint32_t kBuckets = 512;
  static constexpr std::uint32_t kMostHighBytes = 96;

  // How many values are before bucket i; what is behind counts for vectors.
  alignas(64) std::uint8_t before[1 + 8 * kMostHighBytes + 127];
  alignas(64) std::uint8_t lows[256];  // the lowest bits of values

  const std::uint8_t* low;
  const std::uint8_t* high;
  std::uint32_t high_bytes;
  std::uint32_t n;
  unsigned low_width;
};

struct Kernels {
  const char* name;

  // Elias-Fano (format/elias_fano.h): out[i] = min(base + value_i, limit) for
  // i < n; values missing in the bytes come out as `limit`.
  // Reads: n * low_width bits of `low`, high_bytes of `high`, and may load 64
  // bytes more. Writes at most kDecodeSlack behind out[n].
  void (*decode_elias_fano)(const std::uint8_t* low, const std::uint8_t* high,
                            std::uint32_t high_bytes, std::uint32_t n,
                            unsigned low_width, std::uint32_t base,
                            std::uint32_t limit, std::uint32_t* out);

  // The first of the n values (stored as for decode_elias_fano, without base)
  // that is >= target: its index to *index, itself as result. Index n and
  // result ~0 if there is none. Touches a few words.
  std::uint32_t (*search_elias_fano)(const std::uint8_t* low,
                                     const std::uint8_t* high,
                                     std::uint32_t high_bytes, std::uint32_t n,
                                     unsigned low_width, std::uint32_t target,
                                     std::uint32_t* index);

  // Which of `n` values are among the 256 ascending `docs` (a shorter block is
  // filled up with ~0), of which `ends` are every 16th: for each found, in
  // order, first_value + its place in `sought` to `which` and first_rank + its
  // place in `docs` to `ranks`. Returns their number; may write one element
  // behind them. In a damaged block some may be missing or out of order, but
  // none is found twice, or where it is not.
  std::uint32_t (*intersect)(const std::uint32_t* sought, std::uint32_t n,
                             const std::uint32_t* docs,
                             const std::uint32_t* ends,
                             std::uint32_t first_value,
                             std::uint32_t first_rank, std::uint32_t* which,
                             std::uint32_t* ranks);

  // Makes the index of a block as of decode_elias_fano, of n <= 255 values and
  // low_width <= 25. Null where decoding is faster, as is the next. Reads as
  // that does.
  void (*index_elias_fano)(const std::uint8_t* low, const std::uint8_t* high,
                           std::uint32_t high_bytes, std::uint32_t n,
                           unsigned low_width, EliasFanoIndex& out);

  // As intersect, of `count` values, less `base`, in an indexed block. Writes
  // nothing behind them.
  std::uint32_t (*find_in_elias_fano)(
      const EliasFanoIndex& index, std::uint32_t base,
      const std::uint32_t* sought, std::uint32_t count,
      std::uint32_t first_value, std::uint32_t first_rank, std::uint32_t* which,
      std::uint32_t* ranks);

  // Those of `n` <= 256 documents that have a one in the mask: themselves to
  // `out` and first_rank + their places to `ranks`; returns their number. May
  // write 16 elements behind them; may load 16 behind docs[n].
  std::uint32_t (*take_masked)(const std::uint32_t* docs, std::uint32_t n,
                               const std::uint64_t mask[4],
                               std::uint32_t first_rank, std::uint32_t* out,
                               std::uint32_t* ranks);

  // The bit behind the count-th one at or after bit `from`; `end` if there are
  // fewer before `end`. Loads up to 8 bytes behind bit `end`.
  std::uint64_t (*skip_ones)(const std::uint8_t* bits, std::uint64_t from,
                             std::uint64_t count, std::uint64_t end);

  // Running sums of Rice codes with the halves kept apart
  // (format/frequency_codec.h), each code and one more:
  // out[i] = sum + (x_0 + 1) + ... + (x_i + 1), mod 2^32, for i < n <= 256.
  // x_0 starts at bit `from` (< 8) of the unary half of `bytes` bytes, and at
  // bit 0 of the low halves of `low_width` (< 32) bits. Returns how many there
  // are: fewer than n where the unary half ends too early. May load 64 bytes
  // behind either half; writes at most kDecodeSlack behind out[n].
  std::uint32_t (*rice_sums)(const std::uint8_t* unary, std::uint32_t bytes,
                             std::uint32_t from, const std::uint8_t* lows,
                             std::uint32_t n, unsigned low_width,
                             std::uint32_t sum, std::uint32_t* out);

  // out[i] = how many positions p of run i of a have p + distance in run i of
  // b, for i < n. May load kDecodeSlack values behind a run.
  void (*count_rows)(const std::uint32_t* a, const PositionRun* runs_a,
                     const std::uint32_t* b, const PositionRun* runs_b,
                     std::uint32_t n, std::int32_t distance,
                     std::uint32_t* out);

  // Bit i of the mask: i < n and lut[code i] >= threshold; codes are nibbles,
  // lower first. `n` <= 256; reads (n + 1) / 2 bytes and may load 64 more.
  void (*code_mask)(const std::uint8_t* codes, std::uint32_t n,
                    const std::uint8_t* lut, std::uint8_t threshold,
                    std::uint64_t mask[4]);

  // out[i] = lut[code i] for i < n <= 256; may write up to 64 more. Reads and
  // loads as code_mask.
  void (*map_codes)(const std::uint8_t* codes, std::uint32_t n,
                    const std::uint8_t* lut, std::uint8_t* out);

  // For each bit set in the window's 64 words, in order, takes the next code
  // from nibble `first` (0 or 1) on and adds lut[code] to the byte of `sums`
  // that belongs to the bit, saturating at 255. With `store`, sums need no
  // initial value. Reads up to 2048 + 1 bytes of codes and may load 64 more.
  void (*expand_add)(const std::uint8_t* bits, const std::uint8_t* codes,
                     std::uint32_t first, const std::uint8_t* lut, bool store,
                     std::uint8_t* sums);

  // Offsets of the bytes of sums[0 .. 4096) that are >= threshold (> 0), in
  // order, to `out`; returns their number.
  std::uint32_t (*collect)(const std::uint8_t* sums, std::uint8_t threshold,
                           std::uint16_t* out);

  // How many of 64 * words sums are >= threshold (> 0).
  std::uint32_t (*count_sums)(const std::uint8_t* sums, std::uint32_t words,
                              std::uint8_t threshold);

  // Those, in order: their offsets to `at` and themselves to `values`; returns
  // their number. Sets all sums to zero. `words` <= 1024; writes at most
  // kDecodeSlack elements behind the last.
  std::uint32_t (*take_sums)(std::uint8_t* sums, std::uint32_t words,
                             std::uint8_t threshold, std::uint16_t* at,
                             std::uint8_t* values);

  // Predecessor codes (format/predecessor_codes.h): bit i of `out` (i < n) is
  // that of `mask` where its code, the next nibble of `codes` for each one of
  // the mask, is `code` or 15, else 0. What is behind `coded` codes matches
  // nothing. True if one is 15. Writes whole words; may load 8 bytes more than
  // there are of either.
  bool (*match_predecessors)(const std::uint8_t* mask, std::uint64_t n,
                             const std::uint8_t* codes, std::uint64_t coded,
                             std::uint8_t code, std::uint64_t* out);

  // counts[i] = how many of the bits [borders[i], borders[i + 1]) are ones, for
  // i < n <= 256; returns how many counts are not 0. Borders ascend up to
  // `end`, others count as that. before[w] is the number of ones before word w,
  // for w <= end / 64. May load kDecodeSlack borders more, and kFewWords of
  // `bits` and of `before`.
  static constexpr std::uint32_t kFewWords = 32;
  std::uint32_t (*count_between)(const std::uint64_t* bits,
                                 const std::uint32_t* before,
                                 const std::uint32_t* borders, std::uint32_t n,
                                 std::uint32_t end, std::uint32_t* counts);

  // Merges those of `n` documents that score at least `bar` into the k best:
  // the first k of kFewBest keys (best_key), the best first, and 0 where there
  // is none yet. What is behind them is of no use. 0 < k <= kFewBest.
  void (*keep_best)(const std::uint32_t* docs, const float* scores,
                    std::uint32_t n, float bar, std::uint32_t k,
                    std::int64_t* keys);

  // Number of ones in `words` 64-bit words, at any address.
  std::uint64_t (*popcount)(const std::uint8_t* bits, std::uint32_t words);
};

enum class SimdLevel { kPortable, kAvx2, kAvx512, kNeon, kBest };

// The set in use: the best the machine has, unless force_simd_level() or the
// environment variable KWIC_SIMD (portable, avx2, avx512, neon) say otherwise.
const Kernels& kernels() noexcept;

// For tests: uses that set from now on. False if the machine lacks it.
// REQUIRES: no search is running.
bool force_simd_level(SimdLevel level) noexcept;

namespace portable {
extern const Kernels kKernels;
}
namespace avx2 {
extern const Kernels kKernels;
}
namespace avx512 {
extern const Kernels kKernels;
}
namespace neon {
extern const Kernels kKernels;
}

}  // namespace kwic

#endif  // KWIC_FORMAT_KERNELS_H_
