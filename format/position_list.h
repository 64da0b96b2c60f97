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
  // `docs` and `tfs` are the decoded postings of the block (`n` of them) and
  // must stay as they are while this is used.
  void open(const PostingList& list, std::uint32_t block,
            const std::uint32_t* docs, const std::uint32_t* tfs,
            std::uint32_t n);

  // Replaces `out` by the positions of posting i, ascending. False if the
  // bytes make no sense.
  bool read(std::uint32_t i, std::vector<std::uint32_t>& out);

 private:
  bool start_of(std::uint32_t i, std::uint64_t* bit);
  bool fail();

  const PostingList* list_ = nullptr;
  const std::uint32_t* docs_ = nullptr;
  const std::uint32_t* tfs_ = nullptr;
  std::uint32_t n_ = 0;
  const std::uint8_t* chunk_starts_ = nullptr;
  unsigned chunk_width_ = 0;
  const std::uint8_t* data_ = nullptr;
  std::uint64_t bits_ = 0;  // that may be read from data_

  // The posting summed up to last, and where its bits start.
  std::uint32_t summed_ = 0;
  std::uint64_t summed_bit_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSITION_LIST_H_
