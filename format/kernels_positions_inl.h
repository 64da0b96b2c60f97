// SPDX-License-Identifier: Apache-2.0
// Kernels for positions: they add up Rice codes, and find what two sets of
// positions have in common.
//
// No include guard: a part of format/kernels_inl.h, which includes it inside
// its namespace.
// NOLINTBEGIN(misc-definitions-in-headers)

// ------------------------------------------------------- sums of Rice codes

// The high halves need no adding up: before the i-th one of their unary codes
// there are as many zeros as the high halves up to it are together, and
// decode_high() counts them. Only the low halves are added, a vector at a time
// by adding it to itself moved by 1, 2, 4 (and 8) places.

// highs[i]: the sum of the high halves up to value i. Where there are no low
// halves, each value but adds the one.
inline void add_ones(const std::uint32_t* highs, std::uint32_t n,
                     std::uint32_t sum, std::uint32_t* out) {
  for (std::uint32_t i = 0; i < n; ++i) out[i] = highs[i] + sum + i + 1;
}

inline void add_lows_portable(const std::uint32_t* highs,
                              const std::uint8_t* lows, std::uint32_t n,
                              unsigned width, std::uint32_t sum,
                              std::uint32_t* out) {
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t low = read_bits(lows, std::uint64_t{i} * width, width);
    sum += static_cast<std::uint32_t>(low) + 1;
    out[i] = sum + (highs[i] << width);
  }
}

#if defined(KWIC_AVX512)

// REQUIRES: width <= kMaxShuffledWidth.
void add_lows(const std::uint32_t* highs, const std::uint8_t* lows,
              std::uint32_t n, unsigned width, std::uint32_t sum,
              std::uint32_t* out) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i last = _mm512_set1_epi32(15);
  const LowHalves halves(lows, width);
  const __m128i count = _mm_cvtsi32_si128(static_cast<int>(width));
  __m512i before = _mm512_set1_epi32(static_cast<int>(sum));
  for (std::uint32_t i = 0; i < n; i += 16) {
    __m512i v = halves.at(i);
    v = _mm512_add_epi32(v, one);
    v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 15));
    v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 14));
    v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 12));
    v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 8));
    v = _mm512_add_epi32(v, before);
    before = _mm512_permutexvar_epi32(last, v);
    const __m512i high = _mm512_sll_epi32(_mm512_loadu_si512(highs + i), count);
    _mm512_storeu_si512(out + i, _mm512_add_epi32(v, high));
  }
}

#elif defined(__AVX2__)

// REQUIRES: as above.
void add_lows(const std::uint32_t* highs, const std::uint8_t* lows,
              std::uint32_t n, unsigned width, std::uint32_t sum,
              std::uint32_t* out) {
  const LowHalves halves(lows, width);
  const __m128i count = _mm_cvtsi32_si128(static_cast<int>(width));
  __m256i before = _mm256_set1_epi32(static_cast<int>(sum));
  for (std::uint32_t i = 0; i < n; i += 8) {
    __m256i v = halves.at(i);
    v = _mm256_add_epi32(v, _mm256_set1_epi32(1));
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
    // The last of the lower half to all of the upper one.
    const __m256i lower = _mm256_permute2x128_si256(v, v, 0x08);
    v = _mm256_add_epi32(v, _mm256_shuffle_epi32(lower, 0xff));
    v = _mm256_add_epi32(v, before);
    before = _mm256_permutevar8x32_epi32(v, _mm256_set1_epi32(7));
    const __m256i high = _mm256_sll_epi32(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(highs + i)), count);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                        _mm256_add_epi32(v, high));
  }
}

#elif defined(KWIC_NEON)

// REQUIRES: as above.
void add_lows(const std::uint32_t* highs, const std::uint8_t* lows,
              std::uint32_t n, unsigned width, std::uint32_t sum,
              std::uint32_t* out) {
  const uint32x4_t zero = vdupq_n_u32(0);
  const LowHalves halves(lows, width);
  const int32x4_t count = vdupq_n_s32(static_cast<int>(width));
  const auto sums_of = [&](uint32x4_t v) {
    v = vaddq_u32(v, vdupq_n_u32(1));
    v = vaddq_u32(v, vextq_u32(zero, v, 3));
    return vaddq_u32(v, vextq_u32(zero, v, 2));
  };
  const auto put = [&](std::uint32_t i, uint32x4_t v) {
    vst1q_u32(out + i, vaddq_u32(v, vshlq_u32(vld1q_u32(highs + i), count)));
  };
  uint32x4_t before = vdupq_n_u32(sum);
  for (std::uint32_t i = 0; i < n; i += 8) {
    const uint32x4x2_t low = halves.at(i);
    const uint32x4_t first = sums_of(low.val[0]);
    const uint32x4_t second =
        vaddq_u32(sums_of(low.val[1]), vdupq_laneq_u32(first, 3));
    put(i, vaddq_u32(first, before));
    put(i + 4, vaddq_u32(second, before));
    before = vaddq_u32(before, vdupq_laneq_u32(second, 3));
  }
}

