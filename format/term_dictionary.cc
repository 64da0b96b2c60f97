// SPDX-License-Identifier: Apache-2.0
#include "format/term_dictionary.h"

#include <algorithm>
#include <string>

#include "base/limits.h"
#include "format/term_block.h"
#include "format/term_figures.h"

namespace kwic {
namespace {

constexpr std::uint64_t kLine = 64;
constexpr std::uint64_t kUsualBlockBytes = 192;

// Asks for the lines of a block of usual size at once, so that a search in a
// cold one waits once and not once for every line.
void prefetch_block(const std::uint8_t* p, std::uint64_t size) noexcept {
  for (std::uint64_t at = 0; at < std::min(size, kUsualBlockBytes);
       at += kLine) {
    __builtin_prefetch(p + at);
  }
}

bool may_be_term(std::string_view term) noexcept {
  return !term.empty() && term.size() <= kMaxTermBytes;
}

// What opening may ask for of a section, so that it costs the same for any
// size.
constexpr std::uint64_t kAskedOnOpening = std::uint64_t{256} << 10;

}  // namespace

TermDictionary::TermDictionary(const IndexFile& file)
    : TermDictionary(file.section(SectionKind::kTermHeads),
                     file.section(SectionKind::kTermBlockOffsets),
                     file.section(SectionKind::kTermBlocks),
                     file.stats().terms) {
  // Every search for a term goes through these, and they are small: 154 and 51
  // KB for 300,000 terms.
  heads_.will_need(0, kAskedOnOpening);
  offsets_.will_need(0, kAskedOnOpening);
}

TermDictionary::TermDictionary(SectionView heads, SectionView offsets,
                               SectionView blocks, std::uint64_t term_count)
    : heads_(std::move(heads)),
      offsets_(std::move(offsets)),
      blocks_(std::move(blocks)) {
  const std::uint64_t count =
      term_count / kTermsPerBlock + (term_count % kTermsPerBlock != 0 ? 1 : 0);
  const HeadLevels levels(count);
  const std::uint64_t groups = offsets_.size() / kBlockGroupBytes;
  if (levels.end() != heads_.count<std::uint64_t>() ||
      (count + kBlocksPerGroup - 1) / kBlocksPerGroup != groups) {
    return;
  }
  levels_ = levels;
  block_count_ = levels.count(0);
  term_count_ = term_count;
}

bool TermDictionary::block_address(std::uint64_t number,
                                   std::uint64_t& address) const noexcept {
  if (number >= block_count_) return false;
  const std::uint64_t group = number / kBlocksPerGroup;
  const std::uint64_t within = number % kBlocksPerGroup;
  const std::uint8_t* p =
      offsets_.at(group * kBlockGroupBytes, kBlockGroupBytes);
  if (p == nullptr) return false;
  address = load_le<std::uint64_t>(p);
  if (within > 0) address += load_le<std::uint16_t>(p + 6 + 2 * within);
  return true;
}

// How far a block goes is seen only when it is read to its end: here it may go
// on to the end of its section part.
bool TermDictionary::open_block(std::uint64_t number,
                                TermBlock& block) const noexcept {
  std::uint64_t begin = 0;
  if (!block_address(number, begin)) return false;
  if (begin >= blocks_.size()) return false;
  std::uint64_t size =
      std::min<std::uint64_t>(blocks_.size() - begin, kMaxTermBlockBytes);
  const std::uint8_t* p = blocks_.at(begin, size);
  if (p == nullptr) {
    size = std::min(size, blocks_.contiguous(begin));
    p = blocks_.at(begin, size);
    if (p == nullptr) return false;
  }
  prefetch_block(p, size);
  const std::uint64_t terms = term_count_ - number * kTermsPerBlock;
  return block.open(
      {p, static_cast<std::size_t>(size)}, heads_.get<std::uint64_t>(number),
      static_cast<std::size_t>(std::min<std::uint64_t>(terms, kTermsPerBlock)));
}

// How many of the ascending heads [first, first + count) are at most `head`.
// REQUIRES: count <= kHeadFanout. Every eighth is looked at first and then
// those between two of them, without a branch that could be mispredicted.
std::uint64_t TermDictionary::not_above(std::uint64_t first,
                                        std::uint64_t count,
                                        std::uint64_t head) const noexcept {
  const std::uint8_t* const p = heads_.at(first * 8, count * 8);
  std::uint64_t n = 0;
  if (p == nullptr) [[unlikely]] {  // in two parts of the section
    while (n < count && heads_.get<std::uint64_t>(first + n) <= head) ++n;
    return n;
  }
  const auto one = [&](std::uint64_t i) -> std::uint64_t {
    return load_le<std::uint64_t>(p + 8 * i) <= head ? 1 : 0;
  };
  if (count < kHeadFanout) {
    for (std::uint64_t i = 0; i < count; ++i) n += one(i);
    return n;
  }
  for (std::uint64_t i = 1; i < kHeadFanout / kHeadsPerLine; ++i) {
    n += one(i * kHeadsPerLine);
  }
  n *= kHeadsPerLine;
  const std::uint64_t begin = n;
  for (std::uint64_t i = 0; i < kHeadsPerLine; ++i) n += one(begin + i);
  return n;
}

// Asks for a group of level 0 and for where its blocks begin, all at once.
void TermDictionary::prefetch_group(std::uint64_t first) const noexcept {
  const std::uint8_t* p = heads_.at(first * 8, 8);
  if (p == nullptr) return;
  __builtin_prefetch(p);  // not_above() begins with the other lines
  p = offsets_.at(first / kBlocksPerGroup * kBlockGroupBytes, 1);
  if (p == nullptr) return;
  constexpr std::uint64_t kBytes =
      (kHeadFanout / kBlocksPerGroup + 2) * kBlockGroupBytes;
  for (std::uint64_t at = 0; at < kBytes; at += kLine) {
    __builtin_prefetch(p + at);
  }
}

// The place in `level` of the last head that is at most `head`, or kNowhere.
// `at` is that in the level above, or 0 of the uppermost level.
std::uint64_t TermDictionary::step_down(int level, std::uint64_t at,
                                        std::uint64_t head) const noexcept {
  const std::uint64_t first = at * kHeadFanout;
  if (at == kNowhere || first >= levels_.count(level)) return kNowhere;
  const std::uint64_t n =
      not_above(levels_.first(level) + first,
                std::min(kHeadFanout, levels_.count(level) - first), head);
  return n == 0 ? kNowhere : first + n - 1;
}

std::uint64_t TermDictionary::group_for(std::uint64_t head) const noexcept {
  std::uint64_t at = 0;
  for (int level = levels_.levels() - 1; level > 0; --level) {
    at = step_down(level, at, head);
  }
  if (at != kNowhere) prefetch_group(at * kHeadFanout);
  return at;
}

// Whether a block's first term is at most `term`. An unreadable block counts
// as such, so that a search ends at it and fails there.
bool TermDictionary::first_not_above(std::uint64_t number,
                                     const SoughtTerm& term) const noexcept {
  TermBlock block;
  std::size_t matched = 0;
  return !open_block(number, block) || block.compare_first(term, matched) <= 0;
}

// The block that holds `term` if any does: the last one whose first term is
// not above it; kNowhere if there is none.
std::uint64_t TermDictionary::block_for(const SoughtTerm& term,
                                        std::uint64_t group) const noexcept {
  const std::uint64_t head = term.head;
  const std::uint64_t last = step_down(0, group, head);
  if (last == kNowhere || heads_.get<std::uint64_t>(last) != head ||
      first_not_above(last, term)) {
    return last;
  }
  // Several blocks may begin with the same eight bytes: search those by their
  // whole first terms. Before them stands the last block of a lower head.
  std::uint64_t found =
      head == 0 ? kNowhere : step_down(0, group_for(head - 1), head - 1);
  std::uint64_t from = found == kNowhere ? 0 : found + 1;
  std::uint64_t end = last;
  while (from < end) {
    const std::uint64_t middle = from + (end - from) / 2;
    if (first_not_above(middle, term)) {
      found = middle;
      from = middle + 1;
    } else {
      end = middle;
    }
  }
  return found;
}

std::uint64_t TermDictionary::locate(const SoughtTerm& term,
                                     std::uint64_t group) const noexcept {
  const std::uint64_t number = block_for(term, group);
  std::uint64_t begin = 0;
  if (!block_address(number, begin) || begin >= blocks_.size()) return number;
  blocks_.will_need(begin, kUsualBlockBytes);
  const std::uint64_t size = blocks_.contiguous(begin);
  prefetch_block(blocks_.at(begin, size), size);
  return number;
}

bool TermDictionary::find_at(std::uint64_t number, const SoughtTerm& term,
                             TermInfo& info) const noexcept {
  TermBlock block;
  return may_be_term(term.text) && open_block(number, block) &&
         block.find(term, info);
}

bool TermDictionary::find(std::string_view term,
                          TermInfo& info) const noexcept {
  const SoughtTerm sought(term);
  return find_at(locate(sought, group_for(sought.head)), sought, info);
}

std::uint32_t TermDictionary::doc_freq(std::string_view term) const noexcept {
  if (!may_be_term(term)) return 0;
  const SoughtTerm sought(term);
  TermBlock block;
  return open_block(locate(sought, group_for(sought.head)), block)
             ? block.doc_freq(sought)
             : 0;
}

Status TermDictionary::scan(
    std::string_view from,
    const std::function<bool(std::string_view, const TermInfo&)>& visit) const {
  constexpr std::uint64_t kAhead = std::uint64_t{64} << 10;
  const SoughtTerm sought(from);
  std::uint64_t number = block_for(sought, group_for(sought.head));
  if (number == kNowhere) number = 0;
  bool reached = false;
  TermBlock block;
  TermBlockCursor cursor;
  for (; number < block_count_; ++number) {
    std::uint64_t address = 0;
    if (block_address(number, address)) blocks_.will_need(address, kAhead);
    bool sound = open_block(number, block) && cursor.open(block);
    while (sound && !cursor.done()) {
      sound = cursor.next();
      if (!sound) break;
      reached = reached || cursor.term() >= from;
      if (reached && !visit(cursor.term(), cursor.info())) return {};
    }
    if (!sound) {
      return {StatusCode::kCorrupt, "term blocks: block " +
                                        std::to_string(number) +
                                        " cannot be read; rebuild the index"};
    }
  }
  return {};
}

}  // namespace kwic
