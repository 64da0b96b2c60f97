// SPDX-License-Identifier: Apache-2.0
// Kernels that look for documents in decoded blocks and count ones.
//
// No include guard: a part of format/kernels_inl.h, which includes it inside
// its namespace.
// NOLINTBEGIN(misc-definitions-in-headers)

// ------------------------------------------------------------ sorted search

// 1 if a < b, else 0: by arithmetic, which no compiler turns into a jump.
// Whether a document is found is anyone's guess, and a processor that need not
// guess works on several at once.
inline std::uint32_t below(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>((std::uint64_t{a} - b) >> 63);
}

#if defined(__AVX2__) || defined(KWIC_NEON)

// Finds a value in 256 ascending documents: the ends of the 16 runs of 16 tell
// the run, all of the run the place.
class RunSearch {
 public:
  RunSearch(const std::uint32_t* docs, const std::uint32_t* ends)
      : docs_(docs) {
#if defined(KWIC_AVX512)
    ends_ = _mm512_loadu_si512(ends);
#elif defined(KWIC_NEON)
    ends_ = vld1q_u32_x4(ends);
#else
    const __m256i sign = _mm256_set1_epi32(kSign);
    lower_ends_ = _mm256_xor_si256(load(ends), sign);
    upper_ends_ = _mm256_xor_si256(load(ends + 8), sign);
#endif
  }

  // The place of `value`, or 16 behind the first of its run.
  std::uint32_t operator()(std::uint32_t value, std::uint32_t* found) const {
    const std::uint32_t run = std::min(ends_below(value), 15U) * 16;
    const std::uint32_t equal = equal_in(run, value);
    *found = (equal + 0xffff) >> 16;  // 1 unless it is 0
    return run + static_cast<std::uint32_t>(std::countr_zero(equal | 0x10000U));
  }

 private:
#if defined(KWIC_AVX512)
  std::uint32_t ends_below(std::uint32_t value) const {
    return static_cast<std::uint32_t>(std::popcount(_mm512_cmplt_epu32_mask(
        ends_, _mm512_set1_epi32(static_cast<int>(value)))));
  }
  std::uint32_t equal_in(std::uint32_t run, std::uint32_t value) const {
    return _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(docs_ + run),
                                   _mm512_set1_epi32(static_cast<int>(value)));
  }

  __m512i ends_;
#elif defined(KWIC_NEON)
  std::uint32_t ends_below(std::uint32_t value) const {
    const uint32x4_t all = vdupq_n_u32(value);
    const auto less = [&](int i) { return vcltq_u32(ends_.val[i], all); };
    // Each lane that is less counts as minus one.
    return 0 - vaddvq_u32(vaddq_u32(vaddq_u32(less(0), less(1)),
                                    vaddq_u32(less(2), less(3))));
  }
  std::uint32_t equal_in(std::uint32_t run, std::uint32_t value) const {
    const uint32x4_t all = vdupq_n_u32(value);
    const uint32x4x4_t docs = vld1q_u32_x4(docs_ + run);
    const auto equal = [&](int i) { return vceqq_u32(docs.val[i], all); };
    const std::uint32_t upper = mask_of_lanes(equal(2), equal(3));
    return mask_of_lanes(equal(0), equal(1)) | upper << 8;
  }

  uint32x4x4_t ends_;
#else
  static constexpr int kSign = -0x7fff'ffff - 1;  // to compare as unsigned

  static __m256i load(const std::uint32_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  static std::uint32_t mask(__m256i lower, __m256i upper) {
    const auto bits = [](__m256i v) {
      return static_cast<std::uint32_t>(
          _mm256_movemask_ps(_mm256_castsi256_ps(v)));
    };
    return bits(lower) | bits(upper) << 8;
  }
  std::uint32_t ends_below(std::uint32_t value) const {
    const __m256i all = _mm256_set1_epi32(static_cast<int>(value) ^ kSign);
    return static_cast<std::uint32_t>(
        std::popcount(mask(_mm256_cmpgt_epi32(all, lower_ends_),
                           _mm256_cmpgt_epi32(all, upper_ends_))));
  }
  std::uint32_t equal_in(std::uint32_t run, std::uint32_t value) const {
    const __m256i all = _mm256_set1_epi32(static_cast<int>(value));
    return mask(_mm256_cmpeq_epi32(all, load(docs_ + run)),
                _mm256_cmpeq_epi32(all, load(docs_ + run + 8)));
  }

  __m256i lower_ends_;
  __m256i upper_ends_;
#endif
  const std::uint32_t* docs_;
};

