// SPDX-License-Identifier: Apache-2.0
// Kernels on impact codes, sums of units and bitsets.
//
// No include guard: a part of format/kernels_inl.h, which includes it inside
// its namespace.
// NOLINTBEGIN(misc-definitions-in-headers)

// ------------------------------------------------------------------- codes

#if defined(KWIC_NEON)

// Bit i: `passes` has all bits of byte (code i) set, and not none. Reads 64
// codes. Adding neighbours together gathers eight bits from bytes that have one
// each, or two.
inline std::uint64_t mask_of_codes(const std::uint8_t* codes,
                                   uint8x16_t passes) {
  static constexpr std::uint8_t kLower[16] = {1, 4, 16, 64, 1, 4, 16, 64,
                                              1, 4, 16, 64, 1, 4, 16, 64};
  const uint8x16_t lower = vld1q_u8(kLower);
  const uint8x16_t upper = vshlq_n_u8(lower, 1);
  const auto two_of_each = [&](uint8x16_t packed) {
    const uint8x16_t even =
        vqtbl1q_u8(passes, vandq_u8(packed, vdupq_n_u8(15)));
    const uint8x16_t odd = vqtbl1q_u8(passes, vshrq_n_u8(packed, 4));
    return vorrq_u8(vandq_u8(even, lower), vandq_u8(odd, upper));
  };
  uint8x16_t bits = vpaddq_u8(two_of_each(vld1q_u8(codes)),
                              two_of_each(vld1q_u8(codes + 16)));
  bits = vpaddq_u8(bits, bits);
  return vgetq_lane_u64(vreinterpretq_u64_u8(bits), 0);
}

#endif

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
#elif defined(KWIC_NEON)
  const uint8x16_t passes = vcgeq_u8(vld1q_u8(lut), vdupq_n_u8(threshold));
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (i * 64 >= n) {
      mask[i] = 0;
      continue;
    }
    const std::uint64_t above =
        mask_of_codes(codes + std::size_t{i} * 32, passes);
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
#elif defined(KWIC_NEON)
  const uint8x16_t table = vld1q_u8(lut);
  for (std::uint32_t i = 0; i < n; i += 32) {
    const uint8x16_t packed = vld1q_u8(codes + i / 2);
    const uint8x16x2_t units{
        {vqtbl1q_u8(table, vandq_u8(packed, vdupq_n_u8(15))),
         vqtbl1q_u8(table, vshrq_n_u8(packed, 4))}};
    vst2q_u8(out + i, units);  // even and odd ones in turn
  }
#else
  for (std::uint32_t i = 0; i < n; ++i) {
    out[i] = lut[codes[i / 2] >> (4 * (i & 1)) & 15];
  }
#endif
}

#if defined(KWIC_EIGHTS)

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

#endif

#if defined(__AVX2__) && !defined(KWIC_AVX512)

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

#elif defined(KWIC_NEON)

// The same; where the units of each byte lie is known for a word at once.
void spread_add(const std::uint8_t* bits, const std::uint8_t* units, bool store,
                std::uint8_t* sums) {
  const uint8x8_t eight = vdup_n_u8(8);
  for (std::uint32_t w = 0; w < 64; ++w, bits += 8) {
    const std::uint64_t up_to = ones_up_to_bytes(load_le<std::uint64_t>(bits));
    for (unsigned b = 0; b < 8; b += 2, sums += 16) {
      const uint8x16_t here =
          vcombine_u8(vld1_u8(units + byte_of(up_to << 8, b)),
                      vld1_u8(units + byte_of(up_to, b)));
      // What is not a one points behind them all, which gives zero.
      const uint8x16_t from =
          vcombine_u8(vld1_u8(kSpread.from[bits[b]]),
                      vorr_u8(vld1_u8(kSpread.from[bits[b + 1]]), eight));
      const uint8x16_t add = vqtbl1q_u8(here, from);
      vst1q_u8(sums, store ? add : vqaddq_u8(vld1q_u8(sums), add));
    }
    units += byte_of(up_to, 7);
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
#elif defined(KWIC_EIGHTS)
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

#if defined(__AVX2__) || defined(KWIC_NEON)
#define KWIC_INLINE_IF_SHORT inline
#else
#define KWIC_INLINE_IF_SHORT [[gnu::noinline]]
#endif

// Bit i: sums[i] >= threshold.
KWIC_INLINE_IF_SHORT std::uint64_t sums_reaching(const std::uint8_t* sums,
                                                 std::uint8_t threshold) {
#if defined(KWIC_AVX512)
  return _mm512_cmpge_epu8_mask(_mm512_loadu_si512(sums),
                                _mm512_set1_epi8(static_cast<char>(threshold)));
#elif defined(__AVX2__)
  const __m256i bar = _mm256_set1_epi8(static_cast<char>(threshold));
  std::uint64_t above = 0;
  for (unsigned h = 0; h < 2; ++h) {
    const __m256i v = _mm256_loadu_si256(
        reinterpret_cast<const __m256i*>(sums + std::size_t{h} * 32));
    const auto m = static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(v, bar), v)));
    above |= std::uint64_t{m} << (32 * h);
  }
  return above;
