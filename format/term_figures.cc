// SPDX-License-Identifier: Apache-2.0
#include "format/term_figures.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::uint8_t kWidthMask = 0x3f;
constexpr std::uint8_t kPostingGaps = 0x40;
constexpr std::uint8_t kPositionGaps = 0x80;
constexpr unsigned kMaxFieldWidth = 32;
constexpr std::size_t kHeaderBytes = 7;
constexpr unsigned kMaxAddressBytes = 8;
static_assert(kTermsPerBlock == 16, "the bitmaps have 16 bits");

// Orders of the Exp-Golomb codes, from what is known before each.
int frequency_order(std::uint64_t doc_freq) {
  return std::max(0, static_cast<int>(std::bit_width(doc_freq)) - 3);
}
int postings_size_order(std::uint64_t doc_freq) {
  return std::clamp(static_cast<int>(std::bit_width(doc_freq)) - 2, 1,
                    kMaxFieldBits - 1);
}
int positions_size_order(std::uint64_t collection_freq) {
  return std::clamp(static_cast<int>(std::bit_width(collection_freq)) - 3, 0,
                    kMaxFieldBits - 1);
}

// Sizes as a list of so many entries has them on average; what is coded is the
// difference to them.
std::uint64_t usual_postings_size(std::uint64_t doc_freq) {
  return doc_freq + doc_freq / 2 + 8;
}
std::uint64_t usual_positions_size(std::uint64_t collection_freq) {
  return collection_freq + collection_freq / 2;
}

// A signed difference as an unsigned number: 0, -1, 1, -2, 2 ... in this order.
std::uint64_t fold(std::uint64_t difference) {
  return difference << 1 ^ (0 - (difference >> 63));
}
std::uint64_t unfold(std::uint64_t folded) {
  return folded >> 1 ^ (0 - (folded & 1));
}

bool is_single(const TermInfo& info) { return info.doc_freq == 1; }
bool is_once(const TermInfo& info) { return info.collection_freq == 1; }

int width_of(std::uint64_t value) {
  return static_cast<int>(std::bit_width(value));
}

// What append_term_figures finds out in its first pass over a block.
struct BlockShape {
  std::uint32_t single = 0, once = 0;
  int doc_width = 0, position_width = 0;
  bool posting_gaps = false, position_gaps = false;
  const TermInfo* first_postings = nullptr;
  const TermInfo* first_positions = nullptr;
};

void note_lists(const TermInfo& info, const TermInfo*& postings,
                const TermInfo*& positions, BlockShape& shape) {
  if (!is_single(info)) {
    if (shape.first_postings == nullptr) shape.first_postings = &info;
    if (postings != nullptr) {
      shape.posting_gaps |=
          info.postings_address !=
          postings->postings_address + postings->postings_size;
    }
    postings = &info;
  }
  if (!is_once(info)) {
    if (shape.first_positions == nullptr) shape.first_positions = &info;
    if (positions != nullptr) {
      shape.position_gaps |=
          info.positions_address !=
          positions->positions_address + positions->positions_size;
    }
    positions = &info;
  }
}

BlockShape shape_of(std::span<const TermInfo> infos) {
  BlockShape shape;
  const TermInfo* postings = nullptr;
  const TermInfo* positions = nullptr;
  std::uint32_t bit = 1;
  for (const TermInfo& info : infos) {
    if (is_single(info)) {
      shape.single |= bit;
      shape.doc_width = std::max(shape.doc_width, width_of(info.single_doc));
    }
    if (is_once(info)) {
      shape.once |= bit;
      shape.position_width =
          std::max(shape.position_width, width_of(info.single_position));
    }
    note_lists(info, postings, positions, shape);
    bit <<= 1;
  }
  return shape;
}

// The bytes an address needs; a list that is there has at least one.
std::size_t address_bytes(const TermInfo* first, std::uint64_t address) {
  if (first == nullptr) return 0;
  return static_cast<std::size_t>(std::max(1, (width_of(address) + 7) / 8));
}

void append_bytes(std::uint64_t value, std::size_t bytes,
                  std::vector<std::uint8_t>& out) {
  for (std::size_t i = 0; i < bytes; ++i) {
    out.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  }
}

