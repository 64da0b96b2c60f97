// SPDX-License-Identifier: Apache-2.0
// Here is a term's TermInfo, give me its documents, frequencies, bounds and
// positions.
//
// A PostingList is a checked view: opening it resolves the head of the list
// against its section, and each block is resolved when it is asked for. Blocks
// that do not fit come out empty and count as damage (PostingSource::damage),
// which the searcher turns into an error. Document ids are always below the
// number of documents, whatever the bytes are; their order is not guaranteed
// in a damaged file.
#ifndef KWIC_FORMAT_POSTING_LIST_H_
#define KWIC_FORMAT_POSTING_LIST_H_

#include <cstdint>
#include <vector>

#include "format/elias_fano.h"
#include "format/frequency_codec.h"
#include "format/index_file.h"
#include "format/kernels.h"
#include "format/posting_format.h"
#include "format/term_info.h"

namespace kwic {

// The lengths of all documents.
class DocumentLengths {
 public:
  DocumentLengths() = default;
  DocumentLengths(SectionView view, int width);

  // Tokens of a document; 0 beyond the last one.
  std::uint32_t operator()(std::uint32_t doc) const noexcept {
    if (doc >= count_) return 0;
    if (flat_ == nullptr) return split(doc);
    switch (width_) {
      case 1: return flat_[doc];
      case 2: return load_le<std::uint16_t>(flat_ + std::size_t{doc} * 2);
      default: return load_le<std::uint32_t>(flat_ + std::size_t{doc} * 4);
    }
  }
  std::uint64_t count() const noexcept { return count_; }

  // Asks for all of them, unless they are many: of many, few are needed.
  void will_need() const noexcept;
  // Asks for one.
  void will_need(std::uint32_t doc) const noexcept;

 private:
  std::uint32_t split(std::uint32_t doc) const noexcept;

  SectionView view_;
  const std::uint8_t* flat_ = nullptr;  // null if in several parts
  std::uint64_t count_ = 0;
  int width_ = 1;
};

// The sections that lists live in, and where damage is noted.
// Thread-safety: one thread at a time (damage is a plain counter).
struct PostingSource {
  PostingSource() = default;
  explicit PostingSource(const IndexFile& file);

  SectionView postings;
  SectionView positions;
  DocumentLengths lengths;
  std::uint32_t documents = 0;
  const Kernels* kernel = nullptr;
  std::uint64_t damage = 0;
  // Some lists of the query may not be in memory: what will be read in many
  // places of them is worth asking for.
  bool cold = false;
};

// Asks for what a search will read of a list, before it is opened. True if some
// of it was not asked for before.
enum class ListUse {
  kNothing,  // nothing is read
  kLookUp,   // in which documents the term is
  kScore,    // and what bounds their scores
  kPhrases,  // as kLookUp, and positions
};
bool will_need(const PostingSource& source, const TermInfo& info, ListUse use);

class PostingList;
// Whether will_need() asks for all of a list and its positions.
bool asked_as_a_whole(const PostingList& list) noexcept;

class PostingList {
 public:
  // `source` must outlive this. False (and an empty list) if the head makes no
  // sense.
  bool open(PostingSource& source, const TermInfo& info);

  // Asks for the first bytes that open() will read.
  static void prefetch_head(const PostingSource& source,
                            const TermInfo& info) noexcept {
    const std::uint8_t* p = source.postings.at(info.postings_address, 1);
    if (info.doc_freq > 1 && p != nullptr) __builtin_prefetch(p);
  }

  std::uint32_t doc_freq() const noexcept { return info_.doc_freq; }
  const TermInfo& info() const noexcept { return info_; }
  ListLayout layout() const noexcept { return layout_; }
  bool dense() const noexcept { return layout_ == ListLayout::kDense; }
  // Lists of several blocks have impact codes.
  bool coded() const noexcept { return layout_ >= ListLayout::kBlocks; }

  // Bounds on BM25 saturations, as fractions of kImpactUnit. Lists without
  // codes have none but the trivial one, and no seeds.
  std::uint16_t bound(int code) const noexcept { return bound_[code]; }
  std::uint16_t best() const noexcept { return bound_[kImpactLevels - 1]; }
  // A saturation that at least `rank` documents exceed, for the largest of
  // kSeedRanks >= rank; 0 if unknown.
  std::uint16_t seed(std::size_t rank) const noexcept;

  // --- blocks of kBlockPostings ---------------------------------------------
  std::uint32_t blocks() const noexcept { return blocks_; }
  std::uint32_t postings_in(std::uint32_t block) const noexcept {
    return block + 1 < blocks_
               ? kBlockPostings
               : info_.doc_freq - (blocks_ - 1) * kBlockPostings;
  }
  // The last document of a block. REQUIRES: not dense; block < blocks().
  std::uint32_t last_doc(std::uint32_t block) const noexcept {
    return last_docs_ == nullptr
               ? single_last_
               : load_le<std::uint32_t>(last_docs_ + std::size_t{block} * 4);
  }
  // The first block from `from` on whose last document is >= doc; blocks() if
  // none. REQUIRES: not dense.
  std::uint32_t find_block(std::uint32_t doc,
                           std::uint32_t from) const noexcept;

  // Best code of a block. REQUIRES: layout kBlocks.
  std::uint8_t best_code(std::uint32_t block) const noexcept {
    return best_codes_[block] & 15;
  }

  // What a block is made of; empty() where it is damaged.
  struct Block {
    std::uint32_t postings = 0;
    std::uint32_t base = 0;  // document ids are at least this
    std::uint32_t last = 0;
    EfShape shape;                        // of all but the last document
    const std::uint8_t* codes = nullptr;  // nibbles, if coded()
    const std::uint8_t* docs = nullptr;
    std::uint64_t frequencies = 0;  // their address; 0: all are 1
    bool empty() const { return postings == 0; }
  };
  // For dense lists only `postings` and `frequencies` are set.
  Block block(std::uint32_t block) const;
  // Asks for its bytes ahead of time.
  void prefetch(std::uint32_t block) const noexcept;

