// SPDX-License-Identifier: Apache-2.0
// Kernels that look for many documents in an Elias-Fano block at once, without
// decoding it.
//
// No include guard: a part of format/kernels_inl.h, which includes it inside
// its namespace.
//
// DESCRIPTION. The values of high part h, a bucket, lie between two zeros of
// the high bits. How many values are before each zero, and the lowest eight
// bits of all, fit 770 bytes, and those are made with a few instructions per 64
// of them (EliasFanoIndex). A value is then looked up by reading where its
// bucket begins and ends, and comparing its low half with those between. All
// these are lookups in tables of bytes that fit registers, so 64 values are
// looked up together: two tables of 512 bytes once, and one of 256 as often as
// the fullest of the buckets has values, three or four times as a rule.
//
// For 64 values that takes 61 ns, index included, and as long whatever is
// found; with AVX2, which decodes and merges, 449 (find_in_block of the
// micro-benchmarks).
//
// Sources: S. Vigna, "Quasi-succinct indices", WSDM 2013, for searching by the
// zeros; tables in registers are the idea of W. Mula and D. Lemire, "Faster
// base64 encoding and decoding using AVX2 instructions", TWEB 12(3), 2018.
// NOLINTBEGIN(misc-definitions-in-headers)

#if defined(KWIC_AVX512)

inline __m512i all_bytes(std::uint32_t value) {
  return _mm512_set1_epi8(static_cast<char>(value));
}

// Each byte of a register: its place.
inline __m512i places_of_bytes() { return _mm512_load_si512(kIota.v); }

// The lowest eight bits of low halves, or all of fewer; writes up to 63 more.
inline void put_low_bytes(const std::uint8_t* low, std::uint32_t n,
                          unsigned width, std::uint8_t* out) {
  if (width > 8) {
    const LowHalves lows(low, width);
    for (std::uint32_t i = 0; i < n; i += 16) {
      _mm_store_si128(reinterpret_cast<__m128i*>(out + i),
                      _mm512_cvtepi32_epi8(lows.at(i)));
    }
    return;
  }
  // Eight low halves lie in as many bytes as one has bits.
  const __m512i places = places_of_bytes();
  const __m512i eighth =
      _mm512_and_si512(_mm512_srli_epi16(places, 3), all_bytes(7));
  const __m512i bytes = _mm512_add_epi8(
      _mm512_mullo_epi16(eighth, _mm512_set1_epi16(static_cast<short>(width))),
      _mm512_and_si512(places, all_bytes(7)));
  constexpr std::uint64_t kEighths = 0x0706'0504'0302'0100;
  const std::uint64_t shifts = kEighths * width;
  const __m512i shift = _mm512_set1_epi64(static_cast<std::int64_t>(shifts));
  const __m512i mask = all_bytes((1U << width) - 1);
  for (std::uint32_t i = 0; i < n; i += 64) {
    const __m512i raw = _mm512_loadu_si512(low + std::size_t{i / 8} * width);
    const __m512i eight = _mm512_permutexvar_epi8(bytes, raw);
    _mm512_store_si512(
        out + i,
        _mm512_and_si512(_mm512_multishift_epi64_epi8(shift, eight), mask));
  }
}

void index_elias_fano(const std::uint8_t* low, const std::uint8_t* high,
                      std::uint32_t high_bytes, std::uint32_t n,
                      unsigned low_width, EliasFanoIndex& out) {
  const __m512i ascending = places_of_bytes();
  high_bytes = std::min(high_bytes, EliasFanoIndex::kMostHighBytes);
  out.low = low;
  out.high = high;
  out.high_bytes = high_bytes;
  out.n = n;
  out.low_width = low_width;
  out.before[0] = 0;
  std::uint32_t zeros = 1;
  for (std::uint32_t at = 0; at < high_bytes; at += 8) {
    const std::uint64_t ones = high_word(high, high_bytes, at);
    const std::uint32_t bits = std::min(8 * (high_bytes - at), 64U);
    const std::uint64_t word = ~ones << (64 - bits) >> (64 - bits);
    // Its place less the zeros before it, modulo 256.
    const __m512i places = _mm512_maskz_compress_epi8(word, ascending);
    const __m512i shift =
        _mm512_sub_epi8(all_bytes(at * 8 + 1 - zeros), ascending);
    _mm512_storeu_si512(out.before + zeros, _mm512_add_epi8(places, shift));
    zeros += static_cast<std::uint32_t>(std::popcount(word));
  }
  for (; zeros <= EliasFanoIndex::kBuckets; zeros += 64) {
    _mm512_storeu_si512(out.before + zeros, all_bytes(n));
  }
  put_low_bytes(low, n, low_width, out.lows);
}

