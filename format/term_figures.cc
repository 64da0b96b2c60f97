// SPDX-License-Identifier: Apache-2.0
#include "format/term_figures.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/varint.h"

namespace kwic {
namespace {

constexpr std::uint8_t kWidthMask = 0x3f;
constexpr std::uint8_t kPostingGaps = 0x40;
constexpr std::uint8_t kPositionGaps = 0x80;
constexpr int kMaxFieldWidth = 32;

// Orders of the Exp-Golomb codes, from what is known before each.
int frequency_order(std::uint64_t doc_freq) {
  return std::max(0, static_cast<int>(std::bit_width(doc_freq)) - 3);
}
int postings_size_order(std::uint64_t doc_freq) {
  return static_cast<int>(std::bit_width(doc_freq));
}
int positions_size_order(std::uint64_t collection_freq) {
  return std::min(static_cast<int>(std::bit_width(collection_freq)),
                  kMaxFieldBits - 1);
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

void append_header(const BlockShape& shape, std::size_t count,
                   std::vector<std::uint8_t>& out) {
  out.push_back(static_cast<std::uint8_t>(
      shape.doc_width | (shape.posting_gaps ? kPostingGaps : 0) |
      (shape.position_gaps ? kPositionGaps : 0)));
  out.push_back(static_cast<std::uint8_t>(shape.position_width));
  for (const std::uint32_t bitmap : {shape.single, shape.once}) {
    for (std::size_t i = 0; i < count; i += 8) {
      out.push_back(static_cast<std::uint8_t>(bitmap >> i));
    }
  }
  if (shape.first_postings != nullptr) {
    append_varint(out, shape.first_postings->postings_address);
  }
  if (shape.first_positions != nullptr) {
    append_varint(out, shape.first_positions->positions_address);
  }
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
    if (is_once(info)) continue;
    if (is_single(info)) {
      put_exp_golomb(bits, info.collection_freq - 2, 0);
    } else {
      put_exp_golomb(bits, info.doc_freq - 2, 0);
      put_exp_golomb(bits, info.collection_freq - info.doc_freq,
                     frequency_order(info.doc_freq));
      if (shape.posting_gaps) {
        put_exp_golomb(bits, info.postings_address - postings_end, 0);
      }
      put_exp_golomb(bits, info.postings_size,
                     postings_size_order(info.doc_freq));
      postings_end = info.postings_address + info.postings_size;
    }
    if (shape.position_gaps) {
      put_exp_golomb(bits, info.positions_address - positions_end, 0);
    }
    put_exp_golomb(bits, info.positions_size,
                   positions_size_order(info.collection_freq));
    positions_end = info.positions_address + info.positions_size;
  }
}

bool read_bitmap(const std::uint8_t*& p, const std::uint8_t* end,
                 std::size_t count, std::uint32_t& bitmap) {
  const std::size_t bytes = (count + 7) / 8;
  if (static_cast<std::size_t>(end - p) < bytes) return false;
  const std::uint32_t valid = count == 32 ? ~0u : (1u << count) - 1;
  bitmap =
      load_le<std::uint32_t>(p) & (bytes == 4 ? ~0u : (1u << (8 * bytes)) - 1);
  p += bytes;
  return (bitmap & ~valid) == 0;
}

}  // namespace

void append_term_figures(std::span<const TermInfo> infos,
                         std::vector<std::uint8_t>& out) {
  assert(!infos.empty() && infos.size() <= kTermsPerBlock);
  const BlockShape shape = shape_of(infos);
  append_header(shape, infos.size(), out);
  BitWriter bits;
  put_columns(infos, shape, bits);
  put_lists(infos, shape, bits);
  bits.align();
  out.insert(out.end(), bits.bytes().begin(), bits.bytes().end());
}

bool TermFigureReader::open(const std::uint8_t* p, const std::uint8_t* end,
                            std::size_t count) noexcept {
  *this = TermFigureReader();
  if (end - p < 2) return false;
  const std::uint8_t widths = *p++;
  doc_width_ = widths & kWidthMask;
  posting_gaps_ = (widths & kPostingGaps) != 0;
  position_gaps_ = (widths & kPositionGaps) != 0;
  position_width_ = *p++;
  if (doc_width_ > kMaxFieldWidth || position_width_ > kMaxFieldWidth ||
      !read_bitmap(p, end, count, single_) ||
      !read_bitmap(p, end, count, once_) || (once_ & ~single_) != 0) {
    return false;
  }
  const int singles = std::popcount(single_), onces = std::popcount(once_);
  const int terms = static_cast<int>(count);
  if (singles < terms && !read_varint(p, end, postings_end_)) return false;
  if (onces < terms && !read_varint(p, end, positions_end_)) return false;

  docs_ = CheckedBitReader({p, end});
  positions_ = docs_;
  positions_.skip(static_cast<std::uint64_t>(singles * doc_width_));
  lists_ = positions_;
  lists_.skip(static_cast<std::uint64_t>(onces * position_width_));
  count_ = static_cast<std::uint32_t>(count);
  return lists_.ok();
}

bool TermFigureReader::read_lists(bool single, TermInfo& info) noexcept {
  if (single) {
    info.collection_freq = lists_.get_exp_golomb(0) + 2;
  } else {
    const std::uint64_t doc_freq = lists_.get_exp_golomb(0) + 2;
    if (doc_freq > 0xffff'ffff) return false;
    info.doc_freq = static_cast<std::uint32_t>(doc_freq);
    info.collection_freq =
        doc_freq + lists_.get_exp_golomb(frequency_order(doc_freq));
    if (posting_gaps_) postings_end_ += lists_.get_exp_golomb(0);
    info.postings_address = postings_end_;
    info.postings_size = lists_.get_exp_golomb(postings_size_order(doc_freq));
    postings_end_ += info.postings_size;
  }
  if (position_gaps_) positions_end_ += lists_.get_exp_golomb(0);
  info.positions_address = positions_end_;
  info.positions_size =
      lists_.get_exp_golomb(positions_size_order(info.collection_freq));
  positions_end_ += info.positions_size;
  return lists_.ok();
}

bool TermFigureReader::next(TermInfo& info) noexcept {
  if (index_ >= count_) return false;
  const std::uint32_t bit = 1u << index_++;
  info = TermInfo();
  if ((single_ & bit) != 0) {
    info.doc_freq = 1;
    info.single_doc = static_cast<std::uint32_t>(docs_.get(doc_width_));
  }
  if ((once_ & bit) != 0) {
    info.collection_freq = 1;
    info.single_position =
        static_cast<std::uint32_t>(positions_.get(position_width_));
    return true;
  }
  return read_lists((single_ & bit) != 0, info);
}

void TermFigureReader::skip_to(std::size_t index) noexcept {
  if (index >= count_) {
    index_ = count_;
    return;
  }
  const std::uint32_t before = (1u << index) - 1;
  docs_.skip(
      static_cast<std::uint64_t>(std::popcount(single_ & before) * doc_width_));
  positions_.skip(static_cast<std::uint64_t>(std::popcount(once_ & before) *
                                             position_width_));
  TermInfo passed;
  for (std::uint32_t lists = ~once_ & before; lists != 0; lists &= lists - 1) {
    const std::uint32_t bit = lists & (0 - lists);
    if (!read_lists((single_ & bit) != 0, passed)) break;
  }
  index_ = static_cast<std::uint32_t>(index);
}

}  // namespace kwic
