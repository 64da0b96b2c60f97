// SPDX-License-Identifier: Apache-2.0
#include "format/posting_list.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace kwic {
namespace {

// What the codes of a window's postings can take, from an odd one on too.
constexpr std::uint64_t kWindowCodeBytes = kWindowDocs / 2 + 2;

// What will_need() asks for of a list at most.
constexpr std::uint64_t kMostPostings = std::uint64_t{512} << 10;
constexpr std::uint64_t kMostPositions = std::uint64_t{256} << 10;

alignas(64) constexpr std::uint8_t kEmptyWindow[kWindowBytes + 64] = {};

// Asks for [begin, end). (Inlined it is a lot of code.)
[[gnu::noinline]] bool ask(const SectionView& view, std::uint64_t begin,
                           std::uint64_t end) {
  return begin < end && view.will_need(begin, end - begin);
}

}  // namespace

DocumentLengths::DocumentLengths(SectionView view, int width)
    : view_(std::move(view)), width_(width) {
  count_ = view_.size() / static_cast<std::uint64_t>(width_);
  flat_ = view_.at(0, view_.size());
}

void DocumentLengths::will_need() const noexcept {
  constexpr std::uint64_t kMost = std::uint64_t{2} << 20;
  if (view_.size() <= kMost) view_.will_need(0, view_.size());
}

void DocumentLengths::will_need(std::uint32_t doc) const noexcept {
  const auto width = static_cast<std::uint64_t>(width_);
  view_.will_need(doc * width, width);
}

std::uint32_t DocumentLengths::split(std::uint32_t doc) const noexcept {
  switch (width_) {
    case 1: return view_.get<std::uint8_t>(doc);
    case 2: return view_.get<std::uint16_t>(doc);
    default: return view_.get<std::uint32_t>(doc);
  }
}

