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
  // The positions of the next posting: ascending, one at least; and as many
  // predecessor codes.
  void add(std::span<const std::uint32_t> positions,
           const std::uint8_t* predecessors) {
    ++postings_;
    predecessors_.insert(predecessors_.end(), predecessors,
                         predecessors + positions.size());
    std::uint32_t least = 0;
    for (const std::uint32_t p : positions) {
      gaps_.push_back(p - least);
      least = p + 1;
    }
  }

  std::uint32_t postings() const { return postings_; }

  // Puts the block's bytes together; with the number of occurrences if the
  // list has several blocks. Valid until clear().
  const std::vector<std::uint8_t>& finish(bool counted);

  // The predecessor codes there are, as a set of bits.
  std::uint32_t predecessors_seen() const;

  // Leaves out the predecessor codes.
  void drop_predecessors() {
    predecessors_.assign(gaps_.size(), std::uint8_t{0});
  }

  void clear() {
    postings_ = 0;
    predecessors_.clear();
    gaps_.clear();
    bits_.clear();
  }

 private:
  unsigned best_low() const;
  std::uint64_t unary_bits(unsigned low) const;
  void put_predecessors();
  void put_samples(unsigned low, unsigned width);

  BitWriter bits_;
  std::uint32_t postings_ = 0;
  std::vector<std::uint32_t> gaps_;
  std::vector<std::uint8_t> predecessors_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSITION_BLOCK_H_
