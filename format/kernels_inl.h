// SPDX-License-Identifier: Apache-2.0
// The text of every kernel; included once per instruction set with
// KWIC_KERNEL_NAMESPACE defined. Contracts are in format/kernels.h.
//
// No include guard: see format/kernels_portable.cc and its siblings.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "format/bits.h"
#include "format/kernels.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif
#if defined(__AVX512VBMI2__) && defined(__AVX512BITALG__)
#define KWIC_AVX512 1
#endif

namespace kwic::KWIC_KERNEL_NAMESPACE {
namespace {

constexpr unsigned kMaxShuffledWidth = 25;  // (7 + 25) bits fit one lane

// Where each value of a group lies: bytes to bring into its 32-bit lane, and
// the shift that is left. One row per width.
struct UnpackTables {
  alignas(64) std::uint8_t bytes[kMaxShuffledWidth + 1][64];
  alignas(64) std::uint32_t shift[kMaxShuffledWidth + 1][16];
};

// ------------------------------------------------------------- Elias-Fano

// out[i] = (position of the i-th one) - i; returns how many ones there were,
// at most n.
[[maybe_unused]] std::uint32_t decode_high_portable(const std::uint8_t* high,
                                                    std::uint32_t high_bytes,
                                                    std::uint32_t n,
                                                    std::uint32_t* out) {
  std::uint32_t i = 0;
  for (std::uint32_t at = 0; at < high_bytes && i < n; at += 8) {
    std::uint64_t word = load_le<std::uint64_t>(high + at);
    if (high_bytes - at < 8) {
      word &= (std::uint64_t{1} << ((high_bytes - at) * 8)) - 1;
    }
    for (; word != 0 && i < n; word &= word - 1, ++i) {
      out[i] = at * 8 + static_cast<std::uint32_t>(std::countr_zero(word)) - i;
    }
  }
  return i;
}

inline void merge_low_portable(const std::uint8_t* low, std::uint32_t from,
                               std::uint32_t n, unsigned width,
                               std::uint32_t base, std::uint32_t limit,
                               std::uint32_t* out) {
  for (std::uint32_t i = from; i < n; ++i) {
    const std::uint64_t bits = read_bits(low, std::uint64_t{i} * width, width);
    const std::uint64_t value =
        ((std::uint64_t{out[i]} << width) | bits) + base;
    out[i] = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, limit));
  }
}

#if defined(KWIC_AVX512)

const UnpackTables kUnpack = [] {
  UnpackTables t{};
  for (unsigned w = 0; w <= kMaxShuffledWidth; ++w) {
    for (unsigned i = 0; i < 16; ++i) {
      for (unsigned b = 0; b < 4; ++b) {
        t.bytes[w][4 * i + b] = static_cast<std::uint8_t>(((i * w) >> 3) + b);
      }
      t.shift[w][i] = (i * w) & 7;
    }
  }
  return t;
}();

// The positions of the ones of a word come out of one byte compress of the
// numbers 0..63.
std::uint32_t decode_high(const std::uint8_t* high, std::uint32_t high_bytes,
                          std::uint32_t n, std::uint32_t* out) {
  alignas(64) static constexpr auto kIota = [] {
    struct {
      std::uint8_t v[64];
    } t{};
    for (unsigned i = 0; i < 64; ++i) t.v[i] = static_cast<std::uint8_t>(i);
    return t;
  }();
  const __m512i iota = _mm512_load_si512(kIota.v);
  const __m512i lanes = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(iota));
  std::uint32_t i = 0;
  for (std::uint32_t at = 0; at < high_bytes && i < n; at += 8) {
    std::uint64_t word = load_le<std::uint64_t>(high + at);
    if (high_bytes - at < 8) {
      word &= (std::uint64_t{1} << ((high_bytes - at) * 8)) - 1;
    }
    const auto ones = static_cast<std::uint32_t>(std::popcount(word));
    const __m512i found = _mm512_maskz_compress_epi8(word, iota);
    const __m512i shift = _mm512_sub_epi32(
        _mm512_set1_epi32(static_cast<int>(at * 8 - i)), lanes);
    const auto put = [&](__m128i bytes, std::uint32_t from) {
      const __m512i v = _mm512_add_epi32(
          _mm512_cvtepu8_epi32(bytes),
          _mm512_sub_epi32(shift, _mm512_set1_epi32(static_cast<int>(from))));
      _mm512_storeu_si512(out + i + from, v);
    };
    put(_mm512_castsi512_si128(found), 0);
    if (ones > 16) put(_mm512_extracti32x4_epi32(found, 1), 16);
    if (ones > 32) put(_mm512_extracti32x4_epi32(found, 2), 32);
    if (ones > 48) put(_mm512_extracti32x4_epi32(found, 3), 48);
    i += ones;
  }
  return std::min(i, n);
}