#elif defined(KWIC_NEON)
  static constexpr std::uint8_t kBits[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                             1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t each = vld1q_u8(kBits);
  const uint8x16_t bar = vdupq_n_u8(threshold);
  const auto bits_of = [&](const std::uint8_t* p) {
    return vandq_u8(vcgeq_u8(vld1q_u8(p), bar), each);
  };
  uint8x16_t bits =
      vpaddq_u8(vpaddq_u8(bits_of(sums), bits_of(sums + 16)),
                vpaddq_u8(bits_of(sums + 32), bits_of(sums + 48)));
  bits = vpaddq_u8(bits, bits);
  return vgetq_lane_u64(vreinterpretq_u64_u8(bits), 0);
#else
  // As a rule there is none, which compilers find out with vectors.
  std::uint8_t most = 0;
  for (std::uint32_t i = 0; i < 64; ++i) most = std::max(most, sums[i]);
  if (most < threshold) return 0;
  // Eight at a time: the lower seven bits of each byte plus what lifts those of
  // the threshold to 128.
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kSigns = kOnes * 128;
  const std::uint64_t lift = kOnes * (128U - (threshold & 127U));
  std::uint64_t above = 0;
  for (unsigned i = 0; i < 8; ++i) {
    const std::uint64_t x = load_le<std::uint64_t>(sums + std::size_t{i} * 8);
    const std::uint64_t lower = (x & ~kSigns) + lift;
    const std::uint64_t signs = threshold < 128 ? lower | x : lower & x;
    // The signs, one behind the other.
    above |= ((signs & kSigns) >> 7) * 0x0102'0408'1020'4080 >> 56 << (8 * i);
  }
  return above;
#endif
}

#undef KWIC_INLINE_IF_SHORT

std::uint32_t collect(const std::uint8_t* sums, std::uint8_t threshold,
                      std::uint16_t* out) {
  std::uint32_t n = 0;
  for (std::uint32_t w = 0; w < 64; ++w) {
    std::uint64_t above = sums_reaching(sums + std::size_t{w} * 64, threshold);
    for (; above != 0; above &= above - 1) {
      out[n++] = static_cast<std::uint16_t>(
          w * 64 + static_cast<std::uint32_t>(std::countr_zero(above)));
    }
  }
  return n;
}

std::uint32_t count_sums(const std::uint8_t* sums, std::uint32_t words,
                         std::uint8_t threshold) {
  std::uint32_t n = 0;
#if defined(KWIC_NEON)
  const uint8x16_t bar = vdupq_n_u8(threshold);
  for (std::uint32_t w = 0; w < words;) {
    uint8x16_t count = vdupq_n_u8(0);
    for (const std::uint32_t end = std::min(w + 63, words); w < end; ++w) {
      for (std::uint32_t i = 0; i < 64; i += 16) {
        const uint8x16_t v = vld1q_u8(sums + std::size_t{w} * 64 + i);
        count = vsubq_u8(count, vcgeq_u8(v, bar));  // at most 4 * 63 in each
      }
    }
    n += vaddlvq_u8(count);
  }
#else
  for (std::uint32_t w = 0; w < words; ++w) {
    n += static_cast<std::uint32_t>(
        std::popcount(sums_reaching(sums + std::size_t{w} * 64, threshold)));
  }
#endif
  return n;
}

#if defined(KWIC_AVX512)

struct Places {
  alignas(64) std::uint8_t at[64];
};
constexpr Places kPlaces = [] {
  Places places{};
  for (std::uint8_t i = 0; i < 64; ++i) places.at[i] = i;
  return places;
}();

#endif

// Those of one word: see take_sums. Returns their number.
inline std::uint32_t take_word(const std::uint8_t* sums, std::uint32_t first,
                               std::uint8_t threshold, std::uint16_t* at,
                               std::uint8_t* values) {
  std::uint64_t above = sums_reaching(sums, threshold);
  const auto n = static_cast<std::uint32_t>(std::popcount(above));
#if defined(KWIC_AVX512)
  if (n <= 16) {  // as a rule
    const __m128i places = _mm512_castsi512_si128(
        _mm512_maskz_compress_epi8(above, _mm512_load_si512(kPlaces.at)));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(at),
        _mm256_add_epi16(_mm256_set1_epi16(static_cast<short>(first)),
                         _mm256_cvtepu8_epi16(places)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(values),
                     _mm512_castsi512_si128(_mm512_maskz_compress_epi8(
                         above, _mm512_loadu_si512(sums))));
    return n;
  }
#endif
  for (std::uint32_t i = 0; above != 0; above &= above - 1, ++i) {
    const auto place = static_cast<std::uint32_t>(std::countr_zero(above));
    at[i] = static_cast<std::uint16_t>(first + place);
    values[i] = sums[place];
  }
  return n;
}