void append_header(const BlockShape& shape, std::vector<std::uint8_t>& out) {
  out.push_back(static_cast<std::uint8_t>(
      shape.doc_width | (shape.posting_gaps ? kPostingGaps : 0) |
      (shape.position_gaps ? kPositionGaps : 0)));
  out.push_back(static_cast<std::uint8_t>(shape.position_width));
  append_bytes(shape.single, 2, out);
  append_bytes(shape.once, 2, out);
  const std::uint64_t postings =
      shape.first_postings ? shape.first_postings->postings_address : 0;
  const std::uint64_t positions =
      shape.first_positions ? shape.first_positions->positions_address : 0;
  const std::size_t postings_bytes =
      address_bytes(shape.first_postings, postings);
  const std::size_t positions_bytes =
      address_bytes(shape.first_positions, positions);
  append_bytes(postings_bytes | positions_bytes << 4, 1, out);
  append_bytes(postings, postings_bytes, out);
  append_bytes(positions, positions_bytes, out);
}

void put_columns(std::span<const TermInfo> infos, const BlockShape& shape,
                 BitWriter& bits) {
  for (const TermInfo& info : infos) {
    if (is_single(info))
      bits.put(info.single_doc, static_cast<unsigned>(shape.doc_width));
  }
  for (const TermInfo& info : infos) {
    if (is_once(info))
      bits.put(info.single_position,
               static_cast<unsigned>(shape.position_width));
  }
}

void put_lists(std::span<const TermInfo> infos, const BlockShape& shape,
               BitWriter& bits) {
  std::uint64_t postings_end =
      shape.first_postings ? shape.first_postings->postings_address : 0;
  std::uint64_t positions_end =
      shape.first_positions ? shape.first_positions->positions_address : 0;
  for (const TermInfo& info : infos) {
    if (!is_single(info)) put_exp_golomb(bits, info.doc_freq - 2, 0);
  }
  for (const TermInfo& info : infos) {
    if (is_once(info)) continue;
    if (is_single(info)) {
      put_exp_golomb(bits, info.collection_freq - 2, 0);
    } else {
      put_exp_golomb(bits, info.collection_freq - info.doc_freq,
                     frequency_order(info.doc_freq));
      if (shape.posting_gaps) {
        put_exp_golomb(bits, info.postings_address - postings_end, 0);
      }
      put_exp_golomb(
          bits, fold(info.postings_size - usual_postings_size(info.doc_freq)),
          postings_size_order(info.doc_freq));
      postings_end = info.postings_address + info.postings_size;
    }
    if (shape.position_gaps) {
      put_exp_golomb(bits, info.positions_address - positions_end, 0);
    }
    put_exp_golomb(
        bits,
        fold(info.positions_size - usual_positions_size(info.collection_freq)),
        positions_size_order(info.collection_freq));
    positions_end = info.positions_address + info.positions_size;
  }
}

// Ones in a bitmap of 16 bits: added up in pairs, fours, eights. (There is no
// instruction for it on every x86-64.)
unsigned ones(unsigned bitmap) noexcept {
  bitmap -= bitmap >> 1 & 0x5555;
  bitmap = (bitmap & 0x3333) + (bitmap >> 2 & 0x3333);
  bitmap = (bitmap + (bitmap >> 4)) & 0x0f0f;
  return (bitmap + (bitmap >> 8)) & 0x1f;
}

// The low `bytes` of the eight at `p`.
std::uint64_t load_address(const std::uint8_t* p, unsigned bytes) noexcept {
  return bytes == 0 ? 0 : load_le<std::uint64_t>(p) & ~0ull >> (64 - 8 * bytes);
}

}  // namespace

void append_term_figures(std::span<const TermInfo> infos,
                         std::vector<std::uint8_t>& out) {
  assert(!infos.empty() && infos.size() <= kTermsPerBlock);
  const BlockShape shape = shape_of(infos);
  append_header(shape, out);
  BitWriter bits;
  put_columns(infos, shape, bits);
  put_lists(infos, shape, bits);
  bits.align();
  out.insert(out.end(), bits.bytes().begin(), bits.bytes().end());
}