void merge_low(const std::uint8_t* low, std::uint32_t n, unsigned width,
               std::uint32_t base, std::uint32_t limit, std::uint32_t* out) {
  if (width > kMaxShuffledWidth) {
    return merge_low_portable(low, 0, n, width, base, limit, out);
  }
  const __m512i bytes = _mm512_load_si512(kUnpack.bytes[width]);
  const __m512i shift = _mm512_load_si512(kUnpack.shift[width]);
  const __m512i mask = _mm512_set1_epi32(static_cast<int>((1U << width) - 1));
  const __m512i vbase = _mm512_set1_epi32(static_cast<int>(base));
  // high parts above this would wrap around: they stand for "beyond"
  const __m512i room =
      _mm512_set1_epi32(static_cast<int>((limit - base) >> width));
  const __m512i vlimit = _mm512_set1_epi32(static_cast<int>(limit));
  const __m128i count = _mm_cvtsi32_si128(static_cast<int>(width));
  for (std::uint32_t i = 0; i < n; i += 16) {
    const __m512i raw = _mm512_loadu_si512(low + std::size_t{i / 8} * width);
    const __m512i lane = _mm512_permutexvar_epi8(bytes, raw);
    const __m512i bits = _mm512_and_si512(_mm512_srlv_epi32(lane, shift), mask);
    const __m512i high = _mm512_loadu_si512(out + i);
    const __m512i value = _mm512_add_epi32(
        _mm512_or_si512(_mm512_sll_epi32(high, count), bits), vbase);
    const __mmask16 beyond = _mm512_cmpgt_epu32_mask(high, room);
    const __m512i clamped = _mm512_min_epu32(value, vlimit);
    _mm512_storeu_si512(out + i,
                        _mm512_mask_mov_epi32(clamped, beyond, vlimit));
  }
}

#elif defined(__AVX2__)

const UnpackTables kUnpack = [] {
  UnpackTables t{};
  for (unsigned w = 0; w <= kMaxShuffledWidth; ++w) {
    for (unsigned i = 0; i < 8; ++i) {
      // The upper four values come from a load at the byte where they start.
      const unsigned start = i < 4 ? 0 : (4 * w) & ~7U;
      const unsigned bit = i * w - start;
      for (unsigned b = 0; b < 4; ++b) {
        t.bytes[w][4 * i + b] = static_cast<std::uint8_t>((bit >> 3) + b);
      }
      t.shift[w][i] = bit & 7;
    }
  }
  return t;
}();

struct OnesOfByte {
  std::uint8_t at[256][8];
};
constexpr OnesOfByte kOnes = [] {
  OnesOfByte t{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned n = 0;
    for (unsigned b = 0; b < 8; ++b) {
      if (byte >> b & 1U) t.at[byte][n++] = static_cast<std::uint8_t>(b);
    }
  }
  return t;
}();

// A table gives the ones of each byte, widened and stored eight at a time.
std::uint32_t decode_high(const std::uint8_t* high, std::uint32_t high_bytes,
                          std::uint32_t n, std::uint32_t* out) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  std::uint32_t i = 0;
  for (std::uint32_t at = 0; at < high_bytes && i < n; ++at) {
    const std::uint8_t byte = high[at];
    const __m256i found = _mm256_cvtepu8_epi32(
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kOnes.at[byte])));
    const __m256i shift = _mm256_sub_epi32(
        _mm256_set1_epi32(static_cast<int>(at * 8 - i)), lanes);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                        _mm256_add_epi32(found, shift));
    i += static_cast<std::uint32_t>(std::popcount(byte));
  }
  return std::min(i, n);
}

