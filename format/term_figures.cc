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

// False if the header makes no sense.
bool read_shape(const std::uint8_t* p, const std::uint8_t* end,
                std::size_t count, FigureShape& shape) noexcept {
  if (static_cast<std::size_t>(end - p) < kHeaderBytes) return false;
  const std::uint64_t header = load_le<std::uint64_t>(p);
  shape.terms = static_cast<unsigned>(count);
  shape.doc_width = header & kWidthMask;
  shape.posting_gaps = (header & kPostingGaps) != 0;
  shape.position_gaps = (header & kPositionGaps) != 0;
  shape.position_width = header >> 8 & 0xff;
  shape.single = header >> 16 & 0xffff;
  shape.once = header >> 32 & 0xffff;
  const unsigned postings_bytes = header >> 48 & 0xf;
  const unsigned positions_bytes = header >> 52 & 0xf;
  const unsigned terms = (2u << (count - 1)) - 1;
  p += kHeaderBytes;
  if (shape.doc_width > kMaxFieldWidth ||
      shape.position_width > kMaxFieldWidth || (shape.single & ~terms) != 0 ||
      (shape.once & ~shape.single) != 0 || postings_bytes > kMaxAddressBytes ||
      positions_bytes > kMaxAddressBytes ||
      postings_bytes + positions_bytes > static_cast<std::size_t>(end - p)) {
    return false;
  }
  shape.postings_address = load_address(p, postings_bytes);
  shape.positions_address = load_address(p + postings_bytes, positions_bytes);
  shape.bits = p + postings_bytes + positions_bytes;
  shape.limit = static_cast<std::uint64_t>(end - shape.bits) * 8;
  shape.positions = ones(shape.single) * shape.doc_width;
  shape.codes = shape.positions + ones(shape.once) * shape.position_width;
  return shape.codes <= shape.limit;
}

// The document of a single term, and the position of a once one.
void read_columns(const FigureShape& shape, unsigned index,
                  TermInfo& info) noexcept {
  const std::uint32_t before = (1u << index) - 1;
  if ((shape.single >> index & 1) == 0) return;
  info.doc_freq = 1;
  info.single_doc = static_cast<std::uint32_t>(
      read_bits(shape.bits, ones(shape.single & before) * shape.doc_width,
                shape.doc_width));
  if ((shape.once >> index & 1) == 0) return;
  info.collection_freq = 1;
  info.single_position = static_cast<std::uint32_t>(read_bits(
      shape.bits,
      shape.positions + ones(shape.once & before) * shape.position_width,
      shape.position_width));
}

CheckedBitReader codes_of(const FigureShape& shape) noexcept {
  return {shape.bits, shape.codes, shape.limit};
}

// Of all terms of the block; false if any makes no sense.
bool read_doc_freqs(const FigureShape& shape, CheckedBitReader& codes,
                    std::uint32_t* doc_freqs) noexcept {
  const std::uint32_t terms = (2u << (shape.terms - 1)) - 1;
  std::uint64_t all = 0;
  for (std::uint32_t left = ~shape.single & terms; left != 0;
       left &= left - 1) {
    const std::uint64_t doc_freq = codes.get_exp_golomb(0) + 2;
    doc_freqs[std::countr_zero(left)] = static_cast<std::uint32_t>(doc_freq);
    all |= doc_freq;
  }
  return codes.ok() && all >> 32 == 0;
}

// The codes of a term's lists, in their order.
struct Lists {
  std::uint64_t collection_freq = 0;
  std::uint64_t postings_gap = 0, postings_size = 0;
  std::uint64_t positions_gap = 0, positions_size = 0;
};

