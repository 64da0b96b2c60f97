// SPDX-License-Identifier: Apache-2.0
#include "query/list_cursor.h"

#include <algorithm>
#include <bit>

namespace kwic {

bool ListCursor::open(PostingSource& source, const TermInfo& info) {
  doc_ = 0;
  started_ = located_ = false;
  hint_ = index_ = count_ = 0;
  block_index_ = kNoBlock;
  return list_.open(source, info);
}

void ListCursor::resolve(std::uint32_t block) {
  if (block == block_index_) return;
  block_ = list_.block(block);
  block_index_ = block;
  docs_decoded_ = tfs_decoded_ = positions_open_ = false;
  searches_ = 0;
}

void ListCursor::decode_docs() {
  if (docs_decoded_) return;
  count_ = list_.decode_docs(block_, docs_);
  docs_decoded_ = true;
}

const std::uint32_t* ListCursor::decode(std::uint32_t block, std::uint32_t* n) {
  resolve(block);
  decode_docs();
  hint_ = block;
  *n = count_;
  return docs_;
}

std::uint32_t ListCursor::seek(std::uint32_t doc) {
  if (started_ && doc <= doc_) return doc_;
  started_ = true;
  located_ = false;
  if (doc >= list_.source().documents) return doc_ = kEndDoc;
  if (list_.dense()) return doc_ = seek_dense(doc);
  for (hint_ = list_.find_block(doc, hint_); hint_ < list_.blocks(); ++hint_) {
    resolve(hint_);
    decode_docs();
    const std::uint32_t* at = std::lower_bound(docs_, docs_ + count_, doc);
    if (at == docs_ + count_) continue;  // damaged: its last is below doc
    index_ = static_cast<std::uint32_t>(at - docs_);
    located_ = true;
    // In a damaged block the search may end on an earlier document.
    return doc_ = std::max(*at, doc);
  }
  return doc_ = kEndDoc;
}

std::uint32_t ListCursor::seek_dense(std::uint32_t doc) {
  std::uint32_t window = doc / kWindowDocs;
  std::uint32_t bit = doc % kWindowDocs;
  for (; window < list_.windows(); ++window, bit = 0) {
    const std::uint8_t* bits = list_.window_bits(window);
    for (std::uint32_t at = bit / 64 * 64; at < kWindowDocs; at += 64) {
      std::uint64_t word = load_le<std::uint64_t>(bits + at / 8);
      if (at < bit) word = word >> (bit - at) << (bit - at);
      if (word == 0) continue;
      const std::uint32_t found =
          window * kWindowDocs + at +
          static_cast<std::uint32_t>(std::countr_zero(word));
      return found < list_.source().documents ? found : kEndDoc;
    }
  }
  return kEndDoc;
}

bool ListCursor::find(std::uint32_t doc) {
  started_ = true;
  if (list_.dense()) {
    located_ = false;
    doc_ = doc;
    return list_.contains(doc);
  }
  if (hint_ > 0 && list_.last_doc(hint_ - 1) >= doc) hint_ = 0;
  hint_ = list_.find_block(doc, hint_);
  if (hint_ >= list_.blocks()) return false;
  resolve(hint_);
  return find_in_block(doc);
}

// A block that is searched again and again is decoded: that takes as long as
// three searches.
bool ListCursor::find_in_block(std::uint32_t doc) {
  constexpr std::uint32_t kWorthDecoding = 3;
  if (!docs_decoded_ && ++searches_ >= kWorthDecoding) decode_docs();
  if (docs_decoded_) {
    const std::uint32_t* at = std::lower_bound(docs_, docs_ + count_, doc);
    if (at == docs_ + count_ || *at != doc) return false;
    index_ = static_cast<std::uint32_t>(at - docs_);
  } else {
    std::uint32_t found = 0;
    index_ = list_.search(block_, doc, &found);
    if (index_ >= block_.postings || found != doc) return false;
  }
  located_ = true;
  doc_ = doc;
  return true;
}

// For dense lists: from the document to its rank.
void ListCursor::locate() {
  if (located_ || !list_.dense()) return;
  const std::uint32_t rank = std::min(list_.rank(doc_), list_.doc_freq() - 1);
  resolve(rank / kBlockPostings);
  index_ = rank % kBlockPostings;
  located_ = true;
}

std::uint32_t ListCursor::frequency() {
  if (list_.layout() == ListLayout::kSingle) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(list_.info().collection_freq, 0x7fff'ffff));
  }
  locate();
  if (tfs_decoded_) return tfs_[index_];
  return index_ < block_.postings ? block_.frequencies.get(index_) : 1;
}

// The documents of a block of a dense list, from its bits.
void ListCursor::decode_dense_block() {
  if (docs_decoded_) return;
  docs_decoded_ = true;
  count_ = 0;
  const std::uint32_t first = block_index_ * kBlockPostings;
  std::uint32_t low = 0;  // window_rank(low) <= first
  for (std::uint32_t high = list_.windows(); high - low > 1;) {
    const std::uint32_t middle = low + (high - low) / 2;
    (list_.window_rank(middle) <= first ? low : high) = middle;
  }
  std::uint32_t rank = list_.window_rank(low);
  for (std::uint32_t w = low; w < list_.windows(); ++w) {
    const std::uint8_t* bits = list_.window_bits(w);
    for (std::uint32_t at = 0; at < kWindowDocs; at += 64) {
      std::uint64_t word = load_le<std::uint64_t>(bits + at / 8);
      const auto ones = static_cast<std::uint32_t>(std::popcount(word));
      if (rank + ones <= first) {
        rank += ones;
        continue;
      }
      for (; word != 0; word &= word - 1, ++rank) {
        if (rank < first) continue;
        if (count_ == block_.postings) return;
        const std::uint32_t doc =
            w * kWindowDocs + at +
            static_cast<std::uint32_t>(std::countr_zero(word));
        docs_[count_++] = std::min(doc, list_.source().documents - 1);
      }
    }
  }
}

bool ListCursor::positions(std::vector<std::uint32_t>& out) {
  if (list_.info().collection_freq == 1) {
    out.assign(1, list_.info().single_position);
    return true;
  }
  locate();
  if (list_.layout() == ListLayout::kSingle) {
    resolve(0);
    index_ = 0;
  }
  if (!positions_open_) {
    list_.dense() ? decode_dense_block() : decode_docs();
    if (list_.layout() == ListLayout::kSingle) {
      tfs_[0] = frequency();
    } else {
      block_.frequencies.decode(block_.postings, tfs_);
      tfs_decoded_ = true;
    }
    position_block_.open(list_, block_index_, docs_, tfs_, count_);
    positions_open_ = true;
  }
  return position_block_.read(index_, out);
}

}  // namespace kwic
