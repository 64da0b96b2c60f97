// SPDX-License-Identifier: Apache-2.0
// Here is a term, give me its figures; here is a prefix, give me its terms.
//
// Reads the sections that TermDictionaryWriter wrote; format/term_block.h has
// their layout. Thread-safe; constant. Damaged sections give wrong or missing
// terms, never a crash or a long loop.
#ifndef KWIC_FORMAT_TERM_DICTIONARY_H_
#define KWIC_FORMAT_TERM_DICTIONARY_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "format/index_file.h"
#include "format/problem_sink.h"
#include "format/section_view.h"
#include "format/term_block_reader.h"
#include "format/term_heads.h"
#include "format/term_info.h"
#include "kwic/status.h"

namespace kwic {

class TermDictionary {
 public:
  TermDictionary() = default;
  // Views into `file`, which must outlive this.
  explicit TermDictionary(const IndexFile& file);
  // The same from its sections alone. Has no terms if their sizes do not fit
  // the count of terms.
  TermDictionary(SectionView heads, SectionView offsets, SectionView blocks,
                 std::uint64_t term_count);

  // Finds a term. No allocation, one dictionary block touched (a few where
  // blocks share their first eight bytes).
  bool find(std::string_view term, TermInfo& info) const noexcept;

  // The same in three steps, so that several terms wait for memory together:
  // group_for() asks for what locate() looks into, and locate() for the block
  // that find_at() looks into. What a step returns is of use to the next one
  // only.
  std::uint64_t group_for(std::uint64_t head) const noexcept;
  std::uint64_t locate(const SoughtTerm& term,
                       std::uint64_t group) const noexcept;
  bool find_at(std::uint64_t block, const SoughtTerm& term,
               TermInfo& info) const noexcept;

  // In how many documents a term is, by less work than find(); 0 if in none.
  std::uint32_t doc_freq(std::string_view term) const noexcept;

  // Calls `visit(term, info)` for each term >= `from` in order until it
  // returns false or the terms end. kCorrupt where a block makes no sense.
  Status scan(std::string_view from,
              const std::function<bool(std::string_view, const TermInfo&)>&
                  visit) const;

  std::uint64_t term_count() const noexcept { return term_count_; }

  // What the figures of a dictionary must keep to, and what they add up to.
  struct Bounds {
    std::uint64_t documents = 0;
    std::uint64_t postings_bytes = 0;   // of section "postings"
    std::uint64_t positions_bytes = 0;  // of section "positions"
  };
  struct Totals {
    std::uint64_t terms = 0;
    std::uint64_t postings = 0;  // sum of doc_freq
    std::uint64_t tokens = 0;    // sum of collection_freq
  };

  // Reads everything and reports what is out of order, out of bounds or
  // overlapping.
  Totals check(const Bounds& bounds, const ProblemSink& report) const;

 private:
  // Where there is no such block or group.
  static constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

  std::uint64_t not_above(std::uint64_t first, std::uint64_t count,
                          std::uint64_t head) const noexcept;
  std::uint64_t step_down(int level, std::uint64_t at,
                          std::uint64_t head) const noexcept;
  void prefetch_group(std::uint64_t first) const noexcept;
  void check_heads(const ProblemSink& report) const;

  std::uint64_t block_for(const SoughtTerm& term,
                          std::uint64_t group) const noexcept;
  bool first_not_above(std::uint64_t number,
                       const SoughtTerm& term) const noexcept;
  bool open_block(std::uint64_t number, TermBlock& block) const noexcept;

  bool block_address(std::uint64_t number,
                     std::uint64_t& address) const noexcept;

  SectionView heads_, offsets_, blocks_;
  HeadLevels levels_;
  std::uint64_t term_count_ = 0;
  std::uint64_t block_count_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_DICTIONARY_H_
