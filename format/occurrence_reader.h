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

#include <cstdint>
#include <vector>

#include "format/posting_list.h"
#include "format/predecessor_codes.h"

namespace kwic {

// Reads the postings of one list. Not shared by threads.
class OccurrenceReader {
 public:
  // The list must outlive this or the next open().
  void open(const PostingList& list) noexcept;

  // REQUIRES: rank < list.doc_freq(). Cheapest if ranks ascend.
  void stand_on(std::uint32_t rank);

  // Of the posting stood on.
  std::uint32_t frequency();
  // Its positions, ascending, to `out`. False if the bytes make no sense.
  bool positions(std::vector<std::uint32_t>& out);

  // Its positions behind a frequent word, given as its predecessor code: those
  // of that code and of kSeveralPredecessors, which sets `several`. False if
  // there are none, or the bytes make no sense.
  // REQUIRES: has_predecessors(list.doc_freq()).
  bool positions_behind(std::uint8_t code, std::vector<std::uint32_t>& out,
                        bool& several);
  // The codes of all its positions. REQUIRES: as above.
  bool predecessors(std::vector<std::uint8_t>& out);

  // The number of positions_behind().
  std::uint32_t count_behind(std::uint8_t code, bool& several);

  // Of `n` postings of ascending ranks, clears the signs of those that have no
  // such position. True if some may have it only because of
  // kSeveralPredecessors. REQUIRES: as above.
  bool keep_behind(const std::uint32_t* ranks, std::uint32_t n,
                   std::uint8_t code, std::uint64_t* signs);

  // Of `n` postings of ascending ranks, narrows signs[i] to the bits
  // (position - offset) mod 64 of the positions of posting i: what is left of
  // the signs of all words of a phrase is zero where they stand nowhere in a
  // row. Signs are left alone where that is not worth finding out or the bytes
  // make no sense.
  void narrow_signs(const std::uint32_t* ranks, std::uint32_t n,
                    std::uint32_t offset, std::uint64_t* signs);

 private:
  // Where the occurrences of a posting lie among those of its block.
  struct Span {
    std::uint64_t before = 0;
    std::uint32_t count = 0;
  };

  void enter_block(std::uint32_t block);
  void count_occurrences();
  std::uint32_t worth_counting() const noexcept;
  Span span();
  Span walk();
  bool open_positions();
  bool take_number(const std::uint8_t*& p, std::uint64_t& available,
                   std::uint64_t& number) const noexcept;
  bool open_predecessors(const std::uint8_t*& p, std::uint64_t& available);
  bool open_span(Span& span);
  std::uint64_t sample(std::uint64_t i) const noexcept;
  std::uint64_t seek_occurrence(std::uint64_t occurrence);
  void open_chunk(std::uint64_t chunk);
  bool good(const Span& span) const noexcept;
  bool in_open_chunk(const Span& span) const noexcept;
  std::uint64_t gap(const Span& span, std::uint64_t i) const noexcept;
  bool keep_behind_in_block(const std::uint32_t* ranks, std::uint32_t n,
                            std::uint8_t code, std::uint64_t* signs,
                            bool& several);
  bool any_match(std::uint64_t begin, std::uint64_t end) const noexcept;
  // 64 bits of matches_ from that one on.
  std::uint64_t match_word(std::uint64_t at) const noexcept {
    const std::uint64_t* const word = matches_ + at / 64;
    return word[0] >> (at % 64) | word[1] << 1 << (63 - at % 64);
  }
  void read_chunk(const Span& span, std::uint32_t* out) const;
  bool read_stream(const Span& span, std::uint64_t bit,
                   std::uint32_t* out) const;
  std::uint64_t sign(std::uint32_t offset);
  std::uint64_t sign_in_chunk(const Span& span, std::uint32_t offset) const;
  bool fail();

  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static constexpr std::uint64_t kNoChunk = ~std::uint64_t{0};

  const PostingList* list_ = nullptr;
  std::uint32_t block_ = kNone;
  std::uint32_t index_ = 0;     // in the block
  std::uint32_t postings_ = 0;  // of the block
  FrequencyBlock frequencies_;
  std::uint32_t reads_ = 0;  // of single frequencies of the block
  bool counted_ = false;     // before_ is that of the block
  // Up to where the frequencies have been walked: the posting, and its bit in
  // the unary half.
  std::uint32_t walked_ = 0;
  std::uint64_t walked_bit_ = 0;

  bool positions_open_ = false;
  bool positions_good_ = false;
  unsigned low_ = 0;
  unsigned number_width_ = 2;
  std::uint64_t occurrences_ = 0;  // of the block
  PredecessorCodes predecessors_;
  const std::uint8_t* samples_ = nullptr;
  const std::uint8_t* lows_ = nullptr;
  const std::uint8_t* unary_ = nullptr;
  std::uint64_t unary_end_ = 0;  // bits
  // The occurrence found last, and its bit in the unary half.
  std::uint64_t occurrence_ = 0;
  std::uint64_t occurrence_bit_ = 0;
  // The chunk between two samples that was looked into last, and, once it has
  // been looked into twice, where each of its occurrences starts.
  std::uint64_t chunk_ = kNoChunk;
  bool chunk_open_ = false;
  std::uint64_t chunk_base_ = 0;  // bit that starts_ count from

  // Room for keep_behind(): which occurrences of the block match.
  static constexpr std::uint32_t kMostMatched = 8192;
  std::uint64_t matches_[kMostMatched / 64 + 2];

  std::uint32_t before_[kBlockPostings + 1];  // occurrences in earlier postings
  std::uint32_t starts_[kSampledOccurrences + 2];
};

}  // namespace kwic

#endif  // KWIC_FORMAT_OCCURRENCE_READER_H_
