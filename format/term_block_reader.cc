// SPDX-License-Identifier: Apache-2.0
#include "format/term_block_reader.h"

#include "base/varint.h"
#include "format/term_block.h"

namespace kwic {
namespace {

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
constexpr std::uint64_t kNibbles = 0x0f0f'0f0f'0f0f'0f0f;
constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;

// Two words of eight bytes each: the controls of a block.
struct Words {
  std::uint64_t low = 0, high = 0;
};

Words load_controls(const std::uint8_t* p) noexcept {
  constexpr std::uint64_t kFirst = 0xff;  // no control: the first term's length
  return {load_le<std::uint64_t>(p) & ~kFirst, load_le<std::uint64_t>(p + 8)};
}

// Whether four bits are all ones in any of the bytes.
bool has_long_length(const Words& words) noexcept {
  const auto ones = [](std::uint64_t x) {
    const std::uint64_t pairs = x & x >> 1;
    return pairs & pairs >> 2 & (kOnes | kOnes << 4);
  };
  return (ones(words.low) | ones(words.high)) != 0;
}

// A bit for each byte that is at most `limit`. REQUIRES: bytes and limit are
// below 128.
unsigned not_above(std::uint64_t bytes, std::uint64_t limit) noexcept {
  const std::uint64_t high = ((limit * kOnes | kHighBits) - bytes) & kHighBits;
  return static_cast<unsigned>((high >> 7) * 0x0102'0408'1020'4080 >> 56);
}

// The lengths of a term that is not a block's first.
struct TermLengths {
  std::size_t shared = 0, own = 0;
};

// Takes them from `control` and, if they are long, from `p`, which moves to the
// own bytes. False if these do not end by `end`.
bool read_lengths(unsigned control, const std::uint8_t*& p,
                  const std::uint8_t* end, TermLengths& lengths) noexcept {
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
  if (bytes.size() < kTermControlBytes) return false;
  controls_ = bytes.data();
  rest_ = controls_ + kTermControlBytes;
  end_ = controls_ + bytes.size();
  head_ = head;
  terms_ = terms;
  first_size_ = *controls_;
  const std::size_t rest_size =
      first_size_ - std::min(first_size_, kTermHeadBytes);
  if (rest_size > static_cast<std::size_t>(end_ - rest_)) return false;
  strings_ = rest_ + rest_size;
  const Words controls = load_controls(controls_);
  long_ = has_long_length(controls);
  if (first_size_ == 0) return false;
  if (long_) [[unlikely]]
    return find_end();
  // Multiplying by ones adds up the bytes below each; no sum is above 225.
  const std::uint64_t low = ((controls.low & kNibbles) + (kOnes - 1)) * kOnes;
  const std::uint64_t high = ((controls.high & kNibbles) + kOnes) * kOnes;
  store_le(begins_, low);
  store_le(begins_ + 8, high + (low >> 56) * kOnes);
  const std::size_t size = begins_[terms - 1];
  if (size > static_cast<std::size_t>(end_ - strings_)) return false;
  figures_ = strings_ + size;
  return true;
}

// Finds the end of the strings term by term.
bool TermBlock::find_end() noexcept {
  const std::uint8_t* p = strings_;
  for (std::size_t index = 1; index < terms_; ++index) {
    TermLengths lengths;
    if (!read_lengths(controls_[index], p, end_, lengths)) return false;
    p += lengths.own;
  }
  figures_ = p;
  return true;
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

// The number of `term` in this block, or terms_.
//
// The search needs no copy of the terms it passes. While the term before is
// below the one wanted, and the two begin with `matched` same bytes, a term
// that shares more with the term before is below the wanted one for the same
// reason; one that shares less is above it; only one that shares as much is
// compared.
std::size_t TermBlock::index_of(std::string_view term,
                                std::uint64_t head) const noexcept {
  std::size_t matched = 0;
  const int order = compare_first(term, head, matched);
  if (order == 0) return 0;
  if (order > 0) return terms_;
  return long_ ? scan_terms(term, matched) : scan_controls(term, matched);
}

// With all lengths in registers, goes straight to the terms to compare; of
// most of them the first byte tells enough. REQUIRES: !long_.
std::size_t TermBlock::scan_controls(std::string_view term,
                                     std::size_t matched) const noexcept {
  const std::uint8_t* const text = as_bytes(term).data();
  const Words controls = load_controls(controls_);
  const Words shared = {controls.low >> 4 & kNibbles,
                        controls.high >> 4 & kNibbles};
  unsigned left = (2u << (terms_ - 1)) - 2;  // the terms not yet passed
  while (matched < kLongTermLength) {
    unsigned candidates = (not_above(shared.low, matched) |
                           not_above(shared.high, matched) << 8) &
                          left;
    const std::uint8_t wanted = text[matched];
    for (;; candidates &= candidates - 1) {
      if (candidates == 0) return terms_;
      const auto index = static_cast<std::size_t>(std::countr_zero(candidates));
      const unsigned control = controls_[index];
      const std::uint8_t* const own = strings_ + begins_[index - 1];
      if (control >> 4 != matched || *own > wanted) return terms_;
      if (*own < wanted) continue;
      const std::size_t own_size = (control & 15) + 1;
      const std::size_t same =
          1 + common_prefix(own + 1, own_size - 1, term.data() + matched + 1,
                            term.size() - matched - 1);
      matched += same;
      if (matched == term.size()) return same == own_size ? index : terms_;
      if (same < own_size && own[same] > text[matched]) return terms_;
      left &= ~1u << index;
      break;
    }
  }
  return terms_;
}

// The same for any lengths.
std::size_t TermBlock::scan_terms(std::string_view term,
                                  std::size_t matched) const noexcept {
  const std::uint8_t* p = strings_;
  for (std::size_t index = 1; index < terms_; ++index) {
    TermLengths lengths;
    if (!read_lengths(controls_[index], p, figures_, lengths)) return terms_;
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
  return read_term_figures({figures_, end_}, terms_, index, info);
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
  const unsigned control = block_.controls_[index_ - 1];
  if (!read_lengths(control, p_, block_.figures_, lengths) ||
      lengths.shared > size_ || lengths.own > kMaxTermBytes - lengths.shared) {
    return false;
  }
  std::memcpy(text_ + lengths.shared, p_, lengths.own);
  size_ = lengths.shared + lengths.own;
  p_ += lengths.own;
  return true;
}

}  // namespace kwic