#endif

std::uint32_t rice_sums(const std::uint8_t* unary, std::uint32_t bytes,
                        std::uint32_t from, const std::uint8_t* lows,
                        std::uint32_t n, unsigned low_width, std::uint32_t sum,
                        std::uint32_t* out) {
  constexpr std::uint32_t kMost = 256 + 7;
  std::uint32_t highs[kMost + kDecodeSlack];
  // The ones before `from` are decoded too, and left out.
  const auto skip = static_cast<std::uint32_t>(
      std::popcount(static_cast<unsigned>(unary[0]) & ((1U << from) - 1)));
  const std::uint32_t found =
      decode_high(unary, bytes, std::min(n + skip, kMost), highs);
  const std::uint32_t there = found > skip ? std::min(found - skip, n) : 0;
  // highs[i] counts the zeros before `from` too.
  sum -= (from - skip) << low_width;
  if (low_width == 0) {
    add_ones(highs + skip, there, sum, out);
    return there;
  }
#if defined(__AVX2__) || defined(KWIC_NEON)
  if (low_width <= kMaxShuffledWidth) {
    add_lows(highs + skip, lows, there, low_width, sum, out);
    return there;
  }
#endif
  add_lows_portable(highs + skip, lows, there, low_width, sum, out);
  return there;
}

// ------------------------------------------------------ words in a row

#if defined(__AVX2__) || defined(KWIC_NEON)

// A vector of values, and which of them have been equal to others.
#if defined(KWIC_AVX512)

constexpr std::uint32_t kLanes = 16;

// Equal values have a difference of no bit: the least of all is kept.
class Held {
 public:
  explicit Held(const std::uint32_t* values)
      : values_(_mm512_loadu_si512(values)) {}
  void against(std::uint32_t value) {
    const __m512i all = _mm512_set1_epi32(static_cast<int>(value));
    least_ = _mm512_min_epu32(least_, _mm512_xor_si512(values_, all));
  }
  std::uint32_t equal() const {
    return _mm512_testn_epi32_mask(least_, least_);
  }

 private:
  __m512i values_;
  __m512i least_ = _mm512_set1_epi32(-1);
};

#elif defined(KWIC_NEON)

constexpr std::uint32_t kLanes = 8;

class Held {
 public:
  explicit Held(const std::uint32_t* values)
      : values_{{vld1q_u32(values), vld1q_u32(values + 4)}} {}
  void against(std::uint32_t value) {
    const uint32x4_t all = vdupq_n_u32(value);
    lower_ = vorrq_u32(lower_, vceqq_u32(values_.val[0], all));
    upper_ = vorrq_u32(upper_, vceqq_u32(values_.val[1], all));
  }
  std::uint32_t equal() const { return mask_of_lanes(lower_, upper_); }

 private:
  uint32x4x2_t values_;
  uint32x4_t lower_ = vdupq_n_u32(0);
  uint32x4_t upper_ = vdupq_n_u32(0);
};

#else

constexpr std::uint32_t kLanes = 8;

class Held {
 public:
  explicit Held(const std::uint32_t* values)
      : values_(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(values))) {}
  void against(std::uint32_t value) {
    const __m256i all = _mm256_set1_epi32(static_cast<int>(value));
    equal_ = _mm256_or_si256(equal_, _mm256_cmpeq_epi32(values_, all));
  }
  std::uint32_t equal() const {
    return static_cast<std::uint32_t>(
        _mm256_movemask_ps(_mm256_castsi256_ps(equal_)));
  }

 private:
  __m256i values_;
  __m256i equal_ = _mm256_setzero_si256();
};

#endif

#if defined(KWIC_AVX512)

