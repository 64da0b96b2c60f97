// SPDX-License-Identifier: Apache-2.0
// Elias-Fano: ascending integers in a number of bits known beforehand.
//
// DESCRIPTION. n ascending values below u are cut into l = floor(log2(u / n))
// low bits, stored as they are, and a high part, stored in unary: a bit string
// in which the i-th one stands at bit high_i + i. That takes l * n bits and
// n + (u - 1 >> l) bits, within half a bit per value of what any code can do
// for random values, and less than patched frames of gaps need.
//
// Two things make it the one integer code of kwic:
//   - its size follows from (n, u) alone, so that what lies behind it is found
//     without decoding it and without a stored size;
//   - it is searched without decoding: the values with high part h lie between
//     the (h - 1)-th and the h-th zero of the high bits.
// Where u <= 4 n a plain bitset of u bits is smaller still; ef_shape() says
// which of the two applies, again from (n, u) alone.
//
// Sources: P. Elias, "Efficient storage and retrieval by content and address
// of static files", JACM 21(2), 1974; R. Fano, MIT memorandum 61, 1971; S.
// Vigna, "Quasi-succinct indices", WSDM 2013; G. Ottaviano and R. Venturini,
// "Partitioned Elias-Fano indexes", SIGIR 2014 (which ours is, with uniform
// partitions: a posting block is coded in the universe it spans).
#ifndef KWIC_FORMAT_ELIAS_FANO_H_
#define KWIC_FORMAT_ELIAS_FANO_H_

#include <cstdint>
#include <span>

#include "format/bits.h"

namespace kwic {

// How n ascending values below u are laid out: low bits, then high bits, each
// from a whole byte on. A bitset has high bits only.
struct EfShape {
  bool bitset = false;
  unsigned low_width = 0;
  std::uint32_t low_bytes = 0;
  std::uint32_t high_bytes = 0;
  std::uint32_t total_bytes() const { return low_bytes + high_bytes; }
};

// REQUIRES: n <= u <= 2^32 unless the bytes are not trusted, in which case the
// shape makes no sense but is computed without overflow. n <= 65536.
inline EfShape ef_shape(std::uint64_t n, std::uint64_t u) noexcept {
  EfShape shape;
  if (n == 0) return shape;
  if (u <= 4 * n) {
    shape.bitset = true;
    shape.high_bytes = static_cast<std::uint32_t>(bytes_for_bits(u));
    return shape;
  }
  // (Nearly every block has 255 of them: a constant divides faster.)
  const std::uint64_t mean = n == 255 ? u / 255 : u / n;
  shape.low_width = static_cast<unsigned>(std::bit_width(mean)) - 1;
  shape.low_bytes =
      static_cast<std::uint32_t>(bytes_for_bits(n * shape.low_width));
  shape.high_bytes = static_cast<std::uint32_t>(
      bytes_for_bits(n + ((u - 1) >> shape.low_width)));
  return shape;
}

// Appends `values` (strictly ascending, each >= base, below base + u).
// REQUIRES: `out` is byte-aligned; it is so again afterwards.
inline void ef_encode(std::span<const std::uint32_t> values, std::uint32_t base,
                      std::uint64_t u, BitWriter& out) {
  const EfShape shape = ef_shape(values.size(), u);
  const std::uint64_t end =
      out.bit_count() + std::uint64_t{8} * shape.total_bytes();
  const unsigned low = shape.low_width;
  if (low > 0) {
    const std::uint64_t mask = (std::uint64_t{1} << low) - 1;
    out.put_all(values.size(), low,
                [=](std::size_t i) { return (values[i] - base) & mask; });
    out.align();
  }
  std::uint64_t previous = 0;
  out.put_all_unary(values.size(), std::uint64_t{8} * shape.high_bytes,
                    [&](std::size_t i) {
                      const std::uint64_t high = (values[i] - base) >> low;
                      const std::uint64_t zeros = high - previous;
                      previous = high + (shape.bitset ? 1 : 0);
                      return zeros;
                    });
  out.align();
  if (out.bit_count() < end) out.put_zeros(end - out.bit_count());
  out.align();
}

}  // namespace kwic

#endif  // KWIC_FORMAT_ELIAS_FANO_H_
