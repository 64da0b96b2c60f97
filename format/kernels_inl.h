// SPDX-License-Identifier: Apache-2.0
// The text of every kernel; included once per instruction set with
// KWIC_KERNEL_NAMESPACE defined. Contracts are in format/kernels.h.
//
// No include guard: see format/kernels_portable.cc and its siblings. Everything
// is in a namespace of its own in each of them, so it may be defined here:
// NOLINTBEGIN(misc-definitions-in-headers)

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
#if defined(KWIC_NEON)
#include <arm_neon.h>
#endif
// Those two take eight values at a time, by tables of bytes.
#if defined(KWIC_NEON) || (defined(__AVX2__) && !defined(KWIC_AVX512))
#define KWIC_EIGHTS 1
#endif

namespace kwic::KWIC_KERNEL_NAMESPACE {
namespace {

constexpr unsigned kMaxShuffledWidth = 25;  // (7 + 25) bits fit one lane

#if defined(KWIC_EIGHTS)

// Where each value of a group lies: bytes to bring into its 32-bit lane, and
// the shift that is left. One row per width.
struct UnpackTables {
  alignas(64) std::uint8_t bytes[kMaxShuffledWidth + 1][64];
  alignas(64) std::uint32_t shift[kMaxShuffledWidth + 1][16];
};

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

#endif

#if defined(KWIC_NEON)

// Byte b: the ones of a word's bytes up to b.
inline std::uint64_t ones_up_to_bytes(std::uint64_t word) {
  const uint8x8_t ones = vcnt_u8(vcreate_u8(word));
  return vget_lane_u64(vreinterpret_u64_u8(ones), 0) * 0x0101'0101'0101'0101;
}

// Byte b of a word, or of eight numbers in a word.
inline std::uint32_t byte_of(std::uint64_t word, unsigned b) {
  return static_cast<std::uint8_t>(word >> (8 * b));
}

// Eight bytes, as eight values.
inline uint32x4x2_t widen(const std::uint8_t* bytes) {
  const uint16x8_t wide = vmovl_u8(vld1_u8(bytes));
  return {{vmovl_u16(vget_low_u16(wide)), vmovl_high_u16(wide)}};
}

// Bit i: lane i has all bits set, and not none.
inline std::uint32_t mask_of_lanes(uint32x4_t lower, uint32x4_t upper) {
  static constexpr std::uint8_t kBits[8] = {1, 2, 4, 8, 16, 32, 64, 128};
  const uint16x8_t lanes = vcombine_u16(vmovn_u32(lower), vmovn_u32(upper));
  return vaddv_u8(vand_u8(vmovn_u16(lanes), vld1_u8(kBits)));
}

#endif

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

[[maybe_unused]] void merge_low_portable(const std::uint8_t* low,
                                         std::uint32_t n, unsigned width,
                                         std::uint32_t base,
                                         std::uint32_t limit,
                                         std::uint32_t* out) {
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t bits = read_bits(low, std::uint64_t{i} * width, width);
    const std::uint64_t value =
        ((std::uint64_t{out[i]} << width) | bits) + base;
    out[i] = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, limit));
  }
}

#if defined(KWIC_AVX512)

// The numbers 0..63.
alignas(64) constexpr auto kIota = [] {
  struct {
    std::uint8_t v[64];
  } t{};
  for (unsigned i = 0; i < 64; ++i) t.v[i] = static_cast<std::uint8_t>(i);
  return t;
}();

// The positions of the ones of a word come out of one byte compress of those
// numbers.
[[gnu::noinline]] std::uint32_t decode_high(const std::uint8_t* high,
                                            std::uint32_t high_bytes,
                                            std::uint32_t n,
                                            std::uint32_t* out) {
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
    // Half of the bits are ones, so whether more than 32 are is anyone's guess.
    put(_mm512_extracti32x4_epi32(found, 1), 16);
    put(_mm512_extracti32x4_epi32(found, 2), 32);
    if (ones > 48) put(_mm512_extracti32x4_epi32(found, 3), 48);
    i += ones;
  }
  return std::min(i, n);
}

