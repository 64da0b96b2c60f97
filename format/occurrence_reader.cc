// SPDX-License-Identifier: Apache-2.0
#include "format/occurrence_reader.h"

#include <algorithm>

namespace kwic {

// ------------------------------------------------------------ PositionStream

// The zeros from bit_ to the next one; many if there is none before end_.
std::uint64_t PositionStream::count_zeros() const noexcept {
  for (std::uint64_t at = bit_; at < end_; at += 57) {
    const std::uint64_t word = read_bits(unary_, at, 57);
    if (word != 0) {
      return at - bit_ + static_cast<std::uint64_t>(std::countr_zero(word));
    }
  }
  return end_ > bit_ ? end_ - bit_ : 0;
}

std::uint32_t PositionStream::broken() noexcept {
  ++source_->damage;
  left_ = 0;
  return kNoPosition;
}

// ---------------------------------------------------------- OccurrenceReader

void OccurrenceReader::open(const PostingList& list) noexcept {
  list_ = &list;
  block_ = kNone;
}

void OccurrenceReader::stand_on(std::uint32_t rank) {
  if (rank / kBlockPostings != block_) enter_block(rank / kBlockPostings);
  index_ = rank % kBlockPostings;
}

void OccurrenceReader::enter_block(std::uint32_t block) {
  const PostingList::Block resolved = list_->block(block);
  block_ = block;
  postings_ =
      list_->open_frequencies(resolved, frequencies_) ? resolved.postings : 0;
  reads_ = 0;
  decoded_ = positions_open_ = false;
  walked_ = 0;
  walked_bit_ = 0;
}

void OccurrenceReader::decode_frequencies() {
  frequencies_.decode(postings_, tfs_);
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < postings_; ++i) {
    before_[i] = sum;
    sum += tfs_[i];
  }
  decoded_ = true;
}

std::uint32_t OccurrenceReader::frequency() {
  if (list_->layout() == ListLayout::kSingle) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(
        list_->info().collection_freq, kMaxDocumentLength));
  }
  if (index_ >= postings_) return 1;  // damaged
  if (decoded_) return tfs_[index_];
  if (frequencies_.all_ones()) return 1;
  // A block that is asked again and again is decoded.
  constexpr std::uint32_t kWorthDecoding = 6;
  if (++reads_ < kWorthDecoding) return frequencies_.get(index_);
  decode_frequencies();
  return tfs_[index_];
}

OccurrenceReader::Span OccurrenceReader::span() {
  if (list_->layout() == ListLayout::kSingle) return {0, frequency()};
  if (frequencies_.all_ones()) return {index_, 1};
  if (!decoded_ && frequencies_.low() == 0) return walk();
  if (!decoded_) decode_frequencies();
  return {before_[index_], tfs_[index_]};
}

// Without low halves a frequency takes as many bits as it says, so the bit
// where that of a posting starts is the number of occurrences before it.
OccurrenceReader::Span OccurrenceReader::walk() {
  const Kernels& kernel = *list_->source().kernel;
  if (index_ < walked_) {
    walked_ = 0;
    walked_bit_ = 0;
  }
  const std::uint8_t* const unary = frequencies_.unary();
  const std::uint64_t end = frequencies_.unary_bits();
  walked_bit_ = kernel.skip_ones(unary, walked_bit_, index_ - walked_, end);
  walked_ = index_;
  const std::uint64_t behind = kernel.skip_ones(unary, walked_bit_, 1, end);
  return {walked_bit_, static_cast<std::uint32_t>(behind - walked_bit_)};
}

bool OccurrenceReader::open_positions() {
  if (positions_open_) return positions_good_;
  positions_open_ = true;
  positions_good_ = false;
  std::uint64_t available = 0;
  const std::uint8_t* p = list_->position_block(block_, &available);
  if (p == nullptr || available < 1) return false;
  low_ = p[0] & kPositionLowMask;
  number_width_ = (p[0] & kPositionsWide) != 0 ? 4 : 2;
  ++p;
  --available;
  occurrences_ = list_->info().collection_freq;
  if (list_->coded()) {
    if (available < number_width_) return false;
    occurrences_ = number_width_ == 4 ? load_le<std::uint32_t>(p)
                                      : load_le<std::uint16_t>(p);
    p += number_width_;
    available -= number_width_;
  }
  // Each occurrence takes a bit at least, so nothing below can wrap.
  if (occurrences_ == 0 || occurrences_ / 8 > available) return false;
  const std::uint64_t head = position_samples(occurrences_) * number_width_ +
                             bytes_for_bits(occurrences_ * low_);
  if (head > available) return false;
  samples_ = p;
  lows_ = p + position_samples(occurrences_) * number_width_;
  unary_ = p + head;
  unary_end_ = (available - head) * 8;
  occurrence_ = occurrence_bit_ = 0;
  return positions_good_ = true;
}

// The bit of occurrence i * kSampledOccurrences, for i > 0.
std::uint64_t OccurrenceReader::sample(std::uint64_t i) const noexcept {
  const std::uint8_t* p = samples_ + (i - 1) * number_width_;
  return number_width_ == 4 ? load_le<std::uint32_t>(p)
                            : load_le<std::uint16_t>(p);
}

// From the last one found, or from the sample before it if that is nearer.
std::uint64_t OccurrenceReader::seek_occurrence(std::uint64_t occurrence) {
  const std::uint64_t sampled = occurrence / kSampledOccurrences;
  if (occurrence < occurrence_ || sampled > occurrence_ / kSampledOccurrences) {
    occurrence_ = sampled * kSampledOccurrences;
    occurrence_bit_ = sampled == 0 ? 0 : std::min(sample(sampled), unary_end_);
  }
  occurrence_bit_ = list_->source().kernel->skip_ones(
      unary_, occurrence_bit_, occurrence - occurrence_, unary_end_);
  occurrence_ = occurrence;
  return occurrence_bit_;
}

bool OccurrenceReader::fail() {
  ++list_->source().damage;
  return false;
}

bool OccurrenceReader::positions(PositionStream& stream) {
  static constexpr std::uint8_t kOne[16] = {1};
  stream = PositionStream();
  stream.source_ = &list_->source();
  if (list_->info().collection_freq == 1) {  // it is in the TermInfo
    stream.unary_ = stream.lows_ = kOne;
    stream.end_ = stream.left_ = 1;
    stream.least_ = list_->info().single_position;
    return true;
  }
  if (index_ >= postings_ || !open_positions()) return fail();
  const Span span = this->span();
  if (span.count == 0 || span.before > occurrences_ ||
      span.count > occurrences_ - span.before) {
    return fail();
  }
  stream.bit_ = seek_occurrence(span.before);
  stream.unary_ = unary_;
  stream.end_ = unary_end_;
  stream.lows_ = lows_;
  stream.low_ = low_;
  stream.low_bit_ = span.before * low_;
  stream.left_ = span.count;
  return true;
}

}  // namespace kwic
