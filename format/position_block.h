// SPDX-License-Identifier: Apache-2.0
// PositionBlock: the positions of one posting block, on their way to its bytes.
#ifndef KWIC_FORMAT_POSITION_BLOCK_H_
#define KWIC_FORMAT_POSITION_BLOCK_H_

#include <cstdint>
#include <span>
#include <vector>

#include "format/bits.h"

namespace kwic {

class PositionBlock {
 public:
  // The positions of the next posting: ascending, one at least.
  void add(std::span<const std::uint32_t> positions) {
    ++postings_;
    std::uint32_t least = 0;
    for (const std::uint32_t p : positions) {
      gaps_.push_back(p - least);
      least = p + 1;
    }
  }

  std::uint32_t postings() const { return postings_; }

  // Puts the block's bytes together; with their number of occurrences if the
  // list has several blocks. Valid until clear().
  const std::vector<std::uint8_t>& finish(bool counted);

  void clear() {
    postings_ = 0;
    gaps_.clear();
    bits_.clear();
  }

 private:
  unsigned best_low() const;
  std::uint64_t unary_bits(unsigned low) const;
  void put_numbers(bool counted, unsigned low, unsigned width);

  BitWriter bits_;
  std::uint32_t postings_ = 0;
  std::vector<std::uint32_t> gaps_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSITION_BLOCK_H_
