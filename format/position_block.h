// SPDX-License-Identifier: Apache-2.0
// PositionBlock: the positions of one posting block, on their way to its bytes.
#ifndef KWIC_FORMAT_POSITION_BLOCK_H_
#define KWIC_FORMAT_POSITION_BLOCK_H_

#include <cstdint>
#include <span>
#include <vector>

#include "format/bits.h"
#include "format/posting_format.h"

namespace kwic {

class PositionBlock {
 public:
  void add(std::uint32_t length, std::span<const std::uint32_t> positions) {
    if (postings_ % kChunkPostings == 0) {
      bits_.align();
      if (postings_ > 0) chunk_starts_.push_back(bits_.bytes().size());
    }
    ++postings_;
    const PositionShape shape = position_shape(length, positions.size());
    if (shape.plain) {
      for (const std::uint32_t p : positions) bits_.put(p, shape.width);
    } else {
      put_elias_fano(shape, positions);
    }
  }

  std::uint32_t postings() const { return postings_; }

  // Puts the block's bytes together. Valid until clear().
  const std::vector<std::uint8_t>& finish() {
    bits_.align();
    if (postings_ <= kChunkPostings) return bits_.bytes();
    const unsigned width = chunk_starts_.back() > 0xffff ? 4 : 2;
    block_.push_back(static_cast<std::uint8_t>(width));
    for (const std::uint64_t at : chunk_starts_) append_offset(at, width);
    block_.insert(block_.end(), bits_.bytes().begin(), bits_.bytes().end());
    return block_;
  }

  void clear() {
    postings_ = 0;
    chunk_starts_.clear();
    bits_.clear();
    block_.clear();
  }

 private:
  void append_offset(std::uint64_t offset, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
      block_.push_back(static_cast<std::uint8_t>(offset >> (8 * i)));
    }
  }

  void put_elias_fano(const PositionShape& shape,
                      std::span<const std::uint32_t> positions) {
    const std::uint64_t end = bits_.bit_count() + shape.bits;
    const std::uint64_t mask = (std::uint64_t{1} << shape.width) - 1;
    std::uint32_t i = 0;
    for (const std::uint32_t p : positions) {
      bits_.put((p - i++) & mask, shape.width);
    }
    std::uint64_t previous = 0;
    i = 0;
    for (const std::uint32_t p : positions) {
      const std::uint64_t high = std::uint64_t{p - i++} >> shape.width;
      bits_.put_unary(high - previous);
      previous = high;
    }
    bits_.put_zeros(end - bits_.bit_count());
  }

  BitWriter bits_;
  std::uint32_t postings_ = 0;
  std::vector<std::uint64_t> chunk_starts_;
  std::vector<std::uint8_t> block_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSITION_BLOCK_H_
