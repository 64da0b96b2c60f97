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
                         const FrequencyBlock& frequencies,
                         const std::uint32_t* docs, std::uint32_t n) {
  *this = PositionBlock();
  list_ = &list;
  docs_ = docs;
  frequencies_ = frequencies;
  n_ = n;
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
  chunk_ = last_ = kNone;
  return false;
}

bool PositionBlock::enter_chunk(std::uint32_t chunk) {
  chunk_ = chunk;
  next_ = chunk * kChunkPostings;
  next_bit_ = 0;
  reader_.start(frequencies_, next_);
  if (chunk == 0) return true;
  if (chunk_starts_ == nullptr) return fail();
  const std::uint8_t* p = chunk_starts_ + std::size_t{chunk - 1} * chunk_width_;
  next_bit_ =
      std::uint64_t{8} * (chunk_width_ == 4 ? load_le<std::uint32_t>(p)
                                            : load_le<std::uint16_t>(p));
  return true;
}

// The frequency of posting next_. A list of one document has no frequencies:
// its one is the number of all occurrences.
std::uint32_t PositionBlock::next_frequency() {
  if (list_->layout() != ListLayout::kSingle) return reader_.next();
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(list_->info().collection_freq, 0xffff'ffff));
}

// Finds where the positions of posting i start, and its frequency.
bool PositionBlock::locate(std::uint32_t i) {
  if (i == last_) return true;
  const std::uint32_t chunk = i / kChunkPostings;
  if ((chunk != chunk_ || i < next_) && !enter_chunk(chunk)) return false;
  const DocumentLengths& lengths = list_->source().lengths;
  for (; next_ <= i; ++next_) {
    last_ = next_;
    bit_ = next_bit_;
    tf_ = next_frequency();
    const std::uint32_t length = lengths(docs_[next_]);
    if (tf_ > length) return fail();
    next_bit_ += position_shape(length, tf_).bits;
  }
  return true;
}

bool PositionBlock::read(std::uint32_t i, std::vector<std::uint32_t>& out) {
  out.clear();
  if (list_->info().collection_freq == 1) {
    out.push_back(list_->info().single_position);
    return true;
  }
  if (i >= n_) return fail();
  if (!locate(i)) return false;
  const std::uint32_t length = list_->source().lengths(docs_[i]);
  if (tf_ > length || tf_ == 0) return fail();
  const PositionShape shape = position_shape(length, tf_);
  if (bit_ > bits_ || shape.bits > bits_ - bit_) return fail();
  out.assign(tf_, 0);
  if (shape.bits == 0) return true;  // a document of one token
  if (shape.plain) {
    read_plain(data_, bit_, shape, length - 1, out);
  } else {
    read_elias_fano(data_, bit_, shape, length - 1, out);
  }
  return true;
}

}  // namespace kwic
