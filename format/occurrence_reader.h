// SPDX-License-Identifier: Apache-2.0
// Here is the rank of a posting in its list, give me its frequency and its
// positions.
//
// Both are Rice codes with the two halves kept apart
// (format/frequency_codec.h), so a posting is reached by counting ones in the
// unary halves: in that of the frequencies for the number of occurrences before
// it, in that of the positions for the place of the first of its own.
//
// A posting far from others is decoded alone, from there on. Where several are
// near each other, the gaps between two samples are added up together, across
// the borders of postings (Kernels::rice_sums): the positions of a posting are
// these sums less the sum before its first, and they are used where they stand.
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
  // The frequencies of `n` postings of ascending ranks. Stands nowhere
  // afterwards.
  void frequencies(const std::uint32_t* ranks, std::uint32_t n,
                   std::uint32_t* out);
  // Its positions, ascending, to `out`. False if the bytes make no sense.
  bool positions(std::vector<std::uint32_t>& out);

  // The code of its i-th position, 0 if that has none.
  // REQUIRES: has_predecessors(list.doc_freq()).
  std::uint8_t predecessor(std::uint32_t i);

  // The number of its positions behind a frequent word, given as its
  // predecessor code: those of that code and of kSeveralPredecessors, which
  // sets `several`. REQUIRES: as above.
  std::uint32_t count_behind(std::uint8_t code, bool& several);

  // The same of `n` postings of ascending ranks, as far as they are of the
  // block of the first: returns of how many, one at least.
  std::uint32_t count_behind(const std::uint32_t* ranks, std::uint32_t n,
                             std::uint8_t code, std::uint32_t* counts,
                             bool& several);
  // How many postings of a block have such a position.
  // REQUIRES: block < list.blocks().
  std::uint32_t postings_behind(std::uint32_t block, std::uint8_t code,
                                bool& several);

  // The positions of up to `n` postings of ascending ranks, as runs of sums();
  // returns of how many: one at least, fewer than n where they are many. Where
  // the bytes make no sense a run is empty. Runs and sums() are good until the
  // next call; kDecodeSlack sums behind a run may be loaded.
  std::uint32_t read(const std::uint32_t* ranks, std::uint32_t n,
                     PositionRun* runs);
  const std::uint32_t* sums() const noexcept { return sums_.data(); }

 private:
  // Where the occurrences of a posting lie among those of its block.
  struct Span {
    std::uint64_t before = 0;
    std::uint32_t count = 0;
  };

  void enter_block(std::uint32_t block);
  void count_occurrences();
  Span span();
  Span walk();
  void walk_to_index();
  std::uint32_t frequency_alone();
  bool open_positions();
  bool take_number(const std::uint8_t*& p, std::uint64_t& available,
                   std::uint64_t& number) const noexcept;
  bool open_predecessors(const std::uint8_t*& p, std::uint64_t& available);
  bool open_span(Span& span);
  std::uint64_t sample(std::uint64_t i) const noexcept;
  std::uint64_t seek_occurrence(std::uint64_t occurrence);
  bool good(const Span& span) const noexcept;
  bool take_decoded(PositionRun& run) const noexcept;
  bool read_one(std::uint32_t near, PositionRun& run);
  bool worth_decoding(const Span& span, std::uint32_t near) const noexcept;
  bool decode(const Span& span);
  bool decode_chunk(std::uint64_t chunk);
  void make_room(std::uint64_t sums);
  bool mark_behind(std::uint8_t code, bool& several);
  void count_marked(const std::uint32_t* ranks, std::uint32_t n,
                    std::uint32_t* counts);
  bool read_stream(const Span& span, std::uint64_t bit,
                   std::uint32_t* out) const;
  bool fail();

  static constexpr std::uint32_t kNone = 0xffff'ffff;

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
  // One running sum of all that was decoded, behind sums_[0], so that the sum
  // before each posting is there too. The occurrences [decoded_, decoded_end_)
  // of the block are at sums_[decoded_at_] and behind.
  std::vector<std::uint32_t> sums_;
  std::uint64_t filled_ = 0;
  std::uint64_t decoded_ = 0;
  std::uint64_t decoded_end_ = 0;
  std::uint64_t decoded_at_ = 0;

  // The occurrences of the block that stand behind a word, a bit for each, and
  // how many do before each 64 of them; see mark_behind().
  std::vector<std::uint64_t> marks_;
  std::vector<std::uint32_t> marks_before_;

  // Occurrences in earlier postings.
  std::uint32_t before_[kBlockPostings + 1 + kDecodeSlack];
};

}  // namespace kwic

#endif  // KWIC_FORMAT_OCCURRENCE_READER_H_
