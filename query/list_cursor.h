// SPDX-License-Identifier: Apache-2.0
// ListCursor: walks one posting list, whatever its layout.
//
// Seeks are to ascending documents. A cursor holds at most one decoded block;
// frequencies and positions are read only when they are asked for.
#ifndef KWIC_QUERY_LIST_CURSOR_H_
#define KWIC_QUERY_LIST_CURSOR_H_

#include <cstdint>
#include <vector>

#include "format/occurrence_reader.h"
#include "format/posting_list.h"

namespace kwic {

// Above every document id: a cursor there has ended.
inline constexpr std::uint32_t kEndDoc = 0xffff'ffff;

class ListCursor {
 public:
  ListCursor() = default;
  ListCursor(const ListCursor&) = delete;  // its parts point at each other
  ListCursor& operator=(const ListCursor&) = delete;

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

  // Which of the `n` ascending documents the list has: their places in `docs`
  // to `which`, in order, and their ranks in the list to `ranks` (not of dense
  // lists: see rank_all). Returns their number. Both need room for n + 1. The
  // cursor stands nowhere afterwards.
  std::uint32_t find_all(const std::uint32_t* docs, std::uint32_t n,
                         std::uint32_t* which, std::uint32_t* ranks);

  // The ranks of `n` documents that the list has, for lists where find_all()
  // does not tell them: dense ones.
  void rank_all(const std::uint32_t* docs, std::uint32_t n,
                std::uint32_t* ranks) const;

  // Stands on a document that the list has, with its rank in the list; without
  // it, that is found when it is needed.
  void stand_on(std::uint32_t doc, std::uint32_t rank) noexcept {
    doc_ = doc;
    rank_ = rank;
    ranked_ = true;
  }
  // REQUIRES: a dense list.
  void stand_on(std::uint32_t doc) noexcept {
    doc_ = doc;
    ranked_ = false;
  }

  // What is read of several documents together.
  OccurrenceReader& occurrences() noexcept { return occurrences_; }

  // Of the document the cursor stands on:
  std::uint32_t doc() const noexcept { return doc_; }
  std::uint32_t rank();
  std::uint32_t frequency();
  // Ascending. False if the bytes make no sense.
  bool positions(std::vector<std::uint32_t>& out);
  // See OccurrenceReader.
  std::uint8_t predecessor(std::uint32_t i);
  std::uint32_t count_behind(std::uint8_t code, bool& several);

  // The decoded documents of one block, for plans that work block by block.
  // REQUIRES: not dense. The cursor stands nowhere afterwards.
  const std::uint32_t* decode(std::uint32_t block, std::uint32_t* n);
  // The block decoded last.
  const PostingList::Block& block() const noexcept { return block_; }

 private:
  // Documents docs[begin, end) of find_all() that fall into one block.
  struct Group {
    std::uint32_t block;
    std::uint32_t begin;
    std::uint32_t end;
  };

  std::uint32_t block_of(std::uint32_t doc);
  bool next_group(const std::uint32_t* docs, std::uint32_t n,
                  std::uint32_t begin, Group& group);
  std::uint32_t find_group(const std::uint32_t* docs, const Group& group,
                           std::uint32_t* which, std::uint32_t* ranks);
  bool index_block();
  std::uint32_t find_indexed(const std::uint32_t* docs, const Group& group,
                             std::uint32_t* which, std::uint32_t* ranks) const;
  void resolve(std::uint32_t block);
  void decode_docs();
  bool find_in_block(std::uint32_t doc);
  std::uint32_t seek_dense(std::uint32_t doc);

  static constexpr std::uint32_t kNoBlock = 0xffff'ffff;

  PostingList list_;
  OccurrenceReader occurrences_;
  std::uint32_t doc_ = 0;
  std::uint32_t rank_ = 0;  // of doc_, if ranked_
  bool started_ = false;
  bool ranked_ = false;
  std::uint32_t hint_ = 0;                // find_block starts here
  std::uint32_t block_index_ = kNoBlock;  // of block_
  PostingList::Block block_;
  bool docs_decoded_ = false;
  bool indexed_ = false;
  std::uint32_t searches_ = 0;  // in block_, since it was resolved
  std::uint32_t count_ = 0;     // of docs_
  alignas(64) std::uint32_t docs_[kBlockPostings + kDecodeSlack];
  std::uint32_t ends_[16];  // every 16th of docs_
  EliasFanoIndex index_;    // of block_, if indexed_
};

}  // namespace kwic

#endif  // KWIC_QUERY_LIST_CURSOR_H_