inline Lists read_lists(const FigureShape& shape, bool single,
                        std::uint64_t doc_freq,
                        CheckedBitReader& codes) noexcept {
  Lists lists;
  if (single) {
    lists.collection_freq = codes.get_exp_golomb(0) + 2;
  } else {
    lists.collection_freq =
        doc_freq + codes.get_exp_golomb(frequency_order(doc_freq));
    if (shape.posting_gaps) lists.postings_gap = codes.get_exp_golomb(0);
    lists.postings_size =
        usual_postings_size(doc_freq) +
        unfold(codes.get_exp_golomb(postings_size_order(doc_freq)));
  }
  if (shape.position_gaps) lists.positions_gap = codes.get_exp_golomb(0);
  lists.positions_size =
      usual_positions_size(lists.collection_freq) +
      unfold(codes.get_exp_golomb(positions_size_order(lists.collection_freq)));
  return lists;
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
  shape_ = FigureShape();
  index_ = 0;
  if (!read_shape(p, end, count, shape_)) {
    shape_.terms = 0;
    return false;
  }
  postings_address_ = shape_.postings_address;
  positions_address_ = shape_.positions_address;
  codes_ = codes_of(shape_);
  return read_doc_freqs(shape_, codes_, doc_freqs_);
}

namespace {

// What read_columns() leaves out of a term that occurs more than once. A single
// one has no `doc_freq` to be looked at.
void set_lists(const Lists& lists, const std::uint32_t& doc_freq,
               std::uint64_t postings, std::uint64_t positions,
               TermInfo& info) noexcept {
  if (info.doc_freq != 1) {
    info.doc_freq = doc_freq;
    info.postings_address = postings;
    info.postings_size = lists.postings_size;
  }
  info.collection_freq = lists.collection_freq;
  info.positions_address = positions;
  info.positions_size = lists.positions_size;
}

}  // namespace

bool TermFigureReader::next(TermInfo& info) noexcept {
  if (index_ >= shape_.terms) return false;
  const unsigned index = index_++;
  info = TermInfo();
  read_columns(shape_, index, info);
  if (info.collection_freq == 1) return true;
  const bool single = info.doc_freq == 1;
  const Lists lists = read_lists(shape_, single, doc_freqs_[index], codes_);
  postings_address_ += lists.postings_gap;
  positions_address_ += lists.positions_gap;
  set_lists(lists, doc_freqs_[index], postings_address_, positions_address_,
            info);
  postings_address_ += lists.postings_size;
  positions_address_ += lists.positions_size;
  return codes_.ok();
}

// (The same as next() would do, but all in registers.)
bool read_term_figures(ByteView bytes, std::size_t count, std::size_t index,
                       TermInfo& info) noexcept {
  FigureShape shape;
  const std::uint8_t* const p = bytes.data();
  if (!read_shape(p, p + bytes.size(), count, shape)) return false;
  info = TermInfo();
  read_columns(shape, static_cast<unsigned>(index), info);
  if (info.collection_freq == 1) return true;
  CheckedBitReader codes = codes_of(shape);
  std::uint32_t doc_freqs[kTermsPerBlock];
  if (!read_doc_freqs(shape, codes, doc_freqs)) return false;
  std::uint64_t postings = shape.postings_address;
  std::uint64_t positions = shape.positions_address;
  Lists lists;
  for (std::uint32_t left = ~shape.once & ((2u << index) - 1); left != 0;
       left &= left - 1) {
    const auto i = static_cast<unsigned>(std::countr_zero(left));
    postings += lists.postings_size;
    positions += lists.positions_size;
    lists =
        read_lists(shape, (shape.single >> i & 1) != 0, doc_freqs[i], codes);
    postings += lists.postings_gap;
    positions += lists.positions_gap;
  }
  set_lists(lists, doc_freqs[index], postings, positions, info);
  return codes.ok();
}

std::uint32_t read_doc_freq(ByteView bytes, std::size_t count,
                            std::size_t index) noexcept {
  FigureShape shape;
  const std::uint8_t* const p = bytes.data();
  if (!read_shape(p, p + bytes.size(), count, shape)) return 0;
  const std::uint32_t bit = 1u << index;
  if ((shape.single & bit) != 0) return 1;
  CheckedBitReader codes = codes_of(shape);
  std::uint64_t doc_freq = 0;
  for (std::uint32_t left = ~shape.single & (2 * bit - 1); left != 0;
       left &= left - 1) {
    doc_freq = codes.get_exp_golomb(0) + 2;
  }
  return codes.ok() && doc_freq >> 32 == 0
             ? static_cast<std::uint32_t>(doc_freq)
             : 0;
}

}  // namespace kwic