void merge_low(const std::uint8_t* low, std::uint32_t n, unsigned width,
               std::uint32_t base, std::uint32_t limit, std::uint32_t* out) {
  if (width > kMaxShuffledWidth) {
    return merge_low_portable(low, 0, n, width, base, limit, out);
  }
  const auto* row = reinterpret_cast<const __m256i*>(kUnpack.bytes[width]);
  const __m256i bytes = _mm256_load_si256(row);
  const __m256i shift =
      _mm256_load_si256(reinterpret_cast<const __m256i*>(kUnpack.shift[width]));
  const __m256i mask = _mm256_set1_epi32(static_cast<int>((1U << width) - 1));
  const __m256i vbase = _mm256_set1_epi32(static_cast<int>(base));
  const __m256i room =
      _mm256_set1_epi32(static_cast<int>((limit - base) >> width));
  const __m256i vlimit = _mm256_set1_epi32(static_cast<int>(limit));
  const __m128i count = _mm_cvtsi32_si128(static_cast<int>(width));
  for (std::uint32_t i = 0; i < n; i += 8) {
    const std::uint8_t* p = low + std::size_t{i / 8} * width;
    const __m256i raw = _mm256_inserti128_si256(
        _mm256_castsi128_si256(
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(p))),
        _mm_loadu_si128(
            reinterpret_cast<const __m128i*>(p + ((4 * width) >> 3))),
        1);
    const __m256i bits = _mm256_and_si256(
        _mm256_srlv_epi32(_mm256_shuffle_epi8(raw, bytes), shift), mask);
    auto* to = reinterpret_cast<__m256i*>(out + i);
    const __m256i high = _mm256_loadu_si256(to);
    const __m256i value = _mm256_add_epi32(
        _mm256_or_si256(_mm256_sll_epi32(high, count), bits), vbase);
    const __m256i fits = _mm256_cmpeq_epi32(_mm256_min_epu32(high, room), high);
    const __m256i clamped = _mm256_min_epu32(value, vlimit);
    _mm256_storeu_si256(to, _mm256_blendv_epi8(vlimit, clamped, fits));
  }
}

#else

std::uint32_t decode_high(const std::uint8_t* high, std::uint32_t high_bytes,
                          std::uint32_t n, std::uint32_t* out) {
  return decode_high_portable(high, high_bytes, n, out);
}

void merge_low(const std::uint8_t* low, std::uint32_t n, unsigned width,
               std::uint32_t base, std::uint32_t limit, std::uint32_t* out) {
  merge_low_portable(low, 0, n, width, base, limit, out);
}

#endif

void decode_elias_fano(const std::uint8_t* low, const std::uint8_t* high,
                       std::uint32_t high_bytes, std::uint32_t n,
                       unsigned low_width, std::uint32_t base,
                       std::uint32_t limit, std::uint32_t* out) {
  const std::uint32_t found = decode_high(high, high_bytes, n, out);
  merge_low(low, found, low_width, base, limit, out);
  for (std::uint32_t i = found; i < n; ++i) out[i] = limit;
}

// The bit of the i-th (from 0) one of a word that has more than i ones.
inline std::uint32_t select_one_of(std::uint64_t word, std::uint32_t i) {
#if defined(__BMI2__)
  return static_cast<std::uint32_t>(
      std::countr_zero(_pdep_u64(std::uint64_t{1} << i, word)));
#else
  return select_in_word(word, i);
#endif
}

std::uint64_t high_word(const std::uint8_t* high, std::uint32_t high_bytes,
                        std::uint32_t at) {
  const std::uint64_t word = load_le<std::uint64_t>(high + at);
  if (high_bytes - at >= 8) return word;
  return word & ((std::uint64_t{1} << ((high_bytes - at) * 8)) - 1);
}

// The bit behind the `count`-th zero; high_bytes * 8 if there are fewer.
std::uint32_t behind_zero(const std::uint8_t* high, std::uint32_t high_bytes,
                          std::uint32_t count) {
  if (count == 0) return 0;
  std::uint32_t left = count - 1;
  for (std::uint32_t at = 0; at < high_bytes; at += 8) {
    const std::uint64_t zeros = ~high_word(high, high_bytes, at);
    const auto n = static_cast<std::uint32_t>(std::popcount(zeros));
    if (left < n) return at * 8 + select_one_of(zeros, left) + 1;
    left -= n;
  }
  return high_bytes * 8;
}

