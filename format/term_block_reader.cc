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

// The high bit of each byte of `bytes` that is at least that of `limits`.
std::uint64_t at_least(std::uint64_t bytes, std::uint64_t limits) noexcept {
  const std::uint64_t low = (bytes | kHighBits) - (limits & ~kHighBits);
  return ((bytes & ~limits) | (~(bytes ^ limits) & low)) & kHighBits;
}

// High bits of eight bytes as eight bits.
unsigned gathered(std::uint64_t high_bits) noexcept {
  return static_cast<unsigned>((high_bits >> 7) * 0x0102'0408'1020'4080 >> 56);
}

// What stops a search among eight terms; see scan_controls.
unsigned stops(std::uint64_t shared, std::uint64_t initials,
               std::uint64_t matched, std::uint64_t wanted) noexcept {
  const std::uint64_t as_much = (shared | kHighBits) - matched;
  const std::uint64_t more = (shared | kHighBits) - (matched + kOnes);
  return gathered(~(more | (as_much & ~at_least(initials, wanted))) &
                  kHighBits);
}

// The lengths of a term that is not a block's first: the bytes it shares, and
// those of its own behind its initial.
struct TermLengths {
  std::size_t shared = 0, more = 0;
};

// Takes them from `control` and, if they are long, from `p`, which moves to the
// own bytes. False if these do not end by `end`.
bool read_lengths(unsigned control, const std::uint8_t*& p,
                  const std::uint8_t* end, TermLengths& lengths) noexcept {
  lengths.shared = control >> 4;
  lengths.more = control & 15u;
  if (lengths.shared == kLongTermLength) [[unlikely]] {
    if (p == end) return false;
    lengths.shared = *p++;
  }
  if (lengths.more == kLongTermLength) [[unlikely]] {
    if (p == end) return false;
    lengths.more = *p++;
  }
  return lengths.more <= static_cast<std::size_t>(end - p);
}

int compare_sizes(std::size_t a, std::size_t b) noexcept {
  return a == b ? 0 : a < b ? -1 : 1;
}

}  // namespace

bool TermBlock::open(ByteView bytes, std::uint64_t head,
                     std::size_t terms) noexcept {
  if (bytes.size() < kTermStringsAt) return false;
  controls_ = bytes.data();
  rest_ = controls_ + kTermStringsAt;
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
  // Multiplying by ones adds up the bytes below each; no sum is above 210.
  const std::uint64_t low = (controls.low & kNibbles) * kOnes;
  const std::uint64_t high = (controls.high & kNibbles) * kOnes;
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
    p += lengths.more;
  }
  figures_ = p;
  return true;
}

int TermBlock::compare_first(const SoughtTerm& term,
                             std::size_t& matched) const noexcept {
  const auto same =
      static_cast<std::size_t>(std::countl_zero(head_ ^ term.head)) / 8;
  const std::size_t size = term.text.size();
  matched = std::min({same, first_size_, size});
  if (matched < kTermHeadBytes) {
    if (matched == first_size_ || matched == size) {
      return compare_sizes(first_size_, size);
    }
    return head_ < term.head ? -1 : 1;
  }
  const std::size_t more =
      term.common(rest_, first_size_ - kTermHeadBytes, kTermHeadBytes);
  matched += more;
  if (matched == first_size_ || matched == size) {
    return compare_sizes(first_size_, size);
  }
  return rest_[more] < static_cast<std::uint8_t>(term.text[matched]) ? -1 : 1;
}

// The number of `term` in this block, or terms_.
//
// The search needs no copy of the terms it passes. While the term before is
// below the one wanted, and the two begin with `matched` same bytes, a term
// that shares more with the term before is below the wanted one for the same
// reason; one that shares less is above it; only one that shares as much is
// compared, and of it first its initial.
std::size_t TermBlock::index_of(const SoughtTerm& term) const noexcept {
  std::size_t matched = 0;
  const int order = compare_first(term, matched);
  if (order == 0) return 0;
  if (order > 0) return terms_;
  return long_ ? scan_terms(term, matched) : scan_controls(term, matched);
}

