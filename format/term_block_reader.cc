// SPDX-License-Identifier: Apache-2.0
#include "format/term_block_reader.h"

#include "base/varint.h"
#include "format/term_block.h"

namespace kwic {
namespace {

// The lengths before the own bytes of a term that is not a block's first.
struct TermLengths {
  std::size_t shared = 0, own = 0;
};

// Reads them at `p` and moves `p` to the bytes. False if these do not end by
// `end`.
bool read_lengths(const std::uint8_t*& p, const std::uint8_t* end,
                  TermLengths& lengths) noexcept {
  if (p == end) return false;
  const std::uint8_t control = *p++;
  lengths.shared = control >> 4;
  lengths.own = control & 15u;
  if (lengths.shared == kLongTermLength) [[unlikely]] {
    if (p == end) return false;
    lengths.shared = *p++;
  }
  if (lengths.own == kLongTermLength) [[unlikely]] {
    if (p == end) return false;
    lengths.own = *p++;
  }
  ++lengths.own;
  return lengths.own <= static_cast<std::size_t>(end - p);
}

int compare_sizes(std::size_t a, std::size_t b) noexcept {
  return a == b ? 0 : a < b ? -1 : 1;
}

}  // namespace

bool TermBlock::open(ByteView bytes, std::uint64_t head,
                     std::size_t terms) noexcept {
  const std::uint8_t* p = bytes.data();
  end_ = p + bytes.size();
  std::uint64_t strings_size = 0;
  if (!read_varint(p, end_, strings_size) || strings_size == 0 ||
      strings_size > static_cast<std::uint64_t>(end_ - p)) {
    return false;
  }
  head_ = head;
  terms_ = terms;
  figures_ = p + strings_size;
  first_size_ = *p++;
  rest_ = p;
  const std::size_t rest_size =
      first_size_ - std::min(first_size_, kTermHeadBytes);
  if (rest_size > static_cast<std::size_t>(figures_ - p)) return false;
  strings_ = p + rest_size;
  return first_size_ > 0;
}

int TermBlock::compare_first(std::string_view term, std::uint64_t head,
                             std::size_t& matched) const noexcept {
  const auto same =
      static_cast<std::size_t>(std::countl_zero(head_ ^ head)) / 8;
  matched = std::min({same, first_size_, term.size()});
  if (matched < kTermHeadBytes) {
    if (matched == first_size_ || matched == term.size()) {
      return compare_sizes(first_size_, term.size());
    }
    return head_ < head ? -1 : 1;
  }
  const std::size_t more =
      common_prefix(rest_, first_size_ - kTermHeadBytes,
                    term.data() + kTermHeadBytes, term.size() - kTermHeadBytes);
  matched += more;
  if (matched == first_size_ || matched == term.size()) {
    return compare_sizes(first_size_, term.size());
  }
  return rest_[more] < static_cast<std::uint8_t>(term[matched]) ? -1 : 1;
}

// The scan needs no copy of the terms it passes. While the term before is below
// the one wanted, and the two begin with `matched` same bytes, a term that
// shares more with the term before is below the wanted one for the same reason;
// one that shares less is above it; only one that shares as much is compared.
std::size_t TermBlock::index_of(std::string_view term,
                                std::uint64_t head) const noexcept {
  std::size_t matched = 0;
  const int order = compare_first(term, head, matched);
  if (order == 0) return 0;
  if (order > 0) return terms_;
  const std::uint8_t* p = strings_;
  for (std::size_t index = 1; index < terms_; ++index) {
    TermLengths lengths;
    if (!read_lengths(p, figures_, lengths)) return terms_;
    if (lengths.shared < matched) return terms_;
    if (lengths.shared == matched) {
      const std::size_t same = common_prefix(
          p, lengths.own, term.data() + matched, term.size() - matched);
      matched += same;
      if (matched == term.size()) {
        return same == lengths.own ? index : terms_;
      }
      if (same < lengths.own &&
          p[same] > static_cast<std::uint8_t>(term[matched])) {
        return terms_;
      }
    }
    p += lengths.own;
  }
  return terms_;
}

bool TermBlock::find(std::string_view term, std::uint64_t head,
                     TermInfo& info) const noexcept {
  const std::size_t index = index_of(term, head);
  if (index == terms_) return false;
  TermFigureReader figures;
  if (!figures.open(figures_, end_, terms_)) return false;
  figures.skip_to(index);
  return figures.next(info);
}

bool TermBlockCursor::open(const TermBlock& block) noexcept {
  block_ = block;
  index_ = 0;
  return figures_.open(block.figures_, block.end_, block.terms_);
}

bool TermBlockCursor::next() noexcept {
  return (index_++ == 0 ? next_first() : next_other()) && figures_.next(info_);
}

bool TermBlockCursor::next_first() noexcept {
  put_term_head(block_.head_, text_);
  size_ = block_.first_size_;
  if (size_ > kTermHeadBytes) {
    std::memcpy(text_ + kTermHeadBytes, block_.rest_, size_ - kTermHeadBytes);
  }
  p_ = block_.strings_;
  return true;
}

bool TermBlockCursor::next_other() noexcept {
  TermLengths lengths;
  if (!read_lengths(p_, block_.figures_, lengths) || lengths.shared > size_ ||
      lengths.own > kMaxTermBytes - lengths.shared) {
    return false;
  }
  std::memcpy(text_ + lengths.shared, p_, lengths.own);
  size_ = lengths.shared + lengths.own;
  p_ += lengths.own;
  return true;
}

}  // namespace kwic
