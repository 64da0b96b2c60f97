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
  searches_ = tf_reads_ = 0;
}

void ListCursor::decode_docs() {
  if (docs_decoded_) return;
  count_ = list_.decode_docs(block_, docs_);
  std::fill(docs_ + count_, docs_ + kBlockPostings, kEndDoc);
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

// The first of the decoded documents that is not below `doc`, or the last
// entry. Eight steps without a branch.
std::uint32_t ListCursor::search_decoded(std::uint32_t doc) const noexcept {
  std::uint32_t at = 0;
  for (std::uint32_t step = kBlockPostings / 2; step > 0; step /= 2) {
    at += docs_[at + step - 1] < doc ? step : 0;
  }
  return at;
}

// A block that is searched again and again is decoded: that takes as long as
// three searches.
bool ListCursor::find_in_block(std::uint32_t doc) {
  constexpr std::uint32_t kWorthDecoding = 3;
  if (!docs_decoded_ && ++searches_ >= kWorthDecoding) decode_docs();
  if (docs_decoded_) {
    index_ = search_decoded(doc);
    if (docs_[index_] != doc) return false;
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
  // A block that is asked again and again is decoded, as in find_in_block().
  constexpr std::uint32_t kWorthDecoding = 6;
  if (!tfs_decoded_ && ++tf_reads_ >= kWorthDecoding) {
    block_.frequencies.decode(block_.postings, tfs_);
    tfs_decoded_ = true;
  }
  if (index_ >= block_.postings) return 1;
  return tfs_decoded_ ? tfs_[index_] : block_.frequencies.get(index_);
}

// The documents of the postings from `first` to the one the cursor stands on,
// in a dense list: the bits are read backwards from it.
void ListCursor::fill_dense_docs(std::uint32_t first) {
  std::uint32_t left = index_;
  docs_[left] = doc_;
  for (std::uint32_t word_at = doc_ / 64 + 1; word_at-- > 0 && left > first;) {
    const std::uint32_t base = word_at * 64;
    std::uint64_t word = load_le<std::uint64_t>(
        list_.window_bits(base / kWindowDocs) + base % kWindowDocs / 8);
    if (base + 64 > doc_) word &= (std::uint64_t{1} << (doc_ % 64)) - 1;
    while (word != 0 && left > first) {
      const auto bit = static_cast<std::uint32_t>(63 - std::countl_zero(word));
      word ^= std::uint64_t{1} << bit;
      docs_[--left] = base + bit;
    }
  }
  while (left > first) docs_[--left] = 0;  // damaged: fewer bits than said
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
    position_block_.open(list_, block_index_, block_.frequencies, docs_,
                         block_.postings);
    positions_open_ = true;
  }
  if (list_.dense()) {
    if (index_ < block_.postings) {
      fill_dense_docs(position_block_.first_needed(index_));
    }
  } else {
    decode_docs();
  }
  return position_block_.read(index_, out);
}

}  // namespace kwic