bool TermFigureReader::open(const std::uint8_t* p, const std::uint8_t* end,
                            std::size_t count) noexcept {
  index_ = count_ = 0;
  doc_freqs_read_ = false;
  if (static_cast<std::size_t>(end - p) < kHeaderBytes) return false;
  const std::uint64_t header = load_le<std::uint64_t>(p);
  doc_width_ = header & kWidthMask;
  posting_gaps_ = (header & kPostingGaps) != 0;
  position_gaps_ = (header & kPositionGaps) != 0;
  position_width_ = header >> 8 & 0xff;
  single_ = header >> 16 & 0xffff;
  once_ = header >> 32 & 0xffff;
  const unsigned postings_bytes = header >> 48 & 0xf;
  const unsigned positions_bytes = header >> 52 & 0xf;
  const unsigned terms = (2u << (count - 1)) - 1;
  p += kHeaderBytes;
  if (doc_width_ > kMaxFieldWidth || position_width_ > kMaxFieldWidth ||
      (single_ & ~terms) != 0 || (once_ & ~single_) != 0 ||
      postings_bytes > kMaxAddressBytes || positions_bytes > kMaxAddressBytes ||
      postings_bytes + positions_bytes > static_cast<std::size_t>(end - p)) {
    return false;
  }
  postings_address_ = load_address(p, postings_bytes);
  positions_address_ = load_address(p + postings_bytes, positions_bytes);

  bits_ = p + postings_bytes + positions_bytes;
  limit_ = static_cast<std::uint64_t>(end - bits_) * 8;
  docs_ = 0;
  positions_ = ones(single_) * doc_width_;
  lists_ = positions_ + ones(once_) * position_width_;
  count_ = static_cast<unsigned>(count);
  return lists_ <= limit_;
}

// Reads the next of the codes that come first of all.
bool TermFigureReader::next_doc_freq(std::uint64_t& doc_freq) noexcept {
  constexpr int kMostZeros = 28;  // of a code within the bits of a load
  if (lists_ > limit_) return false;
  const std::uint64_t window = read_bits(bits_, lists_, 57);
  const int zeros = std::countr_zero(window | std::uint64_t{1} << 57);
  if (zeros <= kMostZeros) [[likely]] {
    const std::uint64_t one = std::uint64_t{1} << zeros;
    doc_freq = (window >> zeros >> 1 & (one - 1)) + one + 1;
    lists_ += 2 * static_cast<unsigned>(zeros) + 1;
    return true;
  }
  CheckedBitReader bits({bits_, static_cast<std::size_t>(limit_ / 8)});
  bits.skip(lists_);
  doc_freq = bits.get_exp_golomb(0) + 2;
  lists_ = bits.position();
  return bits.ok() && doc_freq <= 0xffff'ffff;
}

bool TermFigureReader::read_doc_freqs() noexcept {
  const unsigned terms = (2u << (count_ - 1)) - 1;
  for (unsigned left = ~single_ & terms; left != 0; left &= left - 1) {
    std::uint64_t doc_freq = 0;
    if (!next_doc_freq(doc_freq)) return false;
    doc_freqs_[std::countr_zero(left)] = static_cast<std::uint32_t>(doc_freq);
  }
  doc_freqs_read_ = true;
  return true;
}

std::uint32_t TermFigureReader::doc_freq(std::size_t index) noexcept {
  const unsigned bit = 1u << index;
  if ((single_ & bit) != 0) return 1;
  std::uint64_t doc_freq = 0;
  for (unsigned left = ~single_ & (2 * bit - 1); left != 0; left &= left - 1) {
    if (!next_doc_freq(doc_freq)) return 0;
  }
  return lists_ <= limit_ ? static_cast<std::uint32_t>(doc_freq) : 0;
}

