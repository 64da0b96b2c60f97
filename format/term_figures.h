// SPDX-License-Identifier: Apache-2.0
// The figures of one dictionary block: TermInfos in, bytes out, and back.
//
// DESCRIPTION. Two thirds of all terms occur once in the whole corpus and have
// nothing but a document and a position, while the figures of the others are
// small numbers with a few huge ones among them. So a block holds
//
//   u8      doc_width in bits 0-5; bit 6: postings have gaps, bit 7: positions
//   u8      position_width
//   u16     bitmap "single": the term has one document
//   u16     bitmap "once": it occurs once (a subset of single)
//   u8      bits 0-3 and 4-7: bytes of the two addresses that follow
//   bytes   address of the block's first posting list, if a term is not single
//   bytes   address of its first position list, if a term is not once
//   bits    document of each single term, doc_width bits each
//           position of each once term, position_width bits each
//           in Exp-Golomb codes:
//           doc_freq - 2 of each term that is not single
//           the lists of each term that is not once:
//             not single: collection_freq - doc_freq,
//                         [gap before,] size of the postings
//             single:     collection_freq - 2
//             then        [gap before,] size of the positions
//
// Lists follow one another in their sections, so the sizes give the addresses;
// a gap (where a list would have straddled two parts of a section) is coded
// only in the rare block that has one. The columns of fixed width are reached
// by counting bits in the bitmaps; only the codes of the few terms with lists
// are read one after the other. To know in how many documents a term is, none
// but the first of these codes need to be.
//
// Sizes are coded as differences to what a list of so many documents or
// occurrences usually takes, 2s for s >= 0 and -2s - 1 below.
#ifndef KWIC_FORMAT_TERM_FIGURES_H_
#define KWIC_FORMAT_TERM_FIGURES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "format/exp_golomb.h"
#include "format/term_info.h"

namespace kwic {

// Terms of a full dictionary block. All blocks but the last are full.
inline constexpr std::size_t kTermsPerBlock = 16;

// Appends the figures of a block. REQUIRES: 1 to kTermsPerBlock terms, every
// size and frequency below 2^48, lists in order and not overlapping.
void append_term_figures(std::span<const TermInfo> infos,
                         std::vector<std::uint8_t>& out);

// Reads the figures of term `index` of `count` in one block; `bytes` as for
// TermFigureReader. False if they make no sense. REQUIRES: index < count.
bool read_term_figures(ByteView bytes, std::size_t count, std::size_t index,
                       TermInfo& info) noexcept;

// The same of doc_freq alone; 0 if it makes no sense.
std::uint32_t read_doc_freq(ByteView bytes, std::size_t count,
                            std::size_t index) noexcept;

// What is read of a block's figures before those of any of its terms.
struct FigureShape {
  std::uint32_t single = 0, once = 0;  // bitmaps
  unsigned terms = 0;
  unsigned doc_width = 0, position_width = 0;
  bool posting_gaps = false, position_gaps = false;
  // Where the first lists begin.
  std::uint64_t postings_address = 0, positions_address = 0;
  // Bit positions from bits on: of the first field of each kind, and the end.
  const std::uint8_t* bits = nullptr;
  std::uint64_t positions = 0, codes = 0, limit = 0;
};

// Reads the figures of one block, from the first term to the last.
class TermFigureReader {
 public:
  // `count` terms, 1 to kTermsPerBlock, in the bytes [p, end), behind which
  // kSectionTailBytes more must be loadable. False if they make no sense.
  bool open(const std::uint8_t* p, const std::uint8_t* end,
            std::size_t count) noexcept;

  // Figures of the next term. False at the end or if they make no sense.
  bool next(TermInfo& info) noexcept;

 private:
  FigureShape shape_;
  unsigned index_ = 0;
  std::uint64_t postings_address_ = 0, positions_address_ = 0;
  CheckedBitReader codes_;
  std::uint32_t doc_freqs_[kTermsPerBlock] = {};
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_FIGURES_H_
