// SPDX-License-Identifier: Apache-2.0
// ListCursor: walks one posting list, whatever its layout.
//
// Seeks are to ascending documents. A cursor holds at most one decoded block;
// frequencies and positions are decoded only when they are asked for.
#ifndef KWIC_QUERY_LIST_CURSOR_H_
#define KWIC_QUERY_LIST_CURSOR_H_

#include <cstdint>
#include <vector>

#include "format/position_list.h"
#include "format/posting_list.h"

namespace kwic {

// Above every document id: a cursor there has ended.
inline constexpr std::uint32_t kEndDoc = 0xffff'ffff;

class ListCursor {
 public:
  // Opens before the first document. False if the list is damaged (it is empty
  // then). Keeps its buffers.
  bool open(PostingSource& source, const TermInfo& info);

  const PostingList& list() const noexcept { return list_; }

  // The first document >= doc, or kEndDoc; the cursor stands on it. Moving
  // back is not possible: an earlier `doc` leaves it where it is.
  std::uint32_t seek(std::uint32_t doc);

  // Whether the list has `doc`; if so the cursor stands on it. Cheaper than
  // seek(): decodes nothing. Fastest if documents ascend from call to call.
  bool find(std::uint32_t doc);

  // Of the document the cursor stands on:
  // Its impact code. REQUIRES: layout kBlocks.
  std::uint8_t code() const noexcept {
    return block_.codes[index_ / 2] >> (4 * (index_ & 1)) & 15;
  }
  std::uint32_t frequency();
  // Ascending. False if the bytes make no sense.
  bool positions(std::vector<std::uint32_t>& out);

  // The decoded documents of one block, for plans that work block by block.
  // REQUIRES: not dense. The cursor stands nowhere afterwards.
  const std::uint32_t* decode(std::uint32_t block, std::uint32_t* n);
  // Stands on posting `index` of the block decoded last.
  void stand_on(std::uint32_t index) noexcept {
    index_ = index;
    located_ = true;
  }
  const PostingList::Block& block() const noexcept { return block_; }
  std::uint32_t block_index() const noexcept { return block_index_; }

 private:
  void resolve(std::uint32_t block);
  void decode_docs();
  bool find_in_block(std::uint32_t doc);
  std::uint32_t seek_dense(std::uint32_t doc);
  void locate();
  void fill_dense_docs(std::uint32_t first);
  std::uint32_t search_decoded(std::uint32_t doc) const noexcept;

  static constexpr std::uint32_t kNoBlock = 0xffff'ffff;

  PostingList list_;
  std::uint32_t doc_ = 0;
  bool started_ = false;
  bool located_ = false;     // index_ (and block) are those of doc_
  std::uint32_t index_ = 0;  // posting in the block
  std::uint32_t hint_ = 0;   // find_block starts here
  std::uint32_t block_index_ = kNoBlock;  // of block_
  PostingList::Block block_;
  bool docs_decoded_ = false;
  std::uint32_t searches_ = 0;  // in block_, since it was resolved
  std::uint32_t count_ = 0;     // of docs_
  bool tfs_decoded_ = false;
  std::uint32_t tf_reads_ = 0;  // likewise
  bool positions_open_ = false;
  PositionBlock position_block_;
  std::uint32_t docs_[kBlockPostings + kDecodeSlack];
  std::uint32_t tfs_[kBlockPostings];
};

}  // namespace kwic

#endif  // KWIC_QUERY_LIST_CURSOR_H_
