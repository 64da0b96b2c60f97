// SPDX-License-Identifier: Apache-2.0
#include "query/list_cursor.h"

#include <algorithm>
#include <bit>
#include <new>

namespace kwic {
namespace {

// Decoding or indexing a block takes as long as this many searches in its bits.
constexpr std::uint32_t kWorthDecoding = 3;

constexpr std::uint32_t kGroupsAhead = 16;

// So many documents of a window are worth counting its postings word by word.
constexpr std::uint32_t kWorthWordRanks = 3;

// How many postings of a dense list are before each word of a window: in each
// quarter of it, and before each quarter, so that four words are counted at a
// time.
class WordRanks {
 public:
  void open(const PostingList& list, std::uint32_t window) {
    bits_ = list.window_bits(window);
    std::uint32_t ones[kQuarters] = {};
    for (std::uint32_t w = 0; w < kWords; ++w) {
      for (std::uint32_t q = 0; q < kQuarters; ++q) {
        const std::uint32_t at = q * kWords + w;
        in_quarter_[at] = ones[q];
        ones[q] += static_cast<std::uint32_t>(std::popcount(word(at)));
      }
    }
    std::uint32_t rank = window < list.windows() ? list.window_rank(window) : 0;
    for (std::uint32_t q = 0; q < kQuarters; ++q) {
      before_[q] = rank;
      rank += ones[q];
    }
  }

  // Those before a bit.
  std::uint32_t rank(std::uint32_t bit) const {
    const std::uint64_t below = (std::uint64_t{1} << (bit % 64)) - 1;
    return before_[bit / 64 / kWords] + in_quarter_[bit / 64] +
           static_cast<std::uint32_t>(std::popcount(word(bit / 64) & below));
  }

 private:
  static constexpr std::uint32_t kQuarters = 4;
  static constexpr std::uint32_t kWords = kWindowDocs / 64 / kQuarters;

  std::uint64_t word(std::uint32_t w) const {
    return load_le<std::uint64_t>(bits_ + std::size_t{w} * 8);
  }