// Up to 64 values being looked up, a byte of each in a register. (Masks are
// made by comparing: moving one between a general register and one for masks
// takes as long as two comparisons.)
class BucketSearch {
 public:
  BucketSearch(const EliasFanoIndex& index, std::uint32_t base,
               const std::uint32_t* values, std::uint32_t n)
      : index_(index) {
    const __m512i first = _mm512_set1_epi32(static_cast<int>(base));
    const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(index.low_width));
    const __m512i most =
        _mm512_set1_epi32(2 * static_cast<int>(EliasFanoIndex::kBuckets) - 1);
    const __m512i ascending = places_of_bytes();
    const __m512i lanes =
        _mm512_cvtepu8_epi32(_mm512_castsi512_si128(ascending));
    __m512i value[4];
    __m512i high[4];
    for (int i = 0; i < 4; ++i) {
      const __mmask16 these = _mm512_cmplt_epi32_mask(
          lanes, _mm512_set1_epi32(static_cast<int>(n) - 16 * i));
      value[i] = _mm512_sub_epi32(
          _mm512_maskz_loadu_epi32(these, values + 16 * i), first);
      high[i] = _mm512_min_epu32(_mm512_srl_epi32(value[i], shift), most);
    }
    low_ = byte_of_each(value, 0);
    if (index.low_width < 8) {
      low_ = _mm512_and_si512(low_, all_bytes((1U << index.low_width) - 1));
    }
    bucket_ = byte_of_each(high, 0);
    const __m512i upper = byte_of_each(high, 1);
    far_ = _mm512_test_epi8_mask(upper, all_bytes(1));
    valid_ =
        _mm512_mask_cmplt_epu8_mask(_mm512_testn_epi8_mask(upper, all_bytes(2)),
                                    ascending, all_bytes(std::min(n, 64U)));
    at_ = place_ = of_bucket(index.before);
    end_ = of_bucket(index.before + 1);
  }

  // Whether some have not been compared with all of their bucket.
  bool more() const {
    return _mm512_mask_cmplt_epu8_mask(valid_, at_, end_) != 0;
  }
  // Compares each with the next value of its bucket.
  void next() {
    const __mmask64 inside = _mm512_mask_cmplt_epu8_mask(valid_, at_, end_);
    const __m512i here = of_256(index_.lows, at_, _mm512_movepi8_mask(at_));
    const __mmask64 equal = _mm512_mask_cmpeq_epi8_mask(inside, here, low_);
    place_ = _mm512_mask_mov_epi8(place_, equal, at_);
    found_ = _kor_mask64(found_, equal);
    at_ = _mm512_adds_epu8(at_, all_bytes(1));
  }

  // Of low halves of more than eight bits only eight have been compared: does
  // so with all, or looks for another that is the same.
  void confirm(const std::uint32_t* values, std::uint32_t base) {
    const unsigned width = index_.low_width;
    std::uint64_t found = found_in_block();
    alignas(64) std::uint8_t places[64];
    _mm512_store_si512(places, place_);
    for (std::uint64_t left = found; left != 0; left &= left - 1) {
      const auto i = static_cast<std::uint32_t>(std::countr_zero(left));
      const std::uint32_t value = values[i] - base;
      const std::uint64_t low =
          read_bits(index_.low, std::uint64_t{places[i]} * width, width);
      if ((value ^ low) << (64 - width) == 0) continue;
      std::uint32_t at = index_.n;
      const std::uint32_t next =
          search_elias_fano(index_.low, index_.high, index_.high_bytes,
                            index_.n, width, value, &at);
      places[i] = static_cast<std::uint8_t>(at);
      if (next != value) found &= ~(left & (0 - left));
    }
    found_ = found;
    place_ = load(places);
  }

  // Those found: each plus `first_value` to `which`, its place in the block
  // plus `first_rank` to `ranks`. Returns their number.
  std::uint32_t put(std::uint32_t first_value, std::uint32_t first_rank,
                    std::uint32_t* which, std::uint32_t* ranks) const {
    const __mmask64 found = found_in_block();
    const auto n =
        static_cast<std::uint32_t>(std::popcount(std::uint64_t{found}));
    __m512i values = _mm512_maskz_compress_epi8(found, places_of_bytes());
    __m512i places = _mm512_maskz_compress_epi8(found, place_);
    std::uint64_t left =
        n < 64 ? (std::uint64_t{1} << n) - 1 : ~std::uint64_t{0};
    do {
      const auto these = static_cast<__mmask16>(left);
      put_16(values, these, first_value, which);
      put_16(places, these, first_rank, ranks);
      values = next_16(values);
      places = next_16(places);
      which += 16;
      ranks += 16;
      left >>= 16;
    } while (left != 0);
    return n;
  }

 private:
  static __m512i load(const std::uint8_t* p) { return _mm512_loadu_si512(p); }

  // In damaged blocks a bucket may be beyond the end.
  __mmask64 found_in_block() const {
    return _mm512_mask_cmplt_epu8_mask(found_, place_, all_bytes(index_.n));
  }

  // Byte b of each of 64 values.
  static __m512i byte_of_each(const __m512i* values, std::uint32_t b) {
    constexpr __mmask64 kUpper = 0xffff'ffff'0000'0000;
    const __m512i four_times = _mm512_and_si512(
        _mm512_slli_epi16(places_of_bytes(), 2), all_bytes(0xfc));
    const __m512i from = _mm512_add_epi8(four_times, all_bytes(b));
    return _mm512_mask_mov_epi8(
        _mm512_permutex2var_epi8(values[0], from, values[1]), kUpper,
        _mm512_permutex2var_epi8(values[2], from, values[3]));
  }
  // table[at], where `second` has the uppermost bits of `at`.
  static __m512i of_256(const std::uint8_t* table, __m512i at,
                        __mmask64 second) {
    return _mm512_mask_mov_epi8(
        _mm512_permutex2var_epi8(load(table), at, load(table + 64)), second,
        _mm512_permutex2var_epi8(load(table + 128), at, load(table + 192)));
  }
  __m512i of_bucket(const std::uint8_t* table) const {
    const __mmask64 second = _mm512_movepi8_mask(bucket_);
    return _mm512_mask_mov_epi8(of_256(table, bucket_, second), far_,
                                of_256(table + 256, bucket_, second));
  }
  static void put_16(__m512i bytes, __mmask16 these, std::uint32_t more,
                     std::uint32_t* out) {
    const __m512i some = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(bytes));
    _mm512_mask_storeu_epi32(
        out, these,
        _mm512_add_epi32(some, _mm512_set1_epi32(static_cast<int>(more))));
  }
  static __m512i next_16(__m512i bytes) {
    return _mm512_shuffle_i32x4(bytes, bytes, 0b00'11'10'01);
  }

  __m512i low_;
  __m512i bucket_;
  __m512i at_;     // the next of the bucket
  __m512i end_;    // of the bucket
  __m512i place_;  // where it was found
  __mmask64 far_;  // in buckets from 256 on
  __mmask64 valid_;
  __mmask64 found_ = 0;
  const EliasFanoIndex& index_;
};

std::uint32_t find_in_elias_fano(const EliasFanoIndex& index,
                                 std::uint32_t base,
                                 const std::uint32_t* sought,
                                 std::uint32_t count, std::uint32_t first_value,
                                 std::uint32_t first_rank, std::uint32_t* which,
                                 std::uint32_t* ranks) {
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < count; i += 64) {
    BucketSearch search(index, base, sought + i, count - i);
    // Four are nearly always enough, and none waits for the one before.
    for (int j = 0; j < 4 || search.more(); ++j) search.next();
    if (index.low_width > 8) search.confirm(sought + i, base);
    found +=
        search.put(first_value + i, first_rank, which + found, ranks + found);
  }
  return found;
}

#else

constexpr decltype(Kernels::index_elias_fano) index_elias_fano = nullptr;
constexpr decltype(Kernels::find_in_elias_fano) find_in_elias_fano = nullptr;

#endif

// NOLINTEND(misc-definitions-in-headers)