// Sets 64 sums to zero unless `keep` is 1.
inline void clear_unless(std::uint32_t keep, std::uint8_t* sums) {
#if defined(KWIC_AVX512)
  _mm512_mask_storeu_epi64(sums, static_cast<__mmask8>(keep - 1),
                           _mm512_setzero_si512());
#else
  const std::uint64_t mask = std::uint64_t{0} - keep;
  for (int i = 0; i < 64; i += 8) {
    store_le<std::uint64_t>(sums + i, load_le<std::uint64_t>(sums + i) & mask);
  }
#endif
}

// Sets the sums of four words to zero if none reaches the threshold; where that
// is slower than looking at each word, it always fails.
inline bool clear_below([[maybe_unused]] std::uint8_t* sums,
                        [[maybe_unused]] std::uint8_t threshold) {
#if defined(KWIC_AVX512)
  __m512i most = _mm512_loadu_si512(sums);
  for (int i = 64; i < 256; i += 64) {
    most = _mm512_max_epu8(most, _mm512_loadu_si512(sums + i));
  }
  const __m512i bar = _mm512_set1_epi8(static_cast<char>(threshold));
  if (_mm512_cmpge_epu8_mask(most, bar) != 0) return false;
  for (int i = 0; i < 256; i += 64) {
    _mm512_storeu_si512(sums + i, _mm512_setzero_si512());
  }
  return true;
#elif defined(__AVX2__)
  auto* const words = reinterpret_cast<__m256i*>(sums);
  __m256i most = _mm256_loadu_si256(words);
  for (int i = 1; i < 8; ++i) {
    most = _mm256_max_epu8(most, _mm256_loadu_si256(words + i));
  }
  const __m256i bar = _mm256_set1_epi8(static_cast<char>(threshold));
  const __m256i above = _mm256_cmpeq_epi8(_mm256_max_epu8(most, bar), most);
  if (_mm256_testz_si256(above, above) == 0) return false;
  for (int i = 0; i < 8; ++i) {
    _mm256_storeu_si256(words + i, _mm256_setzero_si256());
  }
  return true;
#else
  return false;
#endif
}

// Words that have one are found first, and the others cleared on the way. Where
// the 64 words before had hardly any, four are looked at together; else none of
// it has a branch, as whether a word has one is a toss-up.
std::uint32_t take_sums(std::uint8_t* sums, std::uint32_t words,
                        std::uint8_t threshold, std::uint16_t* at,
                        std::uint8_t* values) {
  constexpr std::uint32_t kHardlyAny = 4;
  std::uint16_t some[1024];
  std::uint32_t count = 0;
  std::uint32_t before = 0;
  bool hardly = true;
  for (std::uint32_t w = 0; w < words; w += 4) {
    if (w % 64 == 0) {
      hardly = count - before < kHardlyAny;
      before = count;
    }
    std::uint8_t* const four = sums + std::size_t{w} * 64;
    const std::uint32_t left = std::min(words - w, 4U);
    if (hardly && left == 4 && clear_below(four, threshold)) continue;
    for (std::uint32_t i = 0; i < left; ++i) {
      some[count] = static_cast<std::uint16_t>(w + i);
      std::uint8_t* const word = four + std::size_t{i} * 64;
      const std::uint32_t any = sums_reaching(word, threshold) != 0 ? 1 : 0;
      count += any;
      clear_unless(any, word);
    }
  }
  std::uint32_t n = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t first = some[i] * 64U;
    n += take_word(sums + first, first, threshold, at + n, values + n);
    clear_unless(0, sums + first);
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
#elif defined(KWIC_NEON)
  uint64x2_t sum = vdupq_n_u64(0);
  for (; i + 8 <= words; i += 8) {
    const std::uint8_t* p = bits + std::size_t{i} * 8;
    const auto ones = [p](std::size_t at) {
      return vcntq_u8(vld1q_u8(p + at));
    };
    const uint8x16_t here =
        vaddq_u8(vaddq_u8(ones(0), ones(16)), vaddq_u8(ones(32), ones(48)));
    sum = vpadalq_u32(sum, vpaddlq_u16(vpaddlq_u8(here)));
  }
  n = vaddvq_u64(sum);
#endif
  for (; i < words; ++i) {
    n += static_cast<std::uint64_t>(
        std::popcount(load_le<std::uint64_t>(bits + std::size_t{i} * 8)));
  }
  return n;
}

// NOLINTEND(misc-definitions-in-headers)