PostingSource::PostingSource(const IndexFile& file)
    : postings(file.section(SectionKind::kPostings)),
      positions(file.section(SectionKind::kPositions)),
      kernel(&kernels()) {
  const int width = file.element_size(SectionKind::kLengths);
  if (width == 1 || width == 2 || width == 4) {
    lengths = DocumentLengths(file.section(SectionKind::kLengths), width);
  }
  documents = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(file.stats().documents, 0xffff'ffff));
}

// Bounded, because of a longer list most is passed over: what is read of it is
// fetched when it is touched.
bool will_need(const PostingSource& source, const TermInfo& info, ListUse use) {
  if (use == ListUse::kNothing) return false;
  const ListLayout layout = list_layout(info.doc_freq, source.documents);
  const std::uint64_t head = info.postings_address;
  bool news = false;
  if (layout == ListLayout::kDense) {
    const std::uint64_t windows = window_count(source.documents);
    const std::uint64_t bits = windows * kWindowBytes;
    const std::uint64_t codes = info.doc_freq / 2 + 4;
    const std::uint64_t before = std::min(head, bits + codes);
    const std::uint64_t directory =
        kCodedHeadBytes + 8 + windows * kWindowEntryBytes +
        std::uint64_t{block_count(info.doc_freq)} * kDenseBlockEntryBytes;
    news |= source.postings.will_need(head, std::min(directory, kMostPostings));
    news |= source.postings.will_need(
        head - before,
        std::min(kMostPostings, use == ListUse::kScore ? before : bits));
  } else if (layout != ListLayout::kSingle) {
    news |= source.postings.will_need(
        head, std::min(info.postings_size, kMostPostings));
  }
  if (use == ListUse::kPhrases && info.positions_size <= kMostPositions) {
    news |= ask(source.positions, info.positions_address,
                info.positions_address + info.positions_size);
  }
  return news;
}

bool asked_as_a_whole(const PostingList& list) noexcept {
  return !list.dense() && list.info().postings_size <= kMostPostings &&
         list.info().positions_size <= kMostPositions;
}

bool PostingList::open(PostingSource& source, const TermInfo& info) {
  *this = PostingList();
  source_ = &source;
  info_ = info;
  layout_ = list_layout(info.doc_freq, source.documents);
  blocks_ = block_count(info.doc_freq);
  bool good = info.doc_freq >= 1 && info.doc_freq <= source.documents;
  if (good) {
    switch (layout_) {
      case ListLayout::kSingle:
        good = info.single_doc < source.documents;
        single_last_ = info.single_doc;
        bound_[kImpactLevels - 1] = 0xffff;
        break;
      case ListLayout::kShort: good = open_short(); break;
      default: good = open_coded(); break;
    }
  }
  if (!good) {
    ++source.damage;
    *this = PostingList();
    source_ = &source;
  }
  return good;
}

bool PostingList::open_short() {
  const unsigned size = doc_id_bytes(source_->documents);
  const std::uint8_t* p = source_->postings.at(info_.postings_address, size);
  if (p == nullptr) return false;
  for (unsigned i = 0; i < size; ++i) {
    single_last_ |= std::uint32_t{p[i]} << (8 * i);
  }
  bound_[kImpactLevels - 1] = 0xffff;
  body_address_ = info_.postings_address + size;
  return single_last_ < source_->documents;
}

bool PostingList::open_coded() {
  windows_ = dense() ? window_count(source_->documents) : 0;
  const std::uint64_t size =
      kCodedHeadBytes +
      (dense() ? 8 + std::uint64_t{blocks_} * kDenseBlockEntryBytes +
                     std::uint64_t{windows_} * kWindowEntryBytes
               : std::uint64_t{blocks_} * kBlockEntryBytes);
  const std::uint8_t* p = source_->postings.at(info_.postings_address, size);
  if (p == nullptr) return false;
  for (int c = 1; c < kImpactLevels; ++c, p += 2) {
    bound_[c] = std::max(bound_[c - 1], load_le<std::uint16_t>(p));
  }
  for (std::uint16_t& seed : seed_) {
    seed = load_le<std::uint16_t>(p);
    p += 2;
  }
  if (dense()) return open_dense_head(p);
  last_docs_ = p;
  bodies_ = last_docs_ + std::size_t{blocks_} * 4;
  positions_ = bodies_ + std::size_t{blocks_} * 4;
  best_codes_ = positions_ + std::size_t{blocks_} * 4;
  return true;
}

bool PostingList::open_dense_head(const std::uint8_t* p) {
  const std::uint64_t back = load_le<std::uint64_t>(p);
  bodies_ = p + 8;
  positions_ = bodies_ + std::size_t{blocks_} * 4;
  ranks_ = positions_ + std::size_t{blocks_} * 4;
  best_codes_ = ranks_ + std::size_t{windows_} * 4;
  if (back > info_.postings_address) return false;
  bits_address_ = info_.postings_address - back;
  const std::uint64_t bytes = std::uint64_t{windows_} * kWindowBytes;
  bits_ = source_->postings.at(bits_address_, bytes);
  return bytes <= source_->postings.size() - bits_address_;
}

std::uint16_t PostingList::seed(std::size_t rank) const noexcept {
  for (int s = 0; s < 3; ++s) {
    if (rank <= kSeedRanks[s]) return seed_[s];
  }
  return 0;
}

std::uint32_t PostingList::find_block(std::uint32_t doc,
                                      std::uint32_t from) const noexcept {
  if (from >= blocks_ || last_doc(from) >= doc) return from;
  // Gallop, then halve: last_doc(low) < doc always.
  std::uint32_t low = from;
  std::uint32_t step = 1;
  while (step < blocks_ - low && last_doc(low + step) < doc) {
    low += step;
    step *= 2;
  }
  std::uint32_t high = std::min(blocks_, low + std::min(step, blocks_ - low));
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (last_doc(middle) < doc ? low : high) = middle;
  }
  return high;
}

PostingList::Block PostingList::damaged() const {
  ++source_->damage;
  return Block{};
}

std::uint64_t PostingList::body_address(std::uint32_t block) const noexcept {
  if (!coded()) return body_address_;
  return info_.postings_address +
         load_le<std::uint32_t>(bodies_ + std::size_t{block} * 4);
}

void PostingList::prefetch(std::uint32_t block) const noexcept {
  if (!coded() || block >= blocks_) return;
  constexpr std::uint64_t kLine = 64;
  constexpr std::uint64_t kUsualBytes = 7 * kLine;
  const std::uint8_t* p =
      source_->postings.at(body_address(block), kUsualBytes);
  if (p == nullptr) return;
  for (std::uint64_t at = 0; at < kUsualBytes; at += kLine) {
    __builtin_prefetch(p + at);
  }
}