std::uint32_t search_elias_fano(const std::uint8_t* low,
                                const std::uint8_t* high,
                                std::uint32_t high_bytes, std::uint32_t n,
                                unsigned low_width, std::uint32_t target,
                                std::uint32_t* index) {
  const std::uint32_t target_high = target >> low_width;
  std::uint32_t bit = behind_zero(high, high_bytes, target_high);
  if (bit < target_high) bit = high_bytes * 8;  // cannot be: damaged
  std::uint32_t i = bit - std::min(bit, target_high);
  // From here on every one is a value with high part >= target_high.
  while (i < n && bit < high_bytes * 8) {
    std::uint64_t word =
        high_word(high, high_bytes, bit / 64 * 8) >> (bit % 64) << (bit % 64);
    for (; word != 0 && i < n; word &= word - 1, ++i) {
      const std::uint32_t one =
          bit / 64 * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
      const std::uint64_t bits =
          read_bits(low, std::uint64_t{i} * low_width, low_width);
      const std::uint64_t value = (std::uint64_t{one - i} << low_width) | bits;
      if (value >= target) {
        *index = i;
        return static_cast<std::uint32_t>(
            std::min<std::uint64_t>(value, 0xffff'fffe));
      }
    }
    bit = (bit / 64 + 1) * 64;
  }
  *index = n;
  return ~std::uint32_t{0};
}

// ------------------------------------------------------------ sorted search

#if defined(KWIC_AVX512)

// Bit i: whether run[i] is below, or equal to, the value.
struct RunMasks {
  explicit RunMasks(std::uint32_t value)
      : value_(_mm512_set1_epi32(static_cast<int>(value))) {}
  std::uint32_t below(const std::uint32_t* run) const {
    return _mm512_cmplt_epu32_mask(_mm512_loadu_si512(run), value_);
  }
  std::uint32_t equal(const std::uint32_t* run) const {
    return _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(run), value_);
  }
  __m512i value_;
};

#elif defined(__AVX2__)

struct RunMasks {
  explicit RunMasks(std::uint32_t value)
      : value_(_mm256_set1_epi32(static_cast<int>(value))) {}
  // a < v exactly if max(a, v) is not a.
  std::uint32_t below(const std::uint32_t* run) const {
    const __m256i a = load(run);
    const __m256i b = load(run + 8);
    return 0xffff ^ both(_mm256_cmpeq_epi32(_mm256_max_epu32(a, value_), a),
                         _mm256_cmpeq_epi32(_mm256_max_epu32(b, value_), b));
  }
  std::uint32_t equal(const std::uint32_t* run) const {
    return both(_mm256_cmpeq_epi32(load(run), value_),
                _mm256_cmpeq_epi32(load(run + 8), value_));
  }
  static __m256i load(const std::uint32_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  static std::uint32_t both(__m256i low, __m256i high) {
    const auto mask = [](__m256i lanes) {
      return static_cast<std::uint32_t>(
          _mm256_movemask_ps(_mm256_castsi256_ps(lanes)));
    };
    return mask(low) | mask(high) << 8;
  }
  __m256i value_;
};

#else

struct RunMasks {
  explicit RunMasks(std::uint32_t value) : value_(value) {}
  std::uint32_t below(const std::uint32_t* run) const {
    std::uint32_t mask = 0;
    for (unsigned i = 0; i < 16; ++i)
      mask |= std::uint32_t{run[i] < value_} << i;
    return mask;
  }
  std::uint32_t equal(const std::uint32_t* run) const {
    std::uint32_t mask = 0;
    for (unsigned i = 0; i < 16; ++i) {
      mask |= std::uint32_t{run[i] == value_} << i;
    }
    return mask;
  }
  std::uint32_t value_;
};

#endif

// A value is looked for in two steps that need no branch, so that a processor
// works on several values at once: the ends of the 16 runs of 16 documents tell
// its run, comparing with all of the run its place. (A search that branches on
// what it finds is mispredicted for every other value.)
std::uint32_t intersect(const std::uint32_t* sought, std::uint32_t n,
                        const std::uint32_t* docs, const std::uint32_t* ends,
                        std::uint32_t first_value, std::uint32_t first_rank,
                        std::uint32_t* which, std::uint32_t* ranks) {
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const RunMasks masks(sought[i]);
    const auto before =
        static_cast<std::uint32_t>(std::popcount(masks.below(ends)));
    const std::uint32_t run = std::min(before, 15U) * 16;
    const std::uint32_t equal = masks.equal(docs + run);
    which[found] = first_value + i;
    ranks[found] =
        first_rank + run + static_cast<std::uint32_t>(std::countr_zero(equal));
    found += equal != 0 ? 1 : 0;
  }
  return found;
}

std::uint64_t skip_ones(const std::uint8_t* bits, std::uint64_t from,
                        std::uint64_t count, std::uint64_t end) {
  if (count == 0) return from;
  std::uint64_t at = from / 64 * 64;
  std::uint64_t first = ~std::uint64_t{0} << (from % 64);
  for (; at < end; at += 64, first = ~std::uint64_t{0}) {
    const std::uint64_t word = load_le<std::uint64_t>(bits + at / 8) & first;
    const auto ones = static_cast<std::uint32_t>(std::popcount(word));
    if (count <= ones) {
      const auto last = static_cast<std::uint32_t>(count - 1);
      return std::min(at + select_one_of(word, last) + 1, end);
    }
    count -= ones;
  }
  return end;
}

// ------------------------------------------------------------------- codes

void code_mask(const std::uint8_t* codes, std::uint32_t n,
               const std::uint8_t* lut, std::uint8_t threshold,
               std::uint64_t mask[4]) {
#if defined(KWIC_AVX512)
  const __m512i table = _mm512_broadcast_i32x4(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(lut)));
  const __m512i low = _mm512_set1_epi8(15);
  const __m512i bar = _mm512_set1_epi8(static_cast<char>(threshold));
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (i * 64 >= n) {
      mask[i] = 0;
      continue;
    }
    const __m256i packed = _mm256_loadu_si256(
        reinterpret_cast<const __m256i*>(codes + std::size_t{i} * 32));
    // Each byte to two: its low nibble, then its high one.
    const __m512i wide = _mm512_cvtepu8_epi16(packed);
    const __m512i nibbles = _mm512_and_si512(
        _mm512_or_si512(wide, _mm512_slli_epi16(wide, 4)), low);
    const std::uint64_t above =
        _mm512_cmpge_epu8_mask(_mm512_shuffle_epi8(table, nibbles), bar);
    const std::uint32_t left = n - i * 64;
    mask[i] = left >= 64 ? above : above & ((std::uint64_t{1} << left) - 1);
  }
