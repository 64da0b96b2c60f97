// SPDX-License-Identifier: Apache-2.0
// Here is a block of postings, give me the positions of its i-th document.
//
// The positions of a document take a number of bits that follows from its
// length and the term's frequency in it (format/posting_format.h), so finding
// those of posting i means adding up the sizes of the postings before it in its
// chunk of 64; each chunk's start is stored.
//
// Any bytes are safe; what does not fit reads as no positions and counts as
// damage.
#ifndef KWIC_FORMAT_POSITION_LIST_H_
#define KWIC_FORMAT_POSITION_LIST_H_

#include <cstdint>
#include <vector>

#include "format/posting_list.h"

namespace kwic {

// The positions of one block. Cheap to open; not shared by threads.
class PositionBlock {
 public:
  // `docs` are the documents of the block's `n` postings, and must be filled
  // in from first_needed(i) to i before read(i).
  void open(const PostingList& list, std::uint32_t block,
            const FrequencyBlock& frequencies, const std::uint32_t* docs,
            std::uint32_t n);

  // The first posting that read(i) needs to know the document of.
  std::uint32_t first_needed(std::uint32_t i) const noexcept {
    if (i == last_) return i;
    return i / kChunkPostings == chunk_ && i >= next_
               ? next_
               : i / kChunkPostings * kChunkPostings;
  }

  // Replaces `out` by the positions of posting i, ascending. False if the
  // bytes make no sense.
  bool read(std::uint32_t i, std::vector<std::uint32_t>& out);

 private:
  bool locate(std::uint32_t i);
  bool enter_chunk(std::uint32_t chunk);
  std::uint32_t next_frequency();
  bool fail();

  static constexpr std::uint32_t kNone = 0xffff'ffff;

  const PostingList* list_ = nullptr;
  const std::uint32_t* docs_ = nullptr;
  FrequencyBlock frequencies_;
  FrequencyBlock::Reader reader_;
  std::uint32_t n_ = 0;
  const std::uint8_t* chunk_starts_ = nullptr;
  unsigned chunk_width_ = 0;
  const std::uint8_t* data_ = nullptr;
  std::uint64_t bits_ = 0;  // that may be read from data_

  // How far the sizes of the chunk have been added up.
  std::uint32_t chunk_ = kNone;
  std::uint32_t next_ = 0;
  std::uint64_t next_bit_ = 0;
  // The posting located last.
  std::uint32_t last_ = kNone;
  std::uint32_t tf_ = 0;
  std::uint64_t bit_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSITION_LIST_H_