PostingList::Block PostingList::block(std::uint32_t index) const {
  Block out;
  if (layout_ == ListLayout::kSingle) {
    out.postings = blocks_;
    out.base = out.last = single_last_;
    return out;
  }
  out.postings = postings_in(index);
  const std::uint64_t address = body_address(index);
  std::uint64_t code_bytes = 0;
  if (!dense()) {
    out.base = index == 0 ? 0 : last_doc(index - 1) + 1;
    out.last = last_doc(index);
    if (out.last < out.base || out.last >= source_->documents) {
      return damaged();
    }
    out.shape = ef_shape(out.postings - 1, out.last - out.base);
    code_bytes = coded() ? (out.postings + 1) / 2 : 0;
  }
  const std::uint64_t fixed = code_bytes + out.shape.total_bytes();
  const std::uint8_t* p = source_->postings.at(address, fixed);
  if (p == nullptr) return damaged();
  out.codes = p;
  out.docs = p + code_bytes;
  if (has_frequencies(info_.doc_freq, info_.collection_freq)) {
    out.frequencies = address + fixed;
  }
  return out;
}

bool PostingList::open_frequencies(const Block& block,
                                   FrequencyBlock& out) const {
  out = FrequencyBlock();
  if (block.frequencies == 0) return true;
  const std::uint64_t available =
      source_->postings.contiguous(block.frequencies);
  const std::uint8_t* p = source_->postings.at(block.frequencies, available);
  if (p != nullptr && out.open(p, available, block.postings)) return true;
  ++source_->damage;
  return false;
}

std::uint32_t PostingList::decode_docs(const Block& b,
                                       std::uint32_t* out) const {
  if (b.postings == 0) return 0;
  const std::uint32_t n = b.postings - 1;
  if (n > 0) {
    source_->kernel->decode_elias_fano(b.docs, b.docs + b.shape.low_bytes,
                                       b.shape.high_bytes, n, b.shape.low_width,
                                       b.base, b.last, out);
    if (b.shape.bitset) {
      for (std::uint32_t i = 0; i < n; ++i) {
        out[i] = std::min(out[i] + i, b.last);
      }
    }
  }
  out[n] = b.last;
  return b.postings;
}

std::uint32_t PostingList::document(const Block& b, std::uint32_t index) const {
  if (index + 1 >= b.postings) return b.last;
  const std::uint8_t* const high = b.docs + b.shape.low_bytes;
  const std::uint64_t end = std::uint64_t{8} * b.shape.high_bytes;
  const std::uint64_t behind =
      source_->kernel->skip_ones(high, 0, std::uint64_t{index} + 1, end);
  if (b.shape.bitset) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(b.base + behind - 1, b.last));
  }
  const unsigned width = b.shape.low_width;
  const std::uint64_t low =
      read_bits(b.docs, std::uint64_t{index} * width, width);
  // Damaged: fewer ones than documents.
  const std::uint64_t zeros = behind > index ? behind - 1 - index : 0;
  return static_cast<std::uint32_t>(
      std::min((zeros << width | low) + b.base, std::uint64_t{b.last}));
}

std::uint32_t PostingList::search(const Block& b, std::uint32_t doc,
                                  std::uint32_t* found) const {
  if (b.postings == 0 || doc > b.last) return b.postings;
  const std::uint32_t n = b.postings - 1;
  const std::uint32_t target = doc > b.base ? doc - b.base : 0;
  if (b.shape.bitset) {
    std::uint32_t index = 0;
    std::uint32_t at = target / 64 * 64;
    for (std::uint32_t i = 0; i < at; i += 64) {
      index += static_cast<std::uint32_t>(
          std::popcount(load_le<std::uint64_t>(b.docs + i / 8)));
    }
    for (; at < b.shape.high_bytes * 8; at += 64) {
      std::uint64_t word = load_le<std::uint64_t>(b.docs + at / 8);
      if (b.shape.high_bytes - at / 8 < 8) {
        word &= (std::uint64_t{1} << (b.shape.high_bytes * 8 - at)) - 1;
      }
      if (at <= target) {
        const std::uint64_t below = (std::uint64_t{1} << (target - at)) - 1;
        index += static_cast<std::uint32_t>(std::popcount(word & below));
        word &= ~below;
      }
      if (word != 0) {
        if (index >= n) break;
        *found = std::min(
            b.base + at + static_cast<std::uint32_t>(std::countr_zero(word)),
            b.last);
        return index;
      }
    }
  } else if (n > 0) {
    std::uint32_t index = n;
    const std::uint32_t value = source_->kernel->search_elias_fano(
        b.docs, b.docs + b.shape.low_bytes, b.shape.high_bytes, n,
        b.shape.low_width, target, &index);
    if (index < n && value <= b.last - b.base) {
      *found = b.base + value;
      return index;
    }
  }
  *found = b.last;
  return n;
}

