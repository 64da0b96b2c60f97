// SPDX-License-Identifier: Apache-2.0
// Kernels that look for documents in decoded blocks and count ones.
//
// No include guard: a part of format/kernels_inl.h, which includes it inside
// its namespace.
// NOLINTBEGIN(misc-definitions-in-headers)

// ------------------------------------------------------------ sorted search

// Neither form has a branch: half of the values are in the block, and a
// processor that need not guess which works on several at once. (256-bit
// vectors would gain nothing over the search by halves.)
#if defined(KWIC_AVX512)

// The ends of the 16 runs of 16 documents tell the run, all of the run the
// place.
std::uint32_t intersect(const std::uint32_t* sought, std::uint32_t n,
                        const std::uint32_t* docs, const std::uint32_t* ends,
                        std::uint32_t first_value, std::uint32_t first_rank,
                        std::uint32_t* which, std::uint32_t* ranks) {
  const __m512i all_ends = _mm512_loadu_si512(ends);
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const __m512i value = _mm512_set1_epi32(static_cast<int>(sought[i]));
    const auto before = static_cast<std::uint32_t>(
        std::popcount(_mm512_cmplt_epu32_mask(all_ends, value)));
    const std::uint32_t run = std::min(before, 15U) * 16;
    const std::uint32_t equal =
        _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(docs + run), value);
    which[found] = first_value + i;
    ranks[found] = first_rank + run +
                   static_cast<std::uint32_t>(std::countr_zero(equal | 65536U));
    found += (equal + 65535) >> 16;  // 1 unless it is 0
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
      place += docs[place + step - 1] < sought[i] ? step : 0;
    }
    which[found] = first_value + i;
    ranks[found] = first_rank + place;
    found += docs[place] == sought[i] ? 1 : 0;
  }
  return found;
}

#endif

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