  const std::uint8_t* bits_ = nullptr;
  std::uint32_t before_[kQuarters];
  std::uint32_t in_quarter_[kQuarters * kWords];
};

// The first place from `begin` (< n) on of a document above `last`, or n.
// Without jumps: how many there are before it is anyone's guess.
std::uint32_t end_below(const std::uint32_t* docs, std::uint32_t n,
                        std::uint32_t begin, std::uint32_t last) {
  constexpr std::uint32_t kFew = 16;
  const auto is_below = [=](std::uint32_t i) {
    return static_cast<std::uint32_t>(((std::uint64_t{docs[i]} - last - 1)) >>
                                      63);
  };
  std::uint32_t end = begin;
  std::uint32_t left = n - begin;
  const std::uint32_t few = n < kFew ? 1 : kFew;
  while (left > few) {
    const std::uint32_t half = left / 2;
    end += half & (0 - is_below(end + half - 1));
    left -= half;
  }
  if (few == 1) return end + is_below(end);
  const std::uint32_t first = std::min(end, n - kFew);
  const std::uint32_t* const from = docs + first;
  std::uint32_t below = 0;
  for (std::size_t i = 0; i < kFew; ++i) below += from[i] <= last ? 1 : 0;
  return std::max(end, first + below);
}

}  // namespace

bool ListCursor::open(PostingSource& source, const TermInfo& info) {
  doc_ = 0;
  started_ = ranked_ = false;
  hint_ = rank_ = count_ = 0;
  block_index_ = kNoBlock;
  occurrences_.open(list_);
  return list_.open(source, info);
}

void ListCursor::resolve(std::uint32_t block) {
  if (block == block_index_) return;
  // In its place: copying what has just been written by parts is slow.
  ::new (static_cast<void*>(&block_)) PostingList::Block(list_.block(block));
  block_index_ = block;
  docs_decoded_ = indexed_ = false;
  searches_ = 0;
}

void ListCursor::decode_docs() {
  if (docs_decoded_) return;
  count_ = list_.decode_docs(block_, docs_);
  std::fill(docs_ + count_, docs_ + kBlockPostings, kEndDoc);
  for (std::uint32_t i = 0; i < 16; ++i) ends_[i] = docs_[i * 16 + 15];
  docs_decoded_ = true;
}

const std::uint32_t* ListCursor::decode(std::uint32_t block, std::uint32_t* n) {
  resolve(block);
  decode_docs();
  hint_ = block;
  *n = count_;
  return docs_;
}

// ------------------------------------------------------------------- seeking

std::uint32_t ListCursor::seek(std::uint32_t doc) {
  if (started_ && doc <= doc_) return doc_;
  started_ = true;
  ranked_ = false;
  if (doc >= list_.source().documents) return doc_ = kEndDoc;
  if (list_.dense()) return doc_ = seek_dense(doc);
  for (hint_ = list_.find_block(doc, hint_); hint_ < list_.blocks(); ++hint_) {
    resolve(hint_);
    decode_docs();
    const std::uint32_t* at = std::lower_bound(docs_, docs_ + count_, doc);
    if (at == docs_ + count_) continue;  // damaged: its last is below doc
    rank_ = hint_ * kBlockPostings + static_cast<std::uint32_t>(at - docs_);
    ranked_ = true;
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

// ---------------------------------------------------------------- membership

bool ListCursor::find(std::uint32_t doc) {
  started_ = true;
  if (list_.dense()) {
    ranked_ = false;
    doc_ = doc;
    return list_.contains(doc);
  }
  if (block_of(doc) >= list_.blocks()) return false;
  resolve(hint_);
  return find_in_block(doc);
}

// The block that a document falls into: near the last one as a rule.
std::uint32_t ListCursor::block_of(std::uint32_t doc) {
  if (hint_ > 0 && list_.last_doc(hint_ - 1) >= doc) hint_ = 0;
  return hint_ = list_.find_block(doc, hint_);
}

bool ListCursor::find_in_block(std::uint32_t doc) {
  if (!docs_decoded_ && ++searches_ >= kWorthDecoding) decode_docs();
  std::uint32_t index = 0;
  if (docs_decoded_) {
    std::uint32_t which[2];
    std::uint32_t ranks[2];
    if (list_.source().kernel->intersect(&doc, 1, docs_, ends_, 0, 0, which,
                                         ranks) == 0) {
      return false;
    }
    index = ranks[0];
  } else {
    std::uint32_t found = 0;
    index = list_.search(block_, doc, &found);
    if (index >= block_.postings || found != doc) return false;
  }
  stand_on(doc, hint_ * kBlockPostings + index);
  return true;
}

// Block by block: the documents that fall into one are looked for together.
// All blocks are found first, and asked for, so that memory works on several.
std::uint32_t ListCursor::find_all(const std::uint32_t* docs, std::uint32_t n,
                                   std::uint32_t* which, std::uint32_t* ranks) {
  if (list_.dense()) return list_.find_all(docs, n, which);
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < n;) {
    Group groups[kGroupsAhead];
    std::uint32_t count = 0;
    for (; count < kGroupsAhead && i < n; ++count) {
      if (!next_group(docs, n, i, groups[count])) break;
      list_.prefetch(groups[count].block);
      i = groups[count].end;
    }
    for (std::uint32_t g = 0; g < count; ++g) {
      found += find_group(docs, groups[g], which + found, ranks + found);
    }
    if (count < kGroupsAhead) break;
  }
  return found;
}

// The documents from docs[begin] on that fall into one block; false if it and
// all behind it are beyond the last.
bool ListCursor::next_group(const std::uint32_t* docs, std::uint32_t n,
                            std::uint32_t begin, Group& group) {
  if (block_of(docs[begin]) >= list_.blocks()) return false;
  const std::uint32_t last = list_.last_doc(hint_);
  const std::uint32_t end = end_below(docs, n, begin, last);
  group = {hint_, begin, std::max(end, begin + 1)};
  return true;
}

std::uint32_t ListCursor::find_group(const std::uint32_t* docs,
                                     const Group& group, std::uint32_t* which,
                                     std::uint32_t* ranks) {
  resolve(group.block);
  searches_ += group.end - group.begin;
  if (searches_ >= kWorthDecoding && !docs_decoded_) {
    if (index_block()) return find_indexed(docs, group, which, ranks);
    decode_docs();
  }
  const std::uint32_t first_rank = group.block * kBlockPostings;
  if (docs_decoded_) {
    return list_.source().kernel->intersect(
        docs + group.begin, group.end - group.begin, docs_, ends_, group.begin,
        first_rank, which, ranks);
  }
  std::uint32_t found = 0;
  for (std::uint32_t i = group.begin; i < group.end; ++i) {
    std::uint32_t at = 0;
    const std::uint32_t index = list_.search(block_, docs[i], &at);
    if (index >= block_.postings || at != docs[i]) continue;
    which[found] = i;
    ranks[found++] = first_rank + index;
  }
  return found;
}

// False if it cannot be.
bool ListCursor::index_block() {
  constexpr unsigned kMostWidth = 25;
  if (indexed_) return true;
  const Kernels& kernel = *list_.source().kernel;
  const EfShape& shape = block_.shape;
  if (kernel.index_elias_fano == nullptr || shape.bitset ||
      shape.low_width > kMostWidth || block_.postings < 2) {
    return false;
  }
  kernel.index_elias_fano(block_.docs, block_.docs + shape.low_bytes,
                          shape.high_bytes, block_.postings - 1,
                          shape.low_width, index_);
  return indexed_ = true;
}

// The last document of the block is none of those that the index is of.
std::uint32_t ListCursor::find_indexed(const std::uint32_t* docs,
                                       const Group& group, std::uint32_t* which,
                                       std::uint32_t* ranks) const {
  const std::uint32_t first_rank = group.block * kBlockPostings;
  const bool has_last = docs[group.end - 1] == block_.last;
  const std::uint32_t n = block_.postings - 1;
  const std::uint32_t found = list_.source().kernel->find_in_elias_fano(
      index_, block_.base, docs + group.begin,
      group.end - group.begin - (has_last ? 1 : 0), group.begin, first_rank,
      which, ranks);
  which[found] = group.end - 1;
  ranks[found] = first_rank + n;
  return found + (has_last ? 1 : 0);
}

// -------------------------------------------- of the document it stands on

// In a window of which several are asked for, the postings before each of its
// words are counted first, so that for a document there is nothing to guess.
void ListCursor::rank_all(const std::uint32_t* docs, std::uint32_t n,
                          std::uint32_t* ranks) const {
  const std::uint32_t most = list_.doc_freq() - 1;
  WordRanks word_ranks;
  std::uint32_t window = kNoBlock;
  bool several = false;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (docs[i] / kWindowDocs != window) {
      window = docs[i] / kWindowDocs;
      const std::uint32_t last = i + kWorthWordRanks - 1;
      several = last < n && docs[last] / kWindowDocs == window;
      if (several) word_ranks.open(list_, window);
    }
    const std::uint32_t rank =
        several ? word_ranks.rank(docs[i] % kWindowDocs) : list_.rank(docs[i]);
    ranks[i] = std::min(rank, most);
  }
}

std::uint32_t ListCursor::rank() {
  if (!ranked_) {
    rank_ = std::min(list_.rank(doc_), list_.doc_freq() - 1);
    ranked_ = true;
  }
  return rank_;
}

std::uint32_t ListCursor::frequency() {
  occurrences_.stand_on(rank());
  return occurrences_.frequency();
}

bool ListCursor::positions(std::vector<std::uint32_t>& out) {
  occurrences_.stand_on(rank());
  return occurrences_.positions(out);
}

std::uint8_t ListCursor::predecessor(std::uint32_t i) {
  occurrences_.stand_on(rank());
  return occurrences_.predecessor(i);
}

std::uint32_t ListCursor::count_behind(std::uint8_t code, bool& several) {
  occurrences_.stand_on(rank());
  return occurrences_.count_behind(code, several);
}

}  // namespace kwic
