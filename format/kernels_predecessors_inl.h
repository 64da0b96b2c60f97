// SPDX-License-Identifier: Apache-2.0
// The kernels that read all predecessor codes of a block.
//
// No include guard: a part of format/kernels_inl.h, which includes it inside
// its namespace.
// NOLINTBEGIN(misc-definitions-in-headers)

// Puts bit i where the i-th one of the mask is.
std::uint64_t spread(std::uint64_t bits, std::uint64_t mask) {
#if defined(__BMI2__)
  return _pdep_u64(bits, mask);
#else
  std::uint64_t out = 0;
  for (; bits != 0; bits &= bits - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(bits));
    out |= std::uint64_t{1} << select_one_of(mask, i);
  }
  return out;
#endif
}

#if defined(KWIC_AVX512)

// Those of n <= 64 codes from `at` on that match, as a set of bits.
std::uint64_t match_codes_at_once(const std::uint8_t* codes, std::uint64_t at,
                                  std::uint32_t n, std::uint8_t code,
                                  std::uint64_t& several) {
  const std::uint8_t* const from = codes + at / 2;
  const auto odd = static_cast<unsigned>(at % 2);
  const std::uint32_t bytes = std::min((n + odd + 1) / 2, 32U);
  const __m512i wide = _mm512_cvtepu8_epi16(
      _mm256_maskz_loadu_epi8(_bzhi_u32(~0U, bytes), from));
  // Each byte to two: its low nibble, then its high one.
  const __m512i nibbles = _mm512_and_si512(
      _mm512_or_si512(wide, _mm512_slli_epi16(wide, 4)), _mm512_set1_epi8(15));
  std::uint64_t doubts =
      _mm512_cmpeq_epi8_mask(nibbles, _mm512_set1_epi8(15)) >> odd;
  std::uint64_t found =
      _mm512_cmpeq_epi8_mask(nibbles,
                             _mm512_set1_epi8(static_cast<char>(code))) >>
      odd;
  if (n + odd > 64) {
    const unsigned last = from[32] & 15U;
    found |= std::uint64_t{last == code} << 63;
    doubts |= std::uint64_t{last == 15} << 63;
  }
  doubts = _bzhi_u64(doubts, n);
  several |= doubts;
  return _bzhi_u64(found, n) | doubts;
}

#else

constexpr std::uint64_t kLowestOfNibbles = 0x1111'1111'1111'1111;

// The lowest bit of each nibble, together.
std::uint64_t gather_nibbles(std::uint64_t ones) {
#if defined(__BMI2__)
  return _pext_u64(ones, kLowestOfNibbles);
#else
  ones = (ones | ones >> 3) & 0x0303'0303'0303'0303;
  ones = (ones | ones >> 6) & 0x000f'000f'000f'000f;
  ones = (ones | ones >> 12) & 0x0000'00ff'0000'00ff;
  return (ones | ones >> 24) & 0xffff;
#endif
}

// Of each nibble, its lowest bit if none of the nibble's is set.
std::uint64_t zero_nibbles(std::uint64_t n) {
  return ~(n | n >> 1 | n >> 2 | n >> 3) & kLowestOfNibbles;
}

// Those of n codes from `at` on that match, as a set of bits: a code matches
// where no bit of it differs. 14 of them can be loaded at any nibble.
std::uint64_t match_codes(const std::uint8_t* codes, std::uint64_t at,
                          std::uint32_t n, std::uint64_t wanted,
                          std::uint64_t& several) {
  std::uint64_t found = 0;
  for (std::uint32_t i = 0; i < n; i += 14) {
    const std::uint32_t some = std::min(n - i, 14U);
    const std::uint64_t these = read_bits(codes, 4 * (at + i), 4 * some);
    const std::uint64_t taken =
        kLowestOfNibbles & ((std::uint64_t{1} << 4 * some) - 1);
    const std::uint64_t unsure = zero_nibbles(~these) & taken;
    several |= unsure;
    found |= gather_nibbles((zero_nibbles(these ^ wanted) & taken) | unsure)
             << i;
  }
  return found;
}

#endif

#if defined(KWIC_NEON)

// The same by looking codes up, 64 at a time; n <= 64. REQUIRES: 33 readable
// bytes from that of code `at` on.
std::uint64_t match_codes_at_once(const std::uint8_t* codes, std::uint64_t at,
                                  std::uint32_t n, std::uint8_t code,
                                  std::uint64_t& several) {
  static constexpr std::uint8_t kCodes[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                              8, 9, 10, 11, 12, 13, 14, 15};
  const uint8x16_t all = vld1q_u8(kCodes);
  const uint8x16_t unsure = vceqq_u8(all, vdupq_n_u8(15));
  const uint8x16_t passes = vorrq_u8(vceqq_u8(all, vdupq_n_u8(code)), unsure);
  const std::uint8_t* from = codes + at / 2;
  std::uint64_t found = mask_of_codes(from, passes);
  std::uint64_t doubts = mask_of_codes(from, unsure);
  if (at % 2 != 0) {
    const unsigned last = from[32] & 15U;
    found = found >> 1 | std::uint64_t{last == code || last == 15} << 63;
    doubts = doubts >> 1 | std::uint64_t{last == 15} << 63;
  }
  const std::uint64_t taken =
      n < 64 ? (std::uint64_t{1} << n) - 1 : ~std::uint64_t{0};
  several |= doubts & taken;
  return found & taken;
}