// The low halves of values: 16 of them from the i-th on. REQUIRES: width <=
// kMaxShuffledWidth; i is a multiple of 16.
class LowHalves {
 public:
  LowHalves(const std::uint8_t* low, unsigned width)
      : low_(low),
        width_(width),
        mask_(_mm512_set1_epi32(static_cast<int>((1U << width) - 1))) {
    // Where each value lies: its bits begin in this byte, at that bit of it.
    const __m512i bits = _mm512_mullo_epi32(
        _mm512_cvtepu8_epi32(
            _mm_load_si128(reinterpret_cast<const __m128i*>(kIota.v))),
        _mm512_set1_epi32(static_cast<int>(width)));
    const __m512i byte = _mm512_srli_epi32(bits, 3);
    bytes_ = _mm512_add_epi32(
        _mm512_mullo_epi32(byte, _mm512_set1_epi32(0x0101'0101)),
        _mm512_set1_epi32(0x0302'0100));
    shift_ = _mm512_and_si512(bits, _mm512_set1_epi32(7));
  }

  __m512i at(std::uint32_t i) const {
    const __m512i raw = _mm512_loadu_si512(low_ + std::size_t{i / 8} * width_);
    const __m512i lane = _mm512_permutexvar_epi8(bytes_, raw);
    return _mm512_and_si512(_mm512_srlv_epi32(lane, shift_), mask_);
  }

 private:
  const std::uint8_t* low_;
  unsigned width_;
  __m512i bytes_;
  __m512i shift_;
  __m512i mask_;
};

// REQUIRES: width <= kMaxShuffledWidth.
void merge_low(const std::uint8_t* low, std::uint32_t n, unsigned width,
               std::uint32_t base, std::uint32_t limit, std::uint32_t* out) {
  const LowHalves lows(low, width);
  const __m512i vbase = _mm512_set1_epi32(static_cast<int>(base));
  // high parts above this would wrap around: they stand for "beyond"
  const __m512i room =
      _mm512_set1_epi32(static_cast<int>((limit - base) >> width));
  const __m512i vlimit = _mm512_set1_epi32(static_cast<int>(limit));
  const __m128i count = _mm_cvtsi32_si128(static_cast<int>(width));
  for (std::uint32_t i = 0; i < n; i += 16) {
    const __m512i bits = lows.at(i);
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

// A table gives the ones of each byte, widened and stored eight at a time.
[[gnu::noinline]] std::uint32_t decode_high(const std::uint8_t* high,
                                            std::uint32_t high_bytes,
                                            std::uint32_t n,
                                            std::uint32_t* out) {
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

// The low halves of values: 8 of them from the i-th on. REQUIRES: width <=
// kMaxShuffledWidth; i is a multiple of 8.
class LowHalves {
 public:
  LowHalves(const std::uint8_t* low, unsigned width)
      : low_(low),
        width_(width),
        bytes_(load(kUnpack.bytes[width])),
        shift_(load(kUnpack.shift[width])),
        mask_(_mm256_set1_epi32(static_cast<int>((1U << width) - 1))) {}

  __m256i at(std::uint32_t i) const {
    const std::uint8_t* p = low_ + std::size_t{i / 8} * width_;
    const __m256i raw = _mm256_inserti128_si256(
        _mm256_castsi128_si256(
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(p))),
        _mm_loadu_si128(
            reinterpret_cast<const __m128i*>(p + ((4 * width_) >> 3))),
        1);
    const __m256i lane = _mm256_shuffle_epi8(raw, bytes_);
    return _mm256_and_si256(_mm256_srlv_epi32(lane, shift_), mask_);
  }

 private:
  static __m256i load(const void* row) {
    return _mm256_load_si256(static_cast<const __m256i*>(row));
  }

  const std::uint8_t* low_;
  unsigned width_;
  __m256i bytes_;
  __m256i shift_;
  __m256i mask_;
};

// REQUIRES: width <= kMaxShuffledWidth.
void merge_low(const std::uint8_t* low, std::uint32_t n, unsigned width,
               std::uint32_t base, std::uint32_t limit, std::uint32_t* out) {
  const LowHalves lows(low, width);
  const __m256i vbase = _mm256_set1_epi32(static_cast<int>(base));
  const __m256i room =
      _mm256_set1_epi32(static_cast<int>((limit - base) >> width));
  const __m256i vlimit = _mm256_set1_epi32(static_cast<int>(limit));
  const __m128i count = _mm_cvtsi32_si128(static_cast<int>(width));
  for (std::uint32_t i = 0; i < n; i += 8) {
    const __m256i bits = lows.at(i);
    auto* to = reinterpret_cast<__m256i*>(out + i);
    const __m256i high = _mm256_loadu_si256(to);
    const __m256i value = _mm256_add_epi32(
        _mm256_or_si256(_mm256_sll_epi32(high, count), bits), vbase);
    const __m256i fits = _mm256_cmpeq_epi32(_mm256_min_epu32(high, room), high);
    const __m256i clamped = _mm256_min_epu32(value, vlimit);
    _mm256_storeu_si256(to, _mm256_blendv_epi8(vlimit, clamped, fits));
  }
}

#elif defined(KWIC_NEON)

// As for AVX2, but where the ones of each byte go is known for a word at once.
[[gnu::noinline]] std::uint32_t decode_high(const std::uint8_t* high,
                                            std::uint32_t high_bytes,
                                            std::uint32_t n,
                                            std::uint32_t* out) {
  static constexpr std::uint32_t kLane[4] = {0, 1, 2, 3};
  const uint32x4_t lanes = vld1q_u32(kLane);
  const uint32x4_t four = vdupq_n_u32(4);
  std::uint32_t i = 0;
  for (std::uint32_t at = 0; at < high_bytes && i < n; at += 8) {
    std::uint64_t word = load_le<std::uint64_t>(high + at);
    if (high_bytes - at < 8) {
      word &= (std::uint64_t{1} << ((high_bytes - at) * 8)) - 1;
    }
    const std::uint64_t up_to = ones_up_to_bytes(word);
    for (unsigned b = 0; b < 8; ++b) {
      const std::uint32_t to = i + byte_of(up_to << 8, b);
      const uint32x4x2_t found = widen(kOnes.at[byte_of(word, b)]);
      const uint32x4_t shift = vsubq_u32(vdupq_n_u32((at + b) * 8 - to), lanes);
      vst1q_u32(out + to, vaddq_u32(found.val[0], shift));
      vst1q_u32(out + to + 4, vaddq_u32(found.val[1], vsubq_u32(shift, four)));
    }
    i += byte_of(up_to, 7);
  }
  return std::min(i, n);
}

// The low halves of values: 8 of them from the i-th on. REQUIRES: width <=
// kMaxShuffledWidth; i is a multiple of 8.
class LowHalves {
 public:
  LowHalves(const std::uint8_t* low, unsigned width)
      : low_(low),
        width_(width),
        bytes_{{vld1q_u8(kUnpack.bytes[width]),
                vld1q_u8(kUnpack.bytes[width] + 16)}},
        shift_{{right(kUnpack.shift[width]), right(kUnpack.shift[width] + 4)}},
        mask_(vdupq_n_u32((1U << width) - 1)) {}

  uint32x4x2_t at(std::uint32_t i) const {
    const std::uint8_t* p = low_ + std::size_t{i / 8} * width_;
    return {{four_at(p, 0), four_at(p + ((4 * width_) >> 3), 1)}};
  }

 private:
  // A shift to the right is a negative one to the left.
  static int32x4_t right(const std::uint32_t* shift) {
    return vnegq_s32(vreinterpretq_s32_u32(vld1q_u32(shift)));
  }
  uint32x4_t four_at(const std::uint8_t* p, unsigned half) const {
    const uint32x4_t lane =
        vreinterpretq_u32_u8(vqtbl1q_u8(vld1q_u8(p), bytes_.val[half]));
    return vandq_u32(vshlq_u32(lane, shift_.val[half]), mask_);
  }

  const std::uint8_t* low_;
  unsigned width_;
  uint8x16x2_t bytes_;
  int32x4x2_t shift_;
  uint32x4_t mask_;
};

// REQUIRES: width <= kMaxShuffledWidth.
void merge_low(const std::uint8_t* low, std::uint32_t n, unsigned width,
               std::uint32_t base, std::uint32_t limit, std::uint32_t* out) {
  const LowHalves lows(low, width);
  const uint32x4_t vbase = vdupq_n_u32(base);
  const uint32x4_t room = vdupq_n_u32((limit - base) >> width);
  const uint32x4_t vlimit = vdupq_n_u32(limit);
  const int32x4_t count = vdupq_n_s32(static_cast<int>(width));
  const auto merge = [&](std::uint32_t* to, uint32x4_t bits) {
    const uint32x4_t high = vld1q_u32(to);
    const uint32x4_t value =
        vaddq_u32(vorrq_u32(vshlq_u32(high, count), bits), vbase);
    vst1q_u32(
        to, vbslq_u32(vcgtq_u32(high, room), vlimit, vminq_u32(value, vlimit)));
  };
  for (std::uint32_t i = 0; i < n; i += 8) {
    const uint32x4x2_t bits = lows.at(i);
    merge(out + i, bits.val[0]);
    merge(out + i + 4, bits.val[1]);
  }
}

#else

[[gnu::noinline]] std::uint32_t decode_high(const std::uint8_t* high,
                                            std::uint32_t high_bytes,
                                            std::uint32_t n,
                                            std::uint32_t* out) {
  return decode_high_portable(high, high_bytes, n, out);
}

#endif

void decode_elias_fano(const std::uint8_t* low, const std::uint8_t* high,
                       std::uint32_t high_bytes, std::uint32_t n,
                       unsigned low_width, std::uint32_t base,
                       std::uint32_t limit, std::uint32_t* out) {
#if defined(__AVX2__) || defined(KWIC_NEON)
  if (low_width > kMaxShuffledWidth) {
    portable::kKernels.decode_elias_fano(low, high, high_bytes, n, low_width,
                                         base, limit, out);
    return;
  }
  const std::uint32_t found = decode_high(high, high_bytes, n, out);
  merge_low(low, found, low_width, base, limit, out);
#else
  const std::uint32_t found = decode_high(high, high_bytes, n, out);
  merge_low_portable(low, found, low_width, base, limit, out);
#endif
  // (Vectors have written a little behind what was found.)
  for (std::uint32_t i = found; i < n; ++i) out[i] = limit;
}

// The bit of the i-th (from 0) one of a word that has more than i ones.
inline std::uint32_t select_one_of(std::uint64_t word, std::uint32_t i) {
#if defined(__BMI2__)
  return static_cast<std::uint32_t>(
      std::countr_zero(_pdep_u64(std::uint64_t{1} << i, word)));
#elif defined(KWIC_NEON)
  // The bytes before that one are those with at most i ones up to their end.
  constexpr std::uint64_t kEach = 0x0101'0101'0101'0101;
  const std::uint64_t up_to = ones_up_to_bytes(word);
  const std::uint64_t before =
      ((kEach * (128 + i) - up_to) & (kEach * 128)) >> 7;
  const auto b = static_cast<std::uint32_t>(before * kEach >> 56);
  return 8 * b + kOnes.at[byte_of(word, b)][i - byte_of(up_to << 8, b)];
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

#include "format/kernels_buckets_inl.h"
#include "format/kernels_codes_inl.h"
#include "format/kernels_positions_inl.h"
#include "format/kernels_predecessors_inl.h"
#include "format/kernels_search_inl.h"

}  // namespace

const Kernels kKernels = {KWIC_KERNEL_NAME,   decode_elias_fano,
                          search_elias_fano,  intersect,
                          index_elias_fano,   find_in_elias_fano,
                          take_masked,        skip_ones,
                          rice_sums,          count_rows,
                          code_mask,          map_codes,
                          expand_add,         collect,
                          count_sums,         take_sums,
                          match_predecessors, count_between,
                          keep_best,          popcount};

}  // namespace kwic::KWIC_KERNEL_NAMESPACE

// NOLINTEND(misc-definitions-in-headers)