// Reads the codes of a term with lists from `bits`, which may be a
// CheckedBitReader or an ExpGolombWindow.
template <typename Bits>
void TermFigureReader::read_codes(unsigned index, Bits& bits,
                                  Lists& lists) const noexcept {
  if ((single_ >> index & 1) != 0) {
    lists.collection_freq = bits.get_exp_golomb(0) + 2;
  } else {
    const std::uint64_t doc_freq = doc_freqs_[index];
    lists.collection_freq =
        doc_freq + bits.get_exp_golomb(frequency_order(doc_freq));
    bits.reload();
    if (posting_gaps_) lists.postings_gap = bits.get_exp_golomb(0);
    lists.postings_size =
        usual_postings_size(doc_freq) +
        unfold(bits.get_exp_golomb(postings_size_order(doc_freq)));
  }
  if (position_gaps_) lists.positions_gap = bits.get_exp_golomb(0);
  lists.positions_size =
      usual_positions_size(lists.collection_freq) +
      unfold(bits.get_exp_golomb(positions_size_order(lists.collection_freq)));
}

// Reads the codes of the next term with lists, which is `index`; the addresses
// are then those of its lists. Nearly all codes are short enough for the
// window.
bool TermFigureReader::read_lists(unsigned index, Lists& lists) noexcept {
  if (lists_ > limit_) return false;
  ExpGolombWindow window(bits_, lists_);
  read_codes(index, window, lists);
  if (window.ok()) [[likely]] {
    lists_ = window.position();
  } else {
    CheckedBitReader bits({bits_, static_cast<std::size_t>(limit_ / 8)});
    bits.skip(lists_);
    lists = Lists();
    read_codes(index, bits, lists);
    if (!bits.ok()) return false;
    lists_ = bits.position();
  }
  postings_address_ += lists.postings_gap;
  positions_address_ += lists.positions_gap;
  return lists_ <= limit_;
}

bool TermFigureReader::next(TermInfo& info) noexcept {
  if (index_ >= count_) return false;
  const unsigned index = index_++;
  const unsigned bit = 1u << index;
  const bool single = (single_ & bit) != 0;
  info = TermInfo();
  if (single) {
    info.doc_freq = 1;
    info.single_doc =
        static_cast<std::uint32_t>(read_bits(bits_, docs_, doc_width_));
    docs_ += doc_width_;
  }
  if ((once_ & bit) != 0) {
    info.collection_freq = 1;
    info.single_position = static_cast<std::uint32_t>(
        read_bits(bits_, positions_, position_width_));
    positions_ += position_width_;
    return true;
  }
  Lists lists;
  if (!doc_freqs_read_ && !read_doc_freqs()) return false;
  if (!read_lists(index, lists)) return false;
  if (!single) {
    info.doc_freq = doc_freqs_[index];
    info.postings_address = postings_address_;
  }
  info.collection_freq = lists.collection_freq;
  info.postings_size = lists.postings_size;
  info.positions_address = positions_address_;
  info.positions_size = lists.positions_size;
  postings_address_ += lists.postings_size;
  positions_address_ += lists.positions_size;
  return true;
}

// Passes over the terms before `index`.
void TermFigureReader::skip_to(std::size_t index) noexcept {
  index_ = static_cast<unsigned>(index);
  const unsigned bit = 1u << index_;
  const unsigned before = bit - 1;
  docs_ += ones(single_ & before) * doc_width_;
  positions_ += ones(once_ & before) * position_width_;
  if ((once_ & bit) != 0) return;  // the lists before it do not matter
  bool good = read_doc_freqs();
  for (unsigned left = ~once_ & before; good && left != 0; left &= left - 1) {
    Lists passed;
    good = read_lists(static_cast<unsigned>(std::countr_zero(left)), passed);
    postings_address_ += passed.postings_size;
    positions_address_ += passed.positions_size;
  }
  if (!good) count_ = 0;
}

bool TermFigureReader::get(std::size_t index, TermInfo& info) noexcept {
  skip_to(index);
  return next(info);
}

bool read_term_figures(ByteView bytes, std::size_t count, std::size_t index,
                       TermInfo& info) noexcept {
  TermFigureReader reader;
  const std::uint8_t* const p = bytes.data();
  return reader.open(p, p + bytes.size(), count) && reader.get(index, info);
}

std::uint32_t read_doc_freq(ByteView bytes, std::size_t count,
                            std::size_t index) noexcept {
  TermFigureReader reader;
  const std::uint8_t* const p = bytes.data();
  return reader.open(p, p + bytes.size(), count) ? reader.doc_freq(index) : 0;
}

}  // namespace kwic