#elif defined(__AVX2__)
  // Looks up whether a code passes, not its value: the signs are the mask.
  const __m128i units = _mm_loadu_si128(reinterpret_cast<const __m128i*>(lut));
  const __m128i bar = _mm_set1_epi8(static_cast<char>(threshold));
  const __m256i passes = _mm256_broadcastsi128_si256(
      _mm_cmpeq_epi8(_mm_max_epu8(units, bar), units));
  const __m256i low = _mm256_set1_epi8(15);
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (i * 64 >= n) {
      mask[i] = 0;
      continue;
    }
    // Quarters 0 2 1 3, since unpacking works on halves of 16 bytes.
    const __m256i packed = _mm256_permute4x64_epi64(
        _mm256_loadu_si256(
            reinterpret_cast<const __m256i*>(codes + std::size_t{i} * 32)),
        0b11'01'10'00);
    const __m256i even =
        _mm256_shuffle_epi8(passes, _mm256_and_si256(packed, low));
    const __m256i odd = _mm256_shuffle_epi8(
        passes, _mm256_and_si256(_mm256_srli_epi16(packed, 4), low));
    const auto lower = static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_unpacklo_epi8(even, odd)));
    const auto upper = static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_unpackhi_epi8(even, odd)));
    const std::uint64_t above = std::uint64_t{upper} << 32 | lower;
    const std::uint32_t left = n - i * 64;
    mask[i] = left >= 64 ? above : above & ((std::uint64_t{1} << left) - 1);
  }
#else
  for (std::uint32_t i = 0; i < 4; ++i) mask[i] = 0;
  std::uint64_t pass = 0;  // bit c: code c passes
  for (std::uint32_t c = 0; c < 16; ++c) {
    pass |= std::uint64_t{lut[c] >= threshold} << c;
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    const unsigned code = (codes[i / 2] >> (4 * (i & 1))) & 15U;
    mask[i / 64] |= (pass >> code & 1) << (i % 64);
  }
#endif
}

