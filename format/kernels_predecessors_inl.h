// SPDX-License-Identifier: Apache-2.0
// The kernel that reads all predecessor codes of a block.
//
// No include guard: a part of format/kernels_inl.h, which includes it inside
// its namespace.
// NOLINTBEGIN(misc-definitions-in-headers)

constexpr std::uint64_t kLowestOfNibbles = 0x1111'1111'1111'1111;

#if defined(__BMI2__)

std::uint64_t gather_nibbles(std::uint64_t ones) {
  return _pext_u64(ones, kLowestOfNibbles);
}

std::uint64_t spread(std::uint64_t bits, std::uint64_t mask) {
  return _pdep_u64(bits, mask);
}

#else

// The lowest bit of each nibble, together.
std::uint64_t gather_nibbles(std::uint64_t ones) {
  ones = (ones | ones >> 3) & 0x0303'0303'0303'0303;
  ones = (ones | ones >> 6) & 0x000f'000f'000f'000f;
  ones = (ones | ones >> 12) & 0x0000'00ff'0000'00ff;
  return (ones | ones >> 24) & 0xffff;
}

// Puts bit i where the i-th one of the mask is.
std::uint64_t spread(std::uint64_t bits, std::uint64_t mask) {
  std::uint64_t out = 0;
  for (; bits != 0; bits &= bits - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(bits));
    out |= std::uint64_t{1} << select_one_of(mask, i);
  }
  return out;
}

#endif

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

// NOLINTEND(misc-definitions-in-headers)
