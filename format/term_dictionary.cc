// SPDX-License-Identifier: Apache-2.0
#include "format/term_dictionary.h"

#include <algorithm>
#include <string>

#include "base/limits.h"
#include "format/term_block.h"
#include "format/term_figures.h"

namespace kwic {
namespace {

constexpr std::uint64_t kUsualBlockBytes = 192;

// Asks for the lines of a block of usual size at once, so that a search in a
// cold one waits once and not once for every line.
void prefetch_block(const std::uint8_t* p, std::uint64_t size) noexcept {
  constexpr std::uint64_t kLine = 64;
  for (std::uint64_t at = 0; at < std::min(size, kUsualBlockBytes);
       at += kLine) {
    __builtin_prefetch(p + at);
  }
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
  const std::uint64_t blocks_there =
      std::min(heads_.count<std::uint64_t>(),
               offsets_.size() / kBlockGroupBytes * kBlocksPerGroup);
  const std::uint64_t blocks_needed =
      term_count / kTermsPerBlock + (term_count % kTermsPerBlock != 0 ? 1 : 0);
  block_count_ = std::min(blocks_there, blocks_needed);
  term_count_ = std::min(term_count, block_count_ * kTermsPerBlock);
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

// The last block whose head is at most `head`, or block_count_ if there is
// none. Parts of the section are passed one by one; in the right one a binary
// search halves the range without a branch that could be mispredicted.
std::uint64_t TermDictionary::last_head_not_above(
    std::uint64_t head) const noexcept {
  std::uint64_t first = 0;
  std::uint64_t count = block_count_;
  while (first < block_count_ && heads_.at(0, block_count_ * 8) == nullptr) {
    count = std::min(block_count_ - first, heads_.contiguous(first * 8) / 8);
    if (count == 0) return block_count_;
    const std::uint64_t behind = first + count;
    if (behind == block_count_ || heads_.get<std::uint64_t>(behind) > head) {
      break;
    }
    first = behind;
  }
  const std::uint8_t* base = heads_.at(first * 8, count * 8);
  if (count == 0 || base == nullptr || load_le<std::uint64_t>(base) > head) {
    return block_count_;
  }
  const std::uint8_t* last = base;
  const auto not_above = [&](const std::uint8_t* p) -> std::uint64_t {
    return load_le<std::uint64_t>(p) <= head ? 1 : 0;
  };
  while (count >= 4) {
    const std::uint64_t quarter = count / 4;
    const std::uint64_t step = quarter * 8;
    last += (not_above(last + step) + not_above(last + 2 * step) +
             not_above(last + 3 * step)) *
            step;
    count -= 3 * quarter;
  }
  while (count > 1) {
    last += not_above(last + 8) * 8;
    --count;
  }
  return first + static_cast<std::uint64_t>(last - base) / 8;
}

// Whether a block's first term is at most `term`. An unreadable block counts
// as such, so that a search ends at it and fails there.
bool TermDictionary::first_not_above(std::uint64_t number,
                                     std::string_view term,
                                     std::uint64_t head) const noexcept {
  TermBlock block;
  std::size_t matched = 0;
  return !open_block(number, block) ||
         block.compare_first(term, head, matched) <= 0;
}

// The block that holds `term` if any does: the last one whose first term is
// not above it; block_count_ if there is none.
std::uint64_t TermDictionary::block_for(std::string_view term,
                                        std::uint64_t head) const noexcept {
  const std::uint64_t last = last_head_not_above(head);
  if (last == block_count_ || heads_.get<std::uint64_t>(last) != head ||
      first_not_above(last, term, head)) {
    return last;
  }
  // Several blocks may begin with the same eight bytes: search those by their
  // whole first terms. Before them stands the last block of a lower head.
  std::uint64_t found =
      head == 0 ? block_count_ : last_head_not_above(head - 1);
  std::uint64_t from = found == block_count_ ? 0 : found + 1;
  std::uint64_t end = last;
  while (from < end) {
    const std::uint64_t middle = from + (end - from) / 2;
    if (first_not_above(middle, term, head)) {
      found = middle;
      from = middle + 1;
    } else {
      end = middle;
    }
  }
  return found;
}

std::uint64_t TermDictionary::locate(std::string_view term) const noexcept {
  const std::uint64_t number = block_for(term, term_head(term));
  std::uint64_t begin = 0;
  if (!block_address(number, begin) || begin >= blocks_.size()) return number;
  blocks_.will_need(begin, kUsualBlockBytes);
  const std::uint64_t size = blocks_.contiguous(begin);
  prefetch_block(blocks_.at(begin, size), size);
  return number;
}

bool TermDictionary::find_at(std::uint64_t number, std::string_view term,
                             TermInfo& info) const noexcept {
  if (term.empty() || term.size() > kMaxTermBytes) return false;
  TermBlock block;
  return open_block(number, block) && block.find(term, term_head(term), info);
}

bool TermDictionary::find(std::string_view term,
                          TermInfo& info) const noexcept {
  return find_at(block_for(term, term_head(term)), term, info);
}

Status TermDictionary::scan(
    std::string_view from,
    const std::function<bool(std::string_view, const TermInfo&)>& visit) const {
  constexpr std::uint64_t kAhead = std::uint64_t{64} << 10;
  std::uint64_t number = block_for(from, term_head(from));
  if (number == block_count_) number = 0;
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