// Which of 16 values of b are among the n <= kMost of a, each and `difference`
// more. Nothing depends on how many these are, which is anyone's guess: the
// first stands in for those that are missing.
template <std::uint32_t kMost>
std::uint32_t among_few(const std::uint32_t* a, std::uint32_t n,
                        std::uint32_t difference, const std::uint32_t* b) {
  const __m512i first = _mm512_set1_epi32(static_cast<int>(a[0]));
  const __m512i more = _mm512_set1_epi32(static_cast<int>(difference));
  const auto there = static_cast<__mmask16>((1U << n) - 1);
  const __m512i few =
      _mm512_add_epi32(_mm512_mask_loadu_epi32(first, there, a), more);
  const __m512i values = _mm512_loadu_si512(b);
  __m512i at = _mm512_setzero_si512();
  __m512i least = _mm512_set1_epi32(-1);
  for (std::uint32_t i = 0; i < kMost; ++i) {
    const __m512i one = _mm512_permutexvar_epi32(at, few);
    least = _mm512_min_epu32(least, _mm512_xor_si512(values, one));
    at = _mm512_add_epi32(at, _mm512_set1_epi32(1));
  }
  return _mm512_testn_epi32_mask(least, least);
}

#endif

// How many of m values of b, less their `less`, are among the n of a, less
// theirs: each value of a, the shorter set, is held against a vector of b.
inline std::uint32_t count_common(const std::uint32_t* a, std::uint32_t n,
                                  std::uint32_t less_a, const std::uint32_t* b,
                                  std::uint32_t m, std::uint32_t less_b) {
  const std::uint32_t difference = less_b - less_a;
#if defined(KWIC_AVX512)
  if (n <= 8 && m <= kLanes) {
    const std::uint32_t equal = n <= 2 ? among_few<2>(a, n, difference, b)
                                       : among_few<8>(a, n, difference, b);
    return static_cast<std::uint32_t>(std::popcount(equal & ((1U << m) - 1)));
  }
#endif
  const std::uint32_t* const end = a + n;
  std::uint32_t found = 0;
  for (; m > kLanes && a != end; b += kLanes, m -= kLanes) {
    const std::uint32_t last = b[kLanes - 1] - less_b;
    Held held(b);
    for (; a != end && *a - less_a <= last; ++a) held.against(*a + difference);
    found += static_cast<std::uint32_t>(std::popcount(held.equal()));
  }
  Held held(b);
  for (; a != end; ++a) held.against(*a + difference);
  const std::uint32_t here = (1U << std::min(m, kLanes)) - 1;
  const std::uint32_t equal = held.equal() & here;
  return found + static_cast<std::uint32_t>(std::popcount(equal));
}

#else

// A merge without branches.
inline std::uint32_t count_common(const std::uint32_t* a, std::uint32_t n,
                                  std::uint32_t less_a, const std::uint32_t* b,
                                  std::uint32_t m, std::uint32_t less_b) {
  std::uint32_t found = 0;
  for (std::uint32_t i = 0, j = 0; i < n && j < m;) {
    const std::uint32_t x = a[i] - less_a;
    const std::uint32_t y = b[j] - less_b;
    found += x == y ? 1 : 0;
    i += x <= y ? 1 : 0;
    j += y <= x ? 1 : 0;
  }
  return found;
}

#endif

void count_rows(const std::uint32_t* a, const PositionRun* runs_a,
                const std::uint32_t* b, const PositionRun* runs_b,
                std::uint32_t n, std::int32_t distance, std::uint32_t* out) {
  const auto ahead = static_cast<std::uint32_t>(std::max(distance, 0));
  const auto behind = static_cast<std::uint32_t>(std::max(-distance, 0));
  for (std::uint32_t i = 0; i < n; ++i) {
    PositionRun x = runs_a[i];
    PositionRun y = runs_b[i];
    const std::uint32_t* x_sums = a + x.at;
    const std::uint32_t* y_sums = b + y.at;
    // Either is moved up, so that nothing is below zero, and all ascends.
    x.less -= ahead;
    y.less -= behind;
    if (x.count > y.count) {
      std::swap(x, y);
      std::swap(x_sums, y_sums);
    }
    out[i] = x.count == 0 ? 0
                          : count_common(x_sums, x.count, x.less, y_sums,
                                         y.count, y.less);
  }
}

// NOLINTEND(misc-definitions-in-headers)
