// SPDX-License-Identifier: Apache-2.0
// Kernels that look for documents in decoded blocks and count ones.
//
// No include guard: a part of format/kernels_inl.h, which includes it inside
// its namespace.
// NOLINTBEGIN(misc-definitions-in-headers)

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
    ranks[found] = first_rank + run +
                   static_cast<std::uint32_t>(std::countr_zero(equal | 65536U));
    found += (equal + 65535) >> 16;  // 1 unless it is 0
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

void ends_of_ones(const std::uint8_t* bits, std::uint32_t bytes,
                  std::uint32_t from, std::uint32_t n, std::uint32_t* out) {
  constexpr std::uint32_t kMost = 256 + 7;
  std::uint32_t raw[kMost + kDecodeSlack];
  // The ones before `from` are decoded too, and left out.
  const auto skip = static_cast<std::uint32_t>(
      std::popcount(static_cast<unsigned>(bits[0]) & ((1U << from) - 1)));
  const std::uint32_t found =
      decode_high(bits, bytes, std::min(n + skip, kMost), raw);
  const std::uint32_t there = found > skip ? std::min(found - skip, n) : 0;
  for (std::uint32_t i = 0; i < there; ++i)
    out[i] = raw[i + skip] + i + skip + 1;
  for (std::uint32_t i = there; i < n; ++i) out[i] = 8 * bytes;
}

// NOLINTEND(misc-definitions-in-headers)