void map_codes(const std::uint8_t* codes, std::uint32_t n,
               const std::uint8_t* lut, std::uint8_t* out) {
#if defined(KWIC_AVX512)
  const __m512i table = _mm512_broadcast_i32x4(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(lut)));
  const __m512i low = _mm512_set1_epi8(15);
  for (std::uint32_t i = 0; i < n; i += 64) {
    const __m512i wide = _mm512_cvtepu8_epi16(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes + i / 2)));
    const __m512i nibbles = _mm512_and_si512(
        _mm512_or_si512(wide, _mm512_slli_epi16(wide, 4)), low);
    _mm512_storeu_si512(out + i, _mm512_shuffle_epi8(table, nibbles));
  }
#elif defined(__AVX2__)
  const __m256i table = _mm256_broadcastsi128_si256(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(lut)));
  const __m256i low = _mm256_set1_epi8(15);
  for (std::uint32_t i = 0; i < n; i += 32) {
    const __m256i wide = _mm256_cvtepu8_epi16(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i / 2)));
    const __m256i nibbles = _mm256_and_si256(
        _mm256_or_si256(wide, _mm256_slli_epi16(wide, 4)), low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                        _mm256_shuffle_epi8(table, nibbles));
  }
#else
  for (std::uint32_t i = 0; i < n; ++i) {
    out[i] = lut[codes[i / 2] >> (4 * (i & 1)) & 15];
  }
#endif
}

#if defined(__AVX2__) && !defined(KWIC_AVX512)

// Per byte of a bitmap: which of the next bytes goes to each bit's place; the
// sign makes the shuffle leave zero.
struct SpreadOfByte {
  std::uint8_t from[256][8];
};
constexpr SpreadOfByte kSpread = [] {
  SpreadOfByte t{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::uint8_t n = 0;
    for (unsigned b = 0; b < 8; ++b) {
      t.from[byte][b] = (byte >> b & 1U) != 0 ? n++ : std::uint8_t{0x80};
    }
  }
  return t;
}();

inline __m128i load_halves(const std::uint8_t* lower,
                           const std::uint8_t* upper) {
  return _mm_unpacklo_epi64(
      _mm_loadl_epi64(reinterpret_cast<const __m128i*>(lower)),
      _mm_loadl_epi64(reinterpret_cast<const __m128i*>(upper)));
}

// Adds the next of `units` at every bit set, two bytes of the bitmap at a time.
// pdep would spread them too, but takes a quarter longer on Zen 4 and many
// times as long where it is microcode (Zen 1 and 2).
void spread_add(const std::uint8_t* bits, const std::uint8_t* units, bool store,
                std::uint8_t* sums) {
  const __m128i upper = _mm_set_epi64x(0x0808'0808'0808'0808, 0);
  for (std::uint32_t at = 0; at < 512; at += 2) {
    const std::uint8_t* next = units + std::popcount(bits[at]);
    const __m128i from = _mm_or_si128(
        load_halves(kSpread.from[bits[at]], kSpread.from[bits[at + 1]]), upper);
    const __m128i add = _mm_shuffle_epi8(load_halves(units, next), from);
    auto* to = reinterpret_cast<__m128i*>(sums + std::size_t{at} * 8);
    _mm_storeu_si128(to, store ? add : _mm_adds_epu8(_mm_loadu_si128(to), add));
    units = next + std::popcount(bits[at + 1]);
  }
}

#endif

void expand_add(const std::uint8_t* bits, const std::uint8_t* codes,
                std::uint32_t first, const std::uint8_t* lut, bool store,
                std::uint8_t* sums) {
#if defined(KWIC_AVX512)
  const __m512i table = _mm512_broadcast_i32x4(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(lut)));
  const __m512i low = _mm512_set1_epi8(15);
  std::uint32_t rank = first;
  for (std::uint32_t w = 0; w < 64; ++w) {
    const std::uint64_t word = load_le<std::uint64_t>(bits + w * 8);
    const __m512i raw = _mm512_cvtepu8_epi16(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes + rank / 2)));
    // 64 nibbles from an even place on; an odd start is shifted out with the
    // byte behind them.
    __m512i nibbles =
        _mm512_and_si512(_mm512_or_si512(raw, _mm512_slli_epi16(raw, 4)), low);
    if ((rank & 1) != 0) {
      const __m512i next = _mm512_cvtepu8_epi16(_mm256_loadu_si256(
          reinterpret_cast<const __m256i*>(codes + rank / 2 + 1)));
      nibbles =
          _mm512_or_si512(_mm512_and_si512(_mm512_srli_epi16(raw, 4), low),
                          _mm512_slli_epi16(_mm512_and_si512(next, low), 8));
    }
    const __m512i add =
        _mm512_maskz_expand_epi8(word, _mm512_shuffle_epi8(table, nibbles));
    __m512i* to = reinterpret_cast<__m512i*>(sums + std::size_t{w} * 64);
    _mm512_storeu_si512(
        to, store ? add : _mm512_adds_epu8(_mm512_loadu_si512(to), add));
    rank += static_cast<std::uint32_t>(std::popcount(word));
  }
