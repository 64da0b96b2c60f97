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
  // What the block holds besides positions.
  enum Contents : unsigned {
    kPositionsOnly = 0,
    kCounted = 1,  // how many they are: the list has several blocks
    kCoded = 2,    // predecessor codes
  };

  // The next postings: how many positions each has, one at least, these one
  // behind the other, ascending in each posting, and as many predecessor codes.
  void add(std::span<const std::uint32_t> frequencies,
           std::span<const std::uint32_t> positions,
           std::span<const std::uint8_t> predecessors);

  std::size_t postings() const { return postings_; }

  // Puts the block's bytes together. Valid until clear().
  std::span<const std::uint8_t> finish(unsigned contents);

  // Whether the block just finished has a predecessor code, and
  // kSeveralPredecessors.
  bool has_code() const { return coded_ != 0; }
  bool has_several() const { return several_; }

  void clear() {
    postings_ = 0;
    predecessors_.clear();
    gaps_.clear();
    bits_.clear();
  }

 private:
  // Sets `unary` to the bits of the unary half.
  unsigned best_low(std::uint64_t& unary) const;
  std::uint64_t unary_bits(std::span<const std::uint32_t> gaps,
                           unsigned low) const;
  void find_codes();
  void put_codes();
  void put_samples(unsigned low, unsigned width);

  BitWriter bits_;
  std::size_t postings_ = 0;
  std::vector<std::uint32_t> gaps_;
  std::uint64_t sum_ = 0;  // of the gaps
  std::vector<std::uint8_t> predecessors_;
  // Of the predecessor codes: which are not 0, how many that are, and whether
  // one is kSeveralPredecessors.
  std::vector<std::uint64_t> mask_;
  std::size_t coded_ = 0;
  bool several_ = false;
  std::vector<std::uint8_t> codes_;  // those that are not 0
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSITION_BLOCK_H_