  // The frequencies of a block; false if they are damaged.
  bool open_frequencies(const Block& block, FrequencyBlock& out) const;

  // All document ids of a block to `out`, which has room for kBlockPostings +
  // kDecodeSlack. Returns their number. REQUIRES: not dense.
  std::uint32_t decode_docs(const Block& block, std::uint32_t* out) const;

  // The document of a posting. Cheaper than decoding the block where few are
  // wanted. REQUIRES: not dense; index < block.postings.
  std::uint32_t document(const Block& block, std::uint32_t index) const;

  // The index of the first document >= doc in the block, and that document to
  // *found; block.postings if there is none. REQUIRES: not dense.
  std::uint32_t search(const Block& block, std::uint32_t doc,
                       std::uint32_t* found) const;

  // Of the postings of a block, those of which table[code] is not 0.
  // REQUIRES: coded(); block < blocks().
  void mask_of_codes(std::uint32_t block, const std::uint8_t* table,
                     std::uint64_t mask[4]) const;

  // The code of a posting; 0 where the block is damaged.
  // REQUIRES: coded(); rank < doc_freq().
  std::uint8_t code(std::uint32_t rank) const noexcept;
  // out[i] = table[code] of `n` postings of ascending ranks. REQUIRES: as
  // above.
  void map_codes(const std::uint32_t* ranks, std::uint32_t n,
                 const float table[kImpactLevels], float* out) const noexcept;

  // --- windows of kWindowDocs, of dense lists -------------------------------
  std::uint32_t windows() const noexcept { return windows_; }
  // Its bits; never null (a window that is not there reads as empty).
  const std::uint8_t* window_bits(std::uint32_t window) const noexcept;
  // Postings before the window; at most doc_freq().
  std::uint32_t window_rank(std::uint32_t window) const noexcept {
    const std::uint32_t rank =
        load_le<std::uint32_t>(ranks_ + std::size_t{window} * 4);
    return rank < info_.doc_freq ? rank : info_.doc_freq;
  }
  std::uint8_t window_best(std::uint32_t window) const noexcept {
    return best_codes_[window] & 15;
  }
  // Adds units[code] of each posting of a window to the byte of `sums` that
  // belongs to its document, saturating at 255; with `store`, sums need no
  // initial value. See expand_add in format/kernels.h.
  void add_units(std::uint32_t window, const std::uint8_t* units, bool store,
                 std::uint8_t* sums) const;
  bool contains(std::uint32_t doc) const noexcept {
    const std::uint8_t* bits = window_bits(doc / kWindowDocs);
    const std::uint32_t bit = doc % kWindowDocs;
    return (bits[bit / 8] >> (bit % 8) & 1) != 0;
  }
  // Asks for the bits and codes of all windows.
  void will_need_codes() const noexcept;
  // The places of those of `n` documents that the list has to `which`, in
  // order; returns their number. May write one element behind them.
  std::uint32_t find_all(const std::uint32_t* docs, std::uint32_t n,
                         std::uint32_t* which) const noexcept;
  // The number of postings before `doc` (which need not be one).
  std::uint32_t rank(std::uint32_t doc) const noexcept;

  // --- positions ------------------------------------------------------------
  // Where the positions of a block start; null if there are none. `available`
  // gets the bytes up to the next block (or part) of the section.
  const std::uint8_t* position_block(std::uint32_t block,
                                     std::uint64_t* available) const;

  // Asks the processor for the first bytes of a dense list's frequencies and
  // positions of a block.
  void prefetch_occurrences(std::uint32_t block) const noexcept;
  // Asks it for the positions about a posting of a block.
  void prefetch_positions(std::uint32_t rank) const noexcept;

  // Asks for the frequencies, and with `positions` for them too, of the block
  // of a posting, where will_need() of the whole list may have left them out.
  void will_need_occurrences(std::uint32_t rank, bool positions) const noexcept;

  // Asks for both of all blocks from `from` up to `to`. REQUIRES: coded().
  void will_need_blocks(std::uint32_t from, std::uint32_t to) const noexcept;

  PostingSource& source() const noexcept { return *source_; }

 private:
  bool open_short();
  bool open_coded();
  bool open_dense_head(const std::uint8_t* p);
  std::uint64_t body_address(std::uint32_t block) const noexcept;
  std::uint64_t position_address(std::uint32_t block) const noexcept;
  const std::uint8_t* codes_from(std::uint32_t rank,
                                 std::uint8_t* buffer) const;
  Block damaged() const;

  PostingSource* source_ = nullptr;
  TermInfo info_;
  ListLayout layout_ = ListLayout::kSingle;
  std::uint16_t bound_[kImpactLevels] = {};
  std::uint16_t seed_[3] = {};
  std::uint32_t blocks_ = 0;
  std::uint32_t windows_ = 0;
  std::uint32_t single_last_ = 0;
  std::uint64_t body_address_ = 0;      // of a short list's one block
  std::uint64_t bits_address_ = 0;      // of a dense list's bitset
  const std::uint8_t* bits_ = nullptr;  // the whole bitset, if in one part
  const std::uint8_t* last_docs_ = nullptr;
  const std::uint8_t* bodies_ = nullptr;  // offsets, 4 bytes each
  const std::uint8_t* positions_ = nullptr;
  const std::uint8_t* ranks_ = nullptr;
  const std::uint8_t* best_codes_ = nullptr;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSTING_LIST_H_