#if !defined(KWIC_AVX512)

// Of 8 values and 8 documents, the values that are among the documents: bit i
// is that of the i-th. All pairs are compared, a rotation of the documents at a
// time.
#if defined(KWIC_NEON)

inline std::uint32_t common_of(const std::uint32_t* values,
                               const std::uint32_t* docs) {
  const uint32x4x2_t v = vld1q_u32_x2(values);
  const uint32x4x2_t d = vld1q_u32_x2(docs);
  uint32x4_t lower = vdupq_n_u32(0);
  uint32x4_t upper = vdupq_n_u32(0);
  const auto against = [&](uint32x4_t some) {
    lower = vorrq_u32(lower, vceqq_u32(v.val[0], some));
    upper = vorrq_u32(upper, vceqq_u32(v.val[1], some));
  };
  for (const uint32x4_t half : d.val) {
    against(half);
    against(vextq_u32(half, half, 1));
    against(vextq_u32(half, half, 2));
    against(vextq_u32(half, half, 3));
  }
  return mask_of_lanes(lower, upper);
}

#else

inline std::uint32_t common_of(const std::uint32_t* first_value,
                               const std::uint32_t* first_doc) {
  const __m256i values =
      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first_value));
  const __m256i docs =
      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first_doc));
  const __m256i swapped = _mm256_permute2x128_si256(docs, docs, 1);
  const auto equal = [&](__m256i a, __m256i b) {
    return _mm256_or_si256(_mm256_cmpeq_epi32(values, a),
                           _mm256_cmpeq_epi32(values, b));
  };
  const __m256i by_0 = equal(docs, swapped);
  const __m256i by_1 = equal(_mm256_shuffle_epi32(docs, 0b00'11'10'01),
                             _mm256_shuffle_epi32(swapped, 0b00'11'10'01));
  const __m256i by_2 = equal(_mm256_shuffle_epi32(docs, 0b01'00'11'10),
                             _mm256_shuffle_epi32(swapped, 0b01'00'11'10));
  const __m256i by_3 = equal(_mm256_shuffle_epi32(docs, 0b10'01'00'11),
                             _mm256_shuffle_epi32(swapped, 0b10'01'00'11));
  const __m256i any =
      _mm256_or_si256(_mm256_or_si256(by_0, by_1), _mm256_or_si256(by_2, by_3));
  return static_cast<std::uint32_t>(
      _mm256_movemask_ps(_mm256_castsi256_ps(any)));
}

#endif

// The places of the ones of `mask`, each plus `first`, to `out`, of which eight
// are written. Returns how many there are.
inline std::uint32_t put_ones(std::uint32_t mask, std::uint32_t first,
                              std::uint32_t* out) {
#if defined(KWIC_NEON)
  const uint32x4x2_t ones = widen(kOnes.at[mask]);
  const uint32x4_t more = vdupq_n_u32(first);
  vst1q_u32(out, vaddq_u32(ones.val[0], more));
  vst1q_u32(out + 4, vaddq_u32(ones.val[1], more));
#else
  const __m256i ones = _mm256_cvtepu8_epi32(
      _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kOnes.at[mask])));
  _mm256_storeu_si256(
      reinterpret_cast<__m256i*>(out),
      _mm256_add_epi32(ones, _mm256_set1_epi32(static_cast<int>(first))));
#endif
  return static_cast<std::uint32_t>(std::popcount(mask));
}

// The most values that merge() takes.
constexpr std::uint32_t kMostMerged = 256;

// The places in `sought` of those that are among the documents. Goes through
// both together, eight values and eight documents at a time (B. Schlegel, T.
// Willhalm and W. Lehner, "Fast sorted-set intersection using SIMD
// instructions", ADMS 2011). REQUIRES: n is a multiple of 8.
std::uint32_t merge(const std::uint32_t* sought, std::uint32_t n,
                    const std::uint32_t* docs, std::uint32_t* places) {
  std::uint32_t found = 0;
  std::uint32_t done = 0;  // of the eight values: damaged blocks may have
                           // documents twice
  for (std::uint32_t i = 0, j = 0; i < n && j < 256;) {
    const std::uint32_t common = common_of(sought + i, docs + j) & ~done;
    found += put_ones(common, i, places + found);
    const std::uint32_t more_values = below(docs[j + 7], sought[i + 7]);
    const std::uint32_t more_docs = below(sought[i + 7], docs[j + 7]);
    done = (done | common) & (0 - more_values);
    i += 8 - 8 * more_values;
    j += 8 - 8 * more_docs;
  }
  return found;
}

#endif

std::uint32_t intersect(const std::uint32_t* sought, std::uint32_t n,
                        const std::uint32_t* docs, const std::uint32_t* ends,
                        std::uint32_t first_value, std::uint32_t first_rank,
                        std::uint32_t* which, std::uint32_t* ranks) {
  const RunSearch search(docs, ends);
  std::uint32_t yes = 0;
  std::uint32_t found = 0;
  std::uint32_t merged = 0;
#if !defined(KWIC_AVX512)  // which seldom decodes a block for so many
  // Going through a block takes as long as looking up this many values.
  constexpr std::uint32_t kWorthMerging = 40;
  if (n >= kWorthMerging) {
    std::uint32_t places[kMostMerged + 8];
    merged = std::min(n / 8 * 8, kMostMerged);
    const std::uint32_t common = merge(sought, merged, docs, places);
    // All are found again, but in damaged blocks, which may be out of order.
    for (std::uint32_t i = 0; i < common; ++i) {
      which[found] = first_value + places[i];
      ranks[found] = first_rank + search(sought[places[i]], &yes);
      found += yes;
    }
  }
#endif
  for (std::uint32_t i = merged; i < n; ++i) {
    which[found] = first_value + i;
    ranks[found] = first_rank + search(sought[i], &yes);
    found += yes;
  }
  return found;
}

#else

// Eight steps that halve the range; those of one value wait for each other.
std::uint32_t intersect(const std::uint32_t* sought, std::uint32_t n,
                        const std::uint32_t* docs, const std::uint32_t*,
                        std::uint32_t first_value, std::uint32_t first_rank,
                        std::uint32_t* which, std::uint32_t* ranks) {
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    std::uint32_t place = 0;
    for (std::uint32_t step = 128; step > 0; step /= 2) {
      place += step * below(docs[place + step - 1], sought[i]);
    }
    which[found] = first_value + i;
    ranks[found] = first_rank + place;
    found += docs[place] == sought[i] ? 1 : 0;
  }
  return found;
}

#endif

#if defined(KWIC_NEON)

// Of eight documents those that have a one; their ranks begin at `rank`. Writes
// eight of both.
inline void take_eight(const std::uint32_t* docs, std::uint32_t ones,
                       std::uint32_t rank, std::uint32_t* out,
                       std::uint32_t* ranks) {
  const uint32x4x2_t lanes = widen(kOnes.at[ones]);
  const uint32x4x2_t here = vld1q_u32_x2(docs);
  const uint8x16x2_t bytes{
      {vreinterpretq_u8_u32(here.val[0]), vreinterpretq_u8_u32(here.val[1])}};
  const uint32x4_t first = vdupq_n_u32(rank);
  for (unsigned h = 0; h < 2; ++h) {
    // The four bytes of each lane.
    const uint32x4_t from =
        vmlaq_n_u32(vdupq_n_u32(0x0302'0100), lanes.val[h], 0x0404'0404);
    const uint8x16_t taken = vqtbl2q_u8(bytes, vreinterpretq_u8_u32(from));
    vst1q_u32(out + 4 * h, vreinterpretq_u32_u8(taken));
    vst1q_u32(ranks + 4 * h, vaddq_u32(lanes.val[h], first));
  }
}

#endif

// Lanes at a time, so that the ones cost no jumps.
std::uint32_t take_masked(const std::uint32_t* docs, std::uint32_t n,
                          const std::uint64_t mask[4], std::uint32_t first_rank,
                          std::uint32_t* out, std::uint32_t* ranks) {
  std::uint32_t taken = 0;
#if defined(KWIC_AVX512)
  __m512i rank = _mm512_add_epi32(
      _mm512_set1_epi32(static_cast<int>(first_rank)),
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  for (std::uint32_t i = 0; i < n; i += 16) {
    const auto left =
        static_cast<std::uint16_t>(n - i >= 16 ? 0xffffU : (1U << (n - i)) - 1);
    const auto ones = static_cast<__mmask16>((mask[i / 64] >> (i % 64)) & left);
    const __m512i here = _mm512_loadu_si512(docs + i);
    _mm512_storeu_si512(out + taken, _mm512_maskz_compress_epi32(ones, here));
    _mm512_storeu_si512(ranks + taken, _mm512_maskz_compress_epi32(ones, rank));
    rank = _mm512_add_epi32(rank, _mm512_set1_epi32(16));
    taken += static_cast<std::uint32_t>(
        std::popcount(static_cast<std::uint32_t>(ones)));
  }
#elif defined(__AVX2__)
  const auto* const from = reinterpret_cast<const __m256i*>(docs);
  for (std::uint32_t i = 0; i < n; i += 8) {
    const std::uint32_t left = n - i >= 8 ? 0xff : (1U << (n - i)) - 1;
    const auto ones =
        static_cast<std::uint32_t>(mask[i / 64] >> (i % 64)) & left;
    const __m256i lanes = _mm256_cvtepu8_epi32(
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kOnes.at[ones])));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(out + taken),
        _mm256_permutevar8x32_epi32(_mm256_loadu_si256(from + i / 8), lanes));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(ranks + taken),
        _mm256_add_epi32(lanes,
                         _mm256_set1_epi32(static_cast<int>(first_rank + i))));
    taken += static_cast<std::uint32_t>(std::popcount(ones));
  }
#elif defined(KWIC_NEON)
  for (std::uint32_t w = 0; w < n; w += 64) {
    const std::uint64_t left =
        n - w >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (n - w)) - 1;
    const std::uint64_t word = mask[w / 64] & left;
    const std::uint64_t up_to = ones_up_to_bytes(word);
    for (std::uint32_t b = 0; b < 8 && w + 8 * b < n; ++b) {
      take_eight(docs + w + 8 * b, byte_of(word, b), first_rank + w + 8 * b,
                 out + taken + byte_of(up_to << 8, b),
                 ranks + taken + byte_of(up_to << 8, b));
    }
    taken += byte_of(up_to, 7);
  }
#else
  for (std::uint32_t i = 0; i < n; ++i) {
    out[taken] = docs[i];
    ranks[taken] = first_rank + i;
    taken += static_cast<std::uint32_t>(mask[i / 64] >> (i % 64) & 1);
  }
#endif
  return taken;
}

// ------------------------------------------------------------------ the best

// Each place gets the one of three that is between the others: what is there,
// what was before it, and the new key. So nothing depends on where the key
// belongs, which is anyone's guess.
void keep_best(const std::uint32_t* docs, const float* scores, std::uint32_t n,
               float bar, std::uint32_t k, std::int64_t* keys) {
#if defined(KWIC_AVX512)
  static_assert(kFewBest == 16);
  const __m512i most = _mm512_set1_epi64(0x7fff'ffff'ffff'ffff);
  __m512i first = _mm512_loadu_si512(keys);
  __m512i last = _mm512_loadu_si512(keys + 8);
  const auto insert = [](__m512i kept, __m512i before, __m512i key) {
    const __m512i shifted = _mm512_alignr_epi64(kept, before, 7);
    return _mm512_max_epi64(kept, _mm512_min_epi64(shifted, key));
  };
  for (std::uint32_t i = 0; i < n; ++i) {
    if (scores[i] < bar) continue;
    const __m512i key = _mm512_set1_epi64(best_key(docs[i], scores[i]));
    last = insert(last, first, key);
    first = insert(first, most, key);
  }
  _mm512_storeu_si512(keys, first);
  _mm512_storeu_si512(keys + 8, last);
  (void)k;
#elif defined(__AVX2__) || defined(KWIC_NEON)
  portable::kKernels.keep_best(docs, scores, n, bar, k, keys);
#else
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::int64_t key = best_key(docs[i], scores[i]);
    if (scores[i] < bar || key < keys[k - 1]) continue;
    std::int64_t before = key;
    for (std::uint32_t p = 0; p < k; ++p) {
      const std::int64_t here = keys[p];
      keys[p] = std::max(here, std::min(before, key));
      before = here;
    }
  }
#endif
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

// NOLINTEND(misc-definitions-in-headers)