#endif

bool match_predecessors(const std::uint8_t* mask, std::uint64_t n,
                        const std::uint8_t* codes, std::uint64_t coded,
                        std::uint8_t code, std::uint64_t* out) {
  std::uint64_t several = 0;
  std::uint64_t rank = 0;
  for (std::uint64_t at = 0; at < n; at += 64) {
    auto ones = load_le<std::uint64_t>(mask + at / 8);
    if (n - at < 64) ones &= (std::uint64_t{1} << (n - at)) - 1;
    const std::uint64_t here =
        std::min(static_cast<std::uint64_t>(std::popcount(ones)), coded - rank);
#if defined(KWIC_NEON)
    // Near the end only eight bytes more may be loaded.
    constexpr std::uint64_t kMargin = 2 * (33 - 8);
    const std::uint64_t found =
        coded - rank >= kMargin
            ? match_codes_at_once(codes, rank, static_cast<std::uint32_t>(here),
                                  code, several)
            : match_codes(codes, rank, static_cast<std::uint32_t>(here),
                          kLowestOfNibbles * code, several);
#elif defined(KWIC_AVX512)
    const std::uint64_t found = match_codes_at_once(
        codes, rank, static_cast<std::uint32_t>(here), code, several);
#else
    const std::uint64_t found =
        match_codes(codes, rank, static_cast<std::uint32_t>(here),
                    kLowestOfNibbles * code, several);
#endif
    out[at / 64] = spread(found, ones);
    rank += here;
  }
  return several != 0;
}

#if defined(KWIC_AVX512)

// 32 words of bits, and the ones before each, in registers, where looking up
// takes fewer steps than gathering from memory.
struct MarkTables {
  MarkTables(const std::uint64_t* bits, const std::uint32_t* before) {
    for (std::size_t i = 0; i < 4; ++i) {
      words[i] = _mm512_loadu_si512(bits + i * 8);
    }
    before_low = _mm512_loadu_si512(before);
    before_high = _mm512_loadu_si512(before + 16);
  }

  __m512i words_at(__m512i i) const {
    return _mm512_mask_blend_epi64(
        _mm512_test_epi64_mask(i, _mm512_set1_epi64(16)),
        _mm512_permutex2var_epi64(words[0], i, words[1]),
        _mm512_permutex2var_epi64(words[2], i, words[3]));
  }
  __m512i before_at(__m512i i) const {
    return _mm512_permutex2var_epi32(before_low, i, before_high);
  }

  __m512i words[4];
  __m512i before_low;
  __m512i before_high;
};

// Of eight words, the ones below a bit each.
__m256i ones_below(__m512i words, __m512i bits) {
  const __m512i above = _mm512_sllv_epi64(_mm512_set1_epi64(-1), bits);
  return _mm512_cvtepi64_epi32(
      _mm512_popcnt_epi64(_mm512_andnot_si512(above, words)));
}

// Of 2048 bits at most, the ones before each of n borders.
void rank_few(const std::uint64_t* bits, const std::uint32_t* before,
              const std::uint32_t* borders, std::uint32_t n, std::uint32_t end,
              std::uint32_t* ranks) {
  const MarkTables tables(bits, before);
  const __m512i last = _mm512_set1_epi32(static_cast<int>(end));
  for (std::uint32_t i = 0; i < n; i += 16) {
    const __m512i at = _mm512_min_epu32(_mm512_loadu_si512(borders + i), last);
    const __m512i word = _mm512_srli_epi32(at, 6);
    const __m512i bit = _mm512_and_si512(at, _mm512_set1_epi32(63));
    const auto half = [&](__m256i words_of, __m256i bits_of) {
      return ones_below(tables.words_at(_mm512_cvtepu32_epi64(words_of)),
                        _mm512_cvtepu32_epi64(bits_of));
    };
    const __m256i low =
        half(_mm512_castsi512_si256(word), _mm512_castsi512_si256(bit));
    const __m256i high = half(_mm512_extracti64x4_epi64(word, 1),
                              _mm512_extracti64x4_epi64(bit, 1));
    const __m512i ones =
        _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    _mm512_storeu_si512(ranks + i,
                        _mm512_add_epi32(tables.before_at(word), ones));
  }
}

#endif

std::uint32_t count_between(const std::uint64_t* bits,
                            const std::uint32_t* before,
                            const std::uint32_t* borders, std::uint32_t n,
                            std::uint32_t end, std::uint32_t* counts) {
  std::uint32_t ranks[256 + 16];  // ones before each border
#if defined(KWIC_AVX512)
  if (end / 64 < Kernels::kFewWords) {
    rank_few(bits, before, borders, n + 1, end, ranks);
  } else
#endif
  {
    for (std::uint32_t i = 0; i <= n; ++i) {
      const std::uint32_t at = std::min(borders[i], end);
      const std::uint64_t below = (std::uint64_t{1} << (at % 64)) - 1;
      ranks[i] = before[at / 64] + static_cast<std::uint32_t>(
                                       std::popcount(bits[at / 64] & below));
    }
  }
  std::uint32_t some = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    counts[i] = ranks[i + 1] - ranks[i];
    some += counts[i] != 0 ? 1 : 0;
  }
  return some;
}

// NOLINTEND(misc-definitions-in-headers)
