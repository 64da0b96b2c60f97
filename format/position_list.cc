// SPDX-License-Identifier: Apache-2.0
#include "format/position_list.h"

#include <algorithm>
#include <bit>

namespace kwic {
namespace {

// Reads the bits of one document. REQUIRES: shape.bits at `bit` are there.
void read_plain(const std::uint8_t* data, std::uint64_t bit,
                const PositionShape& shape, std::uint32_t limit,
                std::vector<std::uint32_t>& out) {
  for (std::uint32_t& position : out) {
    const auto value =
        static_cast<std::uint32_t>(read_bits(data, bit, shape.width));
    position = std::min(value, limit);
    bit += shape.width;
  }
}

void read_elias_fano(const std::uint8_t* data, std::uint64_t bit,
                     const PositionShape& shape, std::uint32_t limit,
                     std::vector<std::uint32_t>& out) {
  const std::uint64_t end = bit + shape.bits;
  std::uint64_t low_bit = bit;
  std::uint64_t high_bit = bit + std::uint64_t{shape.width} * out.size();
  std::uint64_t high = 0;
  std::uint32_t i = 0;
  while (i < out.size() && high_bit < end) {
    // 56 bits are sure to be whole in one load.
    const auto width =
        static_cast<unsigned>(std::min<std::uint64_t>(56, end - high_bit));
    std::uint64_t word = read_bits(data, high_bit, width);
    unsigned used = 0;
    for (; word != 0 && i < out.size(); word &= word - 1, ++i) {
      const auto one = static_cast<unsigned>(std::countr_zero(word));
      high += one - used;
      used = one + 1;
      const std::uint64_t low = read_bits(data, low_bit, shape.width);
      low_bit += shape.width;
      const std::uint64_t value = ((high << shape.width) | low) + i;
      out[i] =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(value, limit));
    }
    high += width - used;
    high_bit += width;
  }
  for (; i < out.size(); ++i) out[i] = limit;  // damaged
}

}  // namespace

void PositionBlock::open(const PostingList& list, std::uint32_t block,
                         const std::uint32_t* docs, const std::uint32_t* tfs,
                         std::uint32_t n) {
  list_ = &list;
  docs_ = docs;
  tfs_ = tfs;
  n_ = n;
  summed_ = 0;
  summed_bit_ = 0;
  bits_ = 0;
  chunk_width_ = 0;
  chunk_starts_ = nullptr;
  if (list.info().collection_freq == 1) return;  // it is in the TermInfo
  std::uint64_t available = 0;
  data_ = list.position_block(block, &available);
  if (data_ == nullptr) return;
  if (n > kChunkPostings) {
    const std::uint32_t starts = (n - 1) / kChunkPostings;
    chunk_width_ = data_[0] == 4 ? 4 : 2;
    const std::uint64_t head = 1 + std::uint64_t{starts} * chunk_width_;
    if (head > available) return;
    chunk_starts_ = data_ + 1;
    data_ += head;
    available -= head;
  }
  bits_ = available * 8;
}

bool PositionBlock::fail() {
  ++list_->source().damage;
  return false;
}

// The first bit of posting i.
bool PositionBlock::start_of(std::uint32_t i, std::uint64_t* bit) {
  const std::uint32_t chunk = i / kChunkPostings;
  if (i < summed_ || summed_ / kChunkPostings != chunk) {
    summed_ = chunk * kChunkPostings;
    summed_bit_ = 0;
    if (chunk > 0) {
      if (chunk_starts_ == nullptr) return fail();
      const std::uint8_t* p =
          chunk_starts_ + std::size_t{chunk - 1} * chunk_width_;
      summed_bit_ =
          std::uint64_t{8} * (chunk_width_ == 4 ? load_le<std::uint32_t>(p)
                                                : load_le<std::uint16_t>(p));
    }
  }
  const DocumentLengths& lengths = list_->source().lengths;
  for (; summed_ < i; ++summed_) {
    const std::uint32_t length = lengths(docs_[summed_]);
    if (tfs_[summed_] > length) return fail();
    summed_bit_ += position_shape(length, tfs_[summed_]).bits;
  }
  *bit = summed_bit_;
  return true;
}

bool PositionBlock::read(std::uint32_t i, std::vector<std::uint32_t>& out) {
  out.clear();
  if (list_->info().collection_freq == 1) {
    out.push_back(list_->info().single_position);
    return true;
  }
  if (i >= n_) return fail();
  std::uint64_t bit = 0;
  if (!start_of(i, &bit)) return false;
  const std::uint32_t length = list_->source().lengths(docs_[i]);
  const std::uint32_t tf = tfs_[i];
  if (tf > length || tf == 0) return fail();
  const PositionShape shape = position_shape(length, tf);
  if (bit > bits_ || shape.bits > bits_ - bit) return fail();
  out.assign(tf, 0);
  if (shape.bits == 0) return true;  // a document of one token
  if (shape.plain) {
    read_plain(data_, bit, shape, length - 1, out);
  } else {
    read_elias_fano(data_, bit, shape, length - 1, out);
  }
  return true;
}

}  // namespace kwic