// With all lengths and initials in registers, goes straight to the first term
// that shares less, or shares as much and has an initial that is not below the
// wanted one: no term before it can be the wanted one. REQUIRES: !long_.
std::size_t TermBlock::scan_controls(const SoughtTerm& term,
                                     std::size_t matched) const noexcept {
  const std::uint8_t* const text = as_bytes(term.text).data();
  const Words controls = load_controls(controls_);
  const Words shared = {controls.low >> 4 & kNibbles,
                        controls.high >> 4 & kNibbles};
  // Byte i is of term i, as in the controls; byte 0 is not used.
  const Words first = {load_le<std::uint64_t>(initials() - 1),
                       load_le<std::uint64_t>(initials() + 7)};
  unsigned left = (2u << (terms_ - 1)) - 2;  // the terms not yet passed
  while (matched < kLongTermLength) {
    const std::uint64_t sharing = matched * kOnes;
    const std::uint64_t wanted = text[matched] * kOnes;
    const unsigned at = (stops(shared.low, first.low, sharing, wanted) |
                         stops(shared.high, first.high, sharing, wanted) << 8) &
                        left;
    if (at == 0) return terms_;
    const auto index = static_cast<std::size_t>(std::countr_zero(at));
    const unsigned control = controls_[index];
    if (control >> 4 != matched || initials()[index - 1] != text[matched]) {
      return terms_;
    }
    const std::size_t more = control & 15;
    const std::uint8_t* const own = strings_ + begins_[index - 1];
    const std::size_t same = term.common(own, more, matched + 1);
    matched += 1 + same;
    if (matched == term.text.size()) return same == more ? index : terms_;
    if (same < more && own[same] > text[matched]) return terms_;
    left &= ~1u << index;
  }
  return terms_;
}

// The same for any lengths.
std::size_t TermBlock::scan_terms(const SoughtTerm& term,
                                  std::size_t matched) const noexcept {
  const std::uint8_t* const text = as_bytes(term.text).data();
  const std::size_t size = term.text.size();
  const std::uint8_t* p = strings_;
  for (std::size_t index = 1; index < terms_; ++index) {
    TermLengths lengths;
    if (!read_lengths(controls_[index], p, figures_, lengths)) return terms_;
    if (lengths.shared < matched) return terms_;
    if (lengths.shared == matched) {
      const std::uint8_t initial = initials()[index - 1];
      if (initial > text[matched]) return terms_;
      if (initial == text[matched]) {
        ++matched;
        const std::size_t same = common_prefix(
            p, lengths.more, term.text.data() + matched, size - matched);
        matched += same;
        if (matched == size) return same == lengths.more ? index : terms_;
        if (same < lengths.more && p[same] > text[matched]) return terms_;
      }
    }
    p += lengths.more;
  }
  return terms_;
}

bool TermBlock::find(const SoughtTerm& term, TermInfo& info) const noexcept {
  const std::size_t index = index_of(term);
  if (index == terms_) return false;
  return read_term_figures({figures_, end_}, terms_, index, info);
}

std::uint32_t TermBlock::doc_freq(const SoughtTerm& term) const noexcept {
  const std::size_t index = index_of(term);
  return index == terms_ ? 0 : read_doc_freq({figures_, end_}, terms_, index);
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
      lengths.shared > size_ || lengths.shared >= kMaxTermBytes ||
      lengths.more >= kMaxTermBytes - lengths.shared) {
    return false;
  }
  char* const own = text_ + lengths.shared;
  *own = static_cast<char>(block_.initials()[index_ - 2]);
  std::memcpy(own + 1, p_, lengths.more);
  size_ = lengths.shared + 1 + lengths.more;
  p_ += lengths.more;
  return true;
}

}  // namespace kwic