const std::uint8_t* PostingList::window_bits(
    std::uint32_t window) const noexcept {
  if (window >= windows_) return kEmptyWindow;
  const std::uint64_t at = std::uint64_t{window} * kWindowBytes;
  if (bits_ != nullptr) return bits_ + at;
  const std::uint8_t* p =
      source_->postings.at(bits_address_ + at, kWindowBytes);
  return p == nullptr ? kEmptyWindow : p;
}

void PostingList::add_units(std::uint32_t window, const std::uint8_t* units,
                            bool store, std::uint8_t* sums) const {
  std::uint8_t buffer[kWindowCodeBytes + 64];
  const std::uint32_t rank = window_rank(window);
  source_->kernel->expand_add(window_bits(window), codes_from(rank, buffer),
                              rank & 1, units, store, sums);
}

// The codes of a window from posting `rank` (rounded down to an even one) on,
// copied to `buffer` if they are not in one place.
const std::uint8_t* PostingList::codes_from(std::uint32_t rank,
                                            std::uint8_t* buffer) const {
  const std::uint64_t address =
      bits_address_ + std::uint64_t{windows_} * kWindowBytes + rank / 2;
  const std::uint8_t* p = source_->postings.at(address, kWindowCodeBytes);
  if (p != nullptr) return p;
  // At the end of a part, or damaged: bring together what there is.
  std::memset(buffer, 0, kWindowCodeBytes + 64);
  std::uint64_t done = 0;
  while (done < kWindowCodeBytes) {
    const std::uint64_t n = std::min(
        kWindowCodeBytes - done, source_->postings.contiguous(address + done));
    if (n == 0) break;
    std::memcpy(buffer + done, source_->postings.at(address + done, n), n);
    done += n;
  }
  return buffer;
}

void PostingList::mask_of_codes(std::uint32_t block, const std::uint8_t* table,
                                std::uint64_t mask[4]) const {
  const std::uint32_t n = postings_in(block);
  std::uint8_t buffer[kWindowCodeBytes + 64];
  const std::uint8_t* const codes =
      dense() ? codes_from(block * kBlockPostings, buffer)
              : source_->postings.at(body_address(block), (n + 1) / 2);
  if (codes == nullptr) {
    std::fill_n(mask, 4, 0);
    return;
  }
  source_->kernel->code_mask(codes, n, table, 1, mask);
}

void PostingList::will_need_codes() const noexcept {
  const std::uint64_t bits = std::uint64_t{windows_} * kWindowBytes;
  ask(source_->postings, bits_address_,
      bits_address_ + bits + info_.doc_freq / 2 + 1);
}

std::uint32_t PostingList::rank(std::uint32_t doc) const noexcept {
  const std::uint32_t window = doc / kWindowDocs;
  if (window >= windows_) return info_.doc_freq;
  const std::uint8_t* bits = window_bits(window);
  const std::uint32_t bit = doc % kWindowDocs;
  std::uint32_t rank = window_rank(window);
  rank += static_cast<std::uint32_t>(source_->kernel->popcount(bits, bit / 64));
  const std::uint64_t below = (std::uint64_t{1} << (bit % 64)) - 1;
  rank += static_cast<std::uint32_t>(
      std::popcount(load_le<std::uint64_t>(bits + bit / 64 * 8) & below));
  return std::min(rank, info_.doc_freq);
}

std::uint8_t PostingList::code(std::uint32_t rank) const noexcept {
  const std::uint64_t address =
      dense()
          ? bits_address_ + std::uint64_t{windows_} * kWindowBytes + rank / 2
          : body_address(rank / kBlockPostings) + rank % kBlockPostings / 2;
  const std::uint8_t* p = source_->postings.at(address, 1);
  if (p == nullptr) return 0;
  return static_cast<std::uint8_t>(*p >> (4 * (rank & 1)) & 15);
}

