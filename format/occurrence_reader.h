// SPDX-License-Identifier: Apache-2.0
// Here is the rank of a posting in its list, give me its frequency and its
// positions.
//
// Both are Rice codes with the two halves kept apart
// (format/frequency_codec.h), so a posting is reached by counting ones in the
// unary halves: in that of the frequencies for the number of occurrences before
// it, in that of the positions for the place of the first of its own. Nothing
// else of the block is decoded, and postings asked for in ascending order go on
// from the last.
//
// Any bytes are safe; what does not fit reads as no positions and counts as
// damage (PostingSource::damage).
#ifndef KWIC_FORMAT_OCCURRENCE_READER_H_
#define KWIC_FORMAT_OCCURRENCE_READER_H_

#include <bit>
#include <cstdint>

#include "base/limits.h"
#include "format/bits.h"
#include "format/posting_list.h"

namespace kwic {

// No position is as large: the end of a stream.
inline constexpr std::uint32_t kNoPosition = 0xffff'ffff;

// The positions of one posting, one after the other, ascending.
class PositionStream {
 public:
  // kNoPosition behind the last one.
  std::uint32_t next() noexcept {
    if (left_ == 0) return kNoPosition;
    --left_;
    const std::uint64_t word =
        load_le<std::uint64_t>(unary_ + (bit_ >> 3)) >> (bit_ & 7);
    auto zeros = static_cast<std::uint64_t>(std::countr_zero(word));
    // A word shifted by up to 7 bits is sure of 57.
    if (zeros >= 57) [[unlikely]]
      zeros = count_zeros();
    bit_ += zeros + 1;
    const std::uint64_t low = read_bits(lows_, low_bit_, low_);
    low_bit_ += low_;
    const std::uint64_t position = least_ + ((zeros << low_) | low);
    least_ = position + 1;
    if (bit_ > end_ || position >= kMaxDocumentLength) [[unlikely]] {
      return broken();
    }
    return static_cast<std::uint32_t>(position);
  }

 private:
  friend class OccurrenceReader;

  std::uint64_t count_zeros() const noexcept;
  std::uint32_t broken() noexcept;

  PostingSource* source_ = nullptr;
  const std::uint8_t* unary_ = nullptr;
  const std::uint8_t* lows_ = nullptr;
  std::uint64_t bit_ = 0;      // in unary_
  std::uint64_t end_ = 0;      // likewise
  std::uint64_t low_bit_ = 0;  // in lows_
  std::uint64_t least_ = 0;    // the next position is at least this
  std::uint32_t left_ = 0;
  unsigned low_ = 0;
};

// Reads the postings of one list. Not shared by threads.
class OccurrenceReader {
 public:
  // The list must outlive this or the next open().
  void open(const PostingList& list) noexcept;

  // REQUIRES: rank < list.doc_freq(). Cheapest if ranks ascend.
  void stand_on(std::uint32_t rank);

  // Of the posting stood on.
  std::uint32_t frequency();
  // False if the bytes make no sense. The stream holds until stand_on() moves
  // to another posting.
  bool positions(PositionStream& stream);

 private:
  // Where the occurrences of a posting lie among those of its block.
  struct Span {
    std::uint64_t before = 0;
    std::uint32_t count = 0;
  };

  void enter_block(std::uint32_t block);
  void decode_frequencies();
  Span span();
  Span walk();
  bool open_positions();
  std::uint64_t sample(std::uint64_t i) const noexcept;
  std::uint64_t seek_occurrence(std::uint64_t occurrence);
  bool fail();

  static constexpr std::uint32_t kNone = 0xffff'ffff;

  const PostingList* list_ = nullptr;
  std::uint32_t block_ = kNone;
  std::uint32_t index_ = 0;     // in the block
  std::uint32_t postings_ = 0;  // of the block
  FrequencyBlock frequencies_;
  std::uint32_t reads_ = 0;  // of single frequencies of the block
  bool decoded_ = false;     // tfs_ and before_ are those of the block
  // Up to where the unary half of the frequencies has been walked.
  std::uint32_t walked_ = 0;
  std::uint64_t walked_bit_ = 0;

  bool positions_open_ = false;
  bool positions_good_ = false;
  unsigned low_ = 0;
  unsigned number_width_ = 2;
  std::uint64_t occurrences_ = 0;  // of the block
  const std::uint8_t* samples_ = nullptr;
  const std::uint8_t* lows_ = nullptr;
  const std::uint8_t* unary_ = nullptr;
  std::uint64_t unary_end_ = 0;  // bits
  // The occurrence found last, and its bit in the unary half.
  std::uint64_t occurrence_ = 0;
  std::uint64_t occurrence_bit_ = 0;

  std::uint32_t tfs_[kBlockPostings];
  std::uint64_t before_[kBlockPostings];  // occurrences in earlier postings
};

}  // namespace kwic

#endif  // KWIC_FORMAT_OCCURRENCE_READER_H_