#elif defined(__AVX2__)
  // All units first: loading what was stored just before, and across two
  // stores, is slow.
  std::uint32_t ones = 0;
  for (std::uint32_t w = 0; w < 64; ++w) {
    ones += static_cast<std::uint32_t>(
        std::popcount(load_le<std::uint64_t>(bits + w * 8)));
  }
  std::uint8_t units[4096 + 64];
  map_codes(codes, first + ones, lut, units);
  spread_add(bits, units + first, store, sums);
#else
  if (store) std::memset(sums, 0, 4096);
  std::uint32_t rank = first;
  for (std::uint32_t w = 0; w < 64; ++w) {
    std::uint64_t word = load_le<std::uint64_t>(bits + w * 8);
    for (; word != 0; word &= word - 1, ++rank) {
      const unsigned code = (codes[rank / 2] >> (4 * (rank & 1))) & 15U;
      std::uint8_t& sum =
          sums[w * 64 + static_cast<std::uint32_t>(std::countr_zero(word))];
      sum = static_cast<std::uint8_t>(std::min(255, sum + lut[code]));
    }
  }
#endif
}

std::uint32_t collect(const std::uint8_t* sums, std::uint8_t threshold,
                      std::uint16_t* out) {
  std::uint32_t n = 0;
  for (std::uint32_t w = 0; w < 64; ++w) {
    std::uint64_t above = 0;
#if defined(KWIC_AVX512)
    above =
        _mm512_cmpge_epu8_mask(_mm512_loadu_si512(sums + std::size_t{w} * 64),
                               _mm512_set1_epi8(static_cast<char>(threshold)));
#elif defined(__AVX2__)
    const __m256i bar = _mm256_set1_epi8(static_cast<char>(threshold));
    for (unsigned h = 0; h < 2; ++h) {
      const __m256i v = _mm256_loadu_si256(
          reinterpret_cast<const __m256i*>(sums + w * 64 + h * 32));
      const auto m = static_cast<std::uint32_t>(
          _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(v, bar), v)));
      above |= std::uint64_t{m} << (32 * h);
    }
#else
    for (std::uint32_t i = 0; i < 64; ++i) {
      above |= std::uint64_t{sums[w * 64 + i] >= threshold} << i;
    }
#endif
    for (; above != 0; above &= above - 1) {
      out[n++] = static_cast<std::uint16_t>(
          w * 64 + static_cast<std::uint32_t>(std::countr_zero(above)));
    }
  }
  return n;
}

std::uint64_t popcount(const std::uint8_t* bits, std::uint32_t words) {
  std::uint64_t n = 0;
  std::uint32_t i = 0;
#if defined(KWIC_AVX512)
  __m512i sum = _mm512_setzero_si512();
  for (; i + 8 <= words; i += 8) {
    sum = _mm512_add_epi64(
        sum,
        _mm512_popcnt_epi64(_mm512_loadu_si512(bits + std::size_t{i} * 8)));
  }
  n = static_cast<std::uint64_t>(_mm512_reduce_add_epi64(sum));
#endif
  for (; i < words; ++i) {
    n += static_cast<std::uint64_t>(
        std::popcount(load_le<std::uint64_t>(bits + std::size_t{i} * 8)));
  }
  return n;
}

}  // namespace

const Kernels kKernels = {
    KWIC_KERNEL_NAME, decode_elias_fano, search_elias_fano, intersect,
    skip_ones,        code_mask,         map_codes,         expand_add,
    collect,          popcount};

}  // namespace kwic::KWIC_KERNEL_NAMESPACE
