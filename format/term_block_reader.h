// SPDX-License-Identifier: Apache-2.0
// Reads one block of the term dictionary; format/term_block.h has the layout.
//
// The bytes are not trusted: whatever they are, nothing outside them is used
// and every loop ends with the terms of the block.
#ifndef KWIC_FORMAT_TERM_BLOCK_READER_H_
#define KWIC_FORMAT_TERM_BLOCK_READER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "format/term_block.h"
#include "format/term_figures.h"
#include "format/term_info.h"

namespace kwic {

// A block whose parts have been found.
class TermBlock {
 public:
  // `bytes` begin with the block and may go on behind it; kSectionTailBytes
  // more must be loadable. `terms` is 1 to kTermsPerBlock. False if they make
  // no sense.
  bool open(ByteView bytes, std::uint64_t head, std::size_t terms) noexcept;

  // How the first term compares with `term`: below zero if it comes before it.
  // `matched` becomes the number of bytes both begin with.
  int compare_first(const SoughtTerm& term,
                    std::size_t& matched) const noexcept;

  // Finds a term of this block and its figures.
  bool find(const SoughtTerm& term, TermInfo& info) const noexcept;

  // The same of its number of documents alone; 0 if there is no such term.
  std::uint32_t doc_freq(const SoughtTerm& term) const noexcept;

 private:
  friend class TermBlockCursor;

  bool find_end() noexcept;
  std::size_t index_of(const SoughtTerm& term) const noexcept;
  std::size_t scan_controls(const SoughtTerm& term,
                            std::size_t matched) const noexcept;
  std::size_t scan_terms(const SoughtTerm& term,
                         std::size_t matched) const noexcept;
  const std::uint8_t* initials() const noexcept {
    return controls_ + kTermControlBytes;
  }

  std::uint64_t head_ = 0;
  std::size_t terms_ = 0;
  std::size_t first_size_ = 0;              // of the first term
  bool long_ = false;                       // a length did not fit four bits
  const std::uint8_t* controls_ = nullptr;  // and the start of the block
  const std::uint8_t* rest_ = nullptr;      // the first term's ninth byte
  const std::uint8_t* strings_ = nullptr;   // what is left of the second term
  const std::uint8_t* figures_ = nullptr;   // and the end of the strings
  const std::uint8_t* end_ = nullptr;
  // Byte i: where term i + 1 begins behind strings_, unless long_.
  std::uint8_t begins_[16] = {};
};

// Visits the terms of a block in order, with their figures.
class TermBlockCursor {
 public:
  // False if the block makes no sense. The block's bytes must outlive this.
  bool open(const TermBlock& block) noexcept;

  bool done() const noexcept { return index_ == block_.terms_; }

  // Goes to the next term; false if it makes no sense. REQUIRES: !done().
  bool next() noexcept;

  // The current term, valid until next(). REQUIRES: next() returned true.
  std::string_view term() const noexcept { return {text_, size_}; }
  const TermInfo& info() const noexcept { return info_; }

 private:
  bool next_first() noexcept;
  bool next_other() noexcept;

  TermBlock block_;
  TermFigureReader figures_;
  TermInfo info_;
  std::size_t index_ = 0;
  const std::uint8_t* p_ = nullptr;
  std::size_t size_ = 0;
  char text_[kMaxTermBytes + 8] = {};
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_BLOCK_READER_H_