void PostingList::map_codes(const std::uint32_t* ranks, std::uint32_t n,
                            const float table[kImpactLevels],
                            float* out) const noexcept {
  if (dense()) {
    for (std::uint32_t i = 0; i < n; ++i) out[i] = table[code(ranks[i])];
    return;
  }
  for (std::uint32_t i = 0; i < n;) {
    const std::uint32_t block = ranks[i] / kBlockPostings;
    const std::uint8_t* p =
        source_->postings.at(body_address(block), (postings_in(block) + 1) / 2);
    for (; i < n && ranks[i] / kBlockPostings == block; ++i) {
      const std::uint32_t at = ranks[i] % kBlockPostings;
      out[i] = table[p == nullptr ? 0 : p[at / 2] >> (4 * (at & 1)) & 15];
    }
  }
}

std::uint32_t PostingList::find_all(const std::uint32_t* docs, std::uint32_t n,
                                    std::uint32_t* which) const noexcept {
  std::uint32_t found = 0;
  if (bits_ == nullptr) {  // in several parts
    for (std::uint32_t i = 0; i < n; ++i) {
      which[found] = i;
      found += contains(docs[i]) ? 1 : 0;
    }
    return found;
  }
  const std::uint32_t last = windows_ * kWindowDocs - 1;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t doc = std::min(docs[i], last);
    which[found] = i;
    found += bits_[doc / 8] >> (doc % 8) & 1U;
  }
  return found;
}

std::uint64_t PostingList::position_address(
    std::uint32_t block) const noexcept {
  if (!coded()) return info_.positions_address;
  return info_.positions_address +
         std::uint64_t{4} *
             load_le<std::uint32_t>(positions_ + std::size_t{block} * 4);
}

const std::uint8_t* PostingList::position_block(
    std::uint32_t block, std::uint64_t* available) const {
  const std::uint64_t address = position_address(block);
  *available = source_->positions.contiguous(address);
  if (*available == 0) return nullptr;
  if (coded() && block + 1 < blocks_) {
    const std::uint64_t next = position_address(block + 1);
    if (next > address) *available = std::min(*available, next - address);
  }
  return source_->positions.at(address, 1);
}

void PostingList::prefetch_occurrences(std::uint32_t block) const noexcept {
  if (!coded() || block >= blocks_) return;
  const std::uint8_t* p = source_->postings.at(body_address(block), 192);
  if (dense() && p != nullptr) {
    __builtin_prefetch(p);
    __builtin_prefetch(p + 64);
    __builtin_prefetch(p + 128);
  }
  p = source_->positions.at(position_address(block), 64);
  if (p != nullptr) __builtin_prefetch(p);
}

void PostingList::prefetch_positions(std::uint32_t rank) const noexcept {
  const std::uint32_t block = rank / kBlockPostings;
  if (!coded() || block + 1 >= blocks_) return;
  const std::uint64_t begin = position_address(block);
  const std::uint64_t end = position_address(block + 1);
  if (end <= begin) return;
  // The unary half is the last third or so of a block.
  const std::uint64_t size = end - begin;
  const std::uint64_t at = begin + size - size / 3 +
                           size / 3 * (rank % kBlockPostings) / kBlockPostings;
  constexpr std::uint64_t kLine = 64;
  const std::uint8_t* p = source_->positions.at(at - std::min(at, kLine), 1);
  if (p == nullptr) return;
  __builtin_prefetch(p);
  __builtin_prefetch(p + std::min(at, kLine));
}

void PostingList::will_need_occurrences(std::uint32_t rank,
                                        bool positions) const noexcept {
  constexpr std::uint64_t kUsualFrequencies = 256;
  constexpr std::uint64_t kUsualPositions = 1024;
  if (!coded() || rank >= info_.doc_freq) return;
  const std::uint32_t block = rank / kBlockPostings;
  const std::uint64_t body = body_address(block);
  ask(source_->postings, body, body + kUsualFrequencies);
  if (!positions) return;
  const std::uint64_t at = position_address(block);
  ask(source_->positions, at, at + kUsualPositions);
}

// Of the last block only the beginning, as where it ends is not known.
void PostingList::will_need_blocks(std::uint32_t from,
                                   std::uint32_t to) const noexcept {
  to = std::min(to, blocks_);
  if (from >= to) return;
  const std::uint32_t last = to - 1;
  ask(source_->postings, body_address(from), body_address(last));
  ask(source_->positions, position_address(from), position_address(last));
  will_need_occurrences(last * kBlockPostings, true);
}

}  // namespace kwic
