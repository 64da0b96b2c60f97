// SPDX-License-Identifier: Apache-2.0
#include "format/occurrence_reader.h"

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "format/bits.h"

namespace kwic {

namespace {

// Postings that are asked for ahead of time: where they lie, and what is there.
constexpr std::uint32_t kFarAhead = 6;
constexpr std::uint32_t kNearAhead = 3;
// Positions of fewer bytes are in a cache that is near enough.
constexpr std::uint64_t kCached = std::uint64_t{1} << 20;

// The zeros from `bit` to the next one; many if there is none before `end`.
std::uint64_t count_zeros(const std::uint8_t* unary, std::uint64_t bit,
                          std::uint64_t end) noexcept {
  for (std::uint64_t at = bit; at < end; at += 57) {
    const std::uint64_t word = read_bits(unary, at, 57);
    if (word != 0) {
      return at - bit + static_cast<std::uint64_t>(std::countr_zero(word));
    }
  }
  return end > bit ? end - bit : 0;
}

}  // namespace

void OccurrenceReader::open(const PostingList& list) noexcept {
  list_ = &list;
  block_ = kNone;
}

void OccurrenceReader::stand_on(std::uint32_t rank) {
  if (rank / kBlockPostings != block_) enter_block(rank / kBlockPostings);
  index_ = rank % kBlockPostings;
}

void OccurrenceReader::enter_block(std::uint32_t block) {
  const PostingList::Block resolved = list_->block(block);
  block_ = block;
  postings_ =
      list_->open_frequencies(resolved, frequencies_) ? resolved.postings : 0;
  reads_ = 0;
  counted_ = positions_open_ = false;
  walked_ = 0;
  walked_bit_ = 0;
}

// Fills before_ with sums of frequencies. A frequency is one more than
// (high << low | low half), and the zeros before the i-th one are the sum of
// i + 1 high parts. So without low halves, the bit behind the i-th one is the
// sum itself.
void OccurrenceReader::count_occurrences() {
  counted_ = true;
  before_[0] = 0;
  list_->source().kernel->ends_of_ones(frequencies_.unary(),
                                       frequencies_.unary_bytes(), 0, postings_,
                                       before_ + 1);
  const unsigned low = frequencies_.low();
  if (low == 0) return;
  std::uint64_t lows = 0;
  for (std::uint32_t i = 1; i <= postings_; ++i) {
    lows += read_bits(frequencies_.lows(), std::uint64_t{i - 1} * low, low);
    const std::uint64_t highs = before_[i] - i;
    const std::uint64_t sum = (highs << low) + lows + i;
    before_[i] =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, kNone));
  }
}

std::uint32_t OccurrenceReader::frequency() {
  if (list_->layout() == ListLayout::kSingle) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(
        list_->info().collection_freq, kMaxDocumentLength));
  }
  if (index_ >= postings_ || frequencies_.all_ones()) return 1;
  if (!counted_ && ++reads_ < worth_counting()) return frequencies_.get(index_);
  if (!counted_) count_occurrences();
  return std::max(before_[index_ + 1] - before_[index_], 1U);
}

// How often a block must be asked before all of it is counted.
std::uint32_t OccurrenceReader::worth_counting() const noexcept {
  return frequencies_.low() == 0 ? 3 : 12;
}

OccurrenceReader::Span OccurrenceReader::span() {
  if (list_->layout() == ListLayout::kSingle) return {0, frequency()};
  if (frequencies_.all_ones()) return {index_, 1};
  if (!counted_ && ++reads_ < worth_counting()) return walk();
  if (!counted_) count_occurrences();
  return {before_[index_], before_[index_ + 1] - before_[index_]};
}

// See count_occurrences().
OccurrenceReader::Span OccurrenceReader::walk() {
  const Kernels& kernel = *list_->source().kernel;
  if (index_ < walked_) {
    walked_ = 0;
    walked_bit_ = 0;
  }
  const std::uint8_t* const unary = frequencies_.unary();
  const std::uint64_t end = std::uint64_t{8} * frequencies_.unary_bytes();
  walked_bit_ = kernel.skip_ones(unary, walked_bit_, index_ - walked_, end);
  walked_ = index_;
  const std::uint64_t behind = kernel.skip_ones(unary, walked_bit_, 1, end);
  const unsigned low = frequencies_.low();
  if (low == 0) {
    return {walked_bit_, static_cast<std::uint32_t>(behind - walked_bit_)};
  }
  if (walked_bit_ < index_ || behind <= walked_bit_) return {};  // damaged
  const std::uint64_t highs = walked_bit_ - index_;
  const std::uint64_t high = behind - walked_bit_ - 1;
  const std::uint8_t* const lows = frequencies_.lows();
  const std::uint64_t count =
      (high << low | read_bits(lows, std::uint64_t{index_} * low, low)) + 1;
  return {(highs << low) + sum_packed(lows, index_, low) + index_,
          static_cast<std::uint32_t>(std::min<std::uint64_t>(count, kNone))};
}

bool OccurrenceReader::open_positions() {
  if (positions_open_) return positions_good_;
  positions_open_ = true;
  positions_good_ = false;
  std::uint64_t available = 0;
  const std::uint8_t* p = list_->position_block(block_, &available);
  if (p == nullptr || available < 1) return false;
  const unsigned head = p[0];
  low_ = head & kPositionLowMask;
  number_width_ = (head & kPositionsWide) != 0 ? 4 : 2;
  ++p;
  --available;
  occurrences_ = list_->info().collection_freq;
  if (list_->coded() && !take_number(p, available, occurrences_)) return false;
  // Each occurrence takes a bit at least, so nothing below can wrap.
  if (occurrences_ == 0 || occurrences_ / 8 > available) return false;
  predecessors_.clear();
  if ((head & kPositionsCoded) != 0 && !open_predecessors(p, available)) {
    return false;
  }
  const std::uint64_t fixed = position_samples(occurrences_) * number_width_ +
                              bytes_for_bits(occurrences_ * low_);
  if (fixed > available) return false;
  samples_ = p;
  lows_ = p + position_samples(occurrences_) * number_width_;
  unary_ = p + fixed;
  unary_end_ = (available - fixed) * 8;
  occurrence_ = occurrence_bit_ = 0;
  chunk_ = kNoChunk;
  return positions_good_ = true;
}

bool OccurrenceReader::take_number(const std::uint8_t*& p,
                                   std::uint64_t& available,
                                   std::uint64_t& number) const noexcept {
  if (available < number_width_) return false;
  number = number_width_ == 4 ? load_le<std::uint32_t>(p)
                              : load_le<std::uint16_t>(p);
  p += number_width_;
  available -= number_width_;
  return true;
}

// A list of one block does not say how many of its occurrences have a code.
bool OccurrenceReader::open_predecessors(const std::uint8_t*& p,
                                         std::uint64_t& available) {
  std::uint64_t coded = 0;
  if (list_->coded() && !take_number(p, available, coded)) return false;
  const std::uint64_t mask_bytes = bytes_for_bits(occurrences_);
  if (mask_bytes > available) return false;
  if (!list_->coded()) {
    for (std::uint64_t i = 0; i < mask_bytes; ++i) {
      coded += static_cast<std::uint64_t>(std::popcount(p[i]));
    }
  }
  if (coded > occurrences_) return false;
  const std::uint64_t bytes = mask_bytes + (coded + 1) / 2;
  if (bytes > available) return false;
  predecessors_.open(p, p + mask_bytes, coded);
  p += bytes;
  available -= bytes;
  return true;
}

// The bit of occurrence i * kSampledOccurrences, for i > 0.
std::uint64_t OccurrenceReader::sample(std::uint64_t i) const noexcept {
  const std::uint8_t* p = samples_ + (i - 1) * number_width_;
  return number_width_ == 4 ? load_le<std::uint32_t>(p)
                            : load_le<std::uint16_t>(p);
}

// The bit where an occurrence starts: counted from the last one found, or from
// the sample before it if that is nearer; looked up once its chunk is open.
std::uint64_t OccurrenceReader::seek_occurrence(std::uint64_t occurrence) {
  const std::uint64_t chunk = occurrence / kSampledOccurrences;
  if (chunk == chunk_) {
    if (!chunk_open_) open_chunk(chunk);
    return chunk_base_ + starts_[occurrence % kSampledOccurrences];
  }
  chunk_ = chunk;
  chunk_open_ = false;
  if (occurrence < occurrence_ || chunk > occurrence_ / kSampledOccurrences) {
    occurrence_ = chunk * kSampledOccurrences;
    occurrence_bit_ = chunk == 0 ? 0 : std::min(sample(chunk), unary_end_);
  }
  occurrence_bit_ = list_->source().kernel->skip_ones(
      unary_, occurrence_bit_, occurrence - occurrence_, unary_end_);
  occurrence_ = occurrence;
  return occurrence_bit_;
}

void OccurrenceReader::open_chunk(std::uint64_t chunk) {
  chunk_ = chunk;
  chunk_open_ = true;
  const std::uint64_t from =
      chunk == 0 ? 0 : std::min(sample(chunk), unary_end_);
  chunk_base_ = from / 8 * 8;
  starts_[0] = static_cast<std::uint32_t>(from % 8);
  // The bits counted from here fit 32 bits.
  constexpr std::uint64_t kMostBytes = 0x1000'0000;
  const std::uint64_t bytes =
      std::min((unary_end_ - chunk_base_) / 8, kMostBytes);
  const std::uint64_t n = std::min<std::uint64_t>(
      occurrences_ - chunk * kSampledOccurrences, kSampledOccurrences);
  list_->source().kernel->ends_of_ones(
      unary_ + chunk_base_ / 8, static_cast<std::uint32_t>(bytes), starts_[0],
      static_cast<std::uint32_t>(n), starts_ + 1);
  starts_[n + 1] = starts_[n];  // sign() may look at one too many
}

bool OccurrenceReader::fail() {
  ++list_->source().damage;
  return false;
}

bool OccurrenceReader::good(const Span& span) const noexcept {
  return span.count > 0 && span.before <= occurrences_ &&
         span.count <= occurrences_ - span.before;
}

// Finds where the positions of the posting lie; false if that makes no sense.
bool OccurrenceReader::open_span(Span& span) {
  if (index_ >= postings_ || !open_positions()) return fail();
  span = this->span();
  return good(span) || fail();
}

bool OccurrenceReader::positions(std::vector<std::uint32_t>& out) {
  if (list_->info().collection_freq == 1) {
    out.assign(1, list_->info().single_position);
    return true;
  }
  out.clear();
  Span span;
  if (!open_span(span)) return false;
  out.resize(span.count);  // no more than the block has bits
  const std::uint64_t bit = seek_occurrence(span.before);
  if (in_open_chunk(span)) {
    read_chunk(span, out.data());
    return true;
  }
  return read_stream(span, bit, out.data()) || fail();
}

bool OccurrenceReader::positions_behind(std::uint8_t code,
                                        std::vector<std::uint32_t>& out,
                                        bool& several) {
  Span span;
  if (!positions(out) || !open_span(span)) return false;
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < span.count; i += PredecessorCodes::kAtOnce) {
    const std::uint32_t n = std::min(span.count - i, PredecessorCodes::kAtOnce);
    std::uint64_t found =
        predecessors_.matching(span.before + i, n, code, several);
    for (; found != 0; found &= found - 1) {
      out[kept++] =
          out[i + static_cast<std::uint32_t>(std::countr_zero(found))];
    }
  }
  out.resize(kept);
  return kept > 0;
}

bool OccurrenceReader::predecessors(std::vector<std::uint8_t>& out) {
  out.clear();
  Span span;
  if (!open_span(span)) return false;
  for (std::uint32_t i = 0; i < span.count; ++i) {
    out.push_back(predecessors_.code(span.before + i));
  }
  return true;
}

std::uint32_t OccurrenceReader::count_behind(std::uint8_t code, bool& several) {
  Span span;
  if (!open_span(span)) return 0;
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < span.count; i += PredecessorCodes::kAtOnce) {
    const std::uint32_t n = std::min(span.count - i, PredecessorCodes::kAtOnce);
    count += static_cast<std::uint32_t>(std::popcount(
        predecessors_.matching(span.before + i, n, code, several)));
  }
  return count;
}

bool OccurrenceReader::keep_behind(const std::uint32_t* ranks, std::uint32_t n,
                                   std::uint8_t code, std::uint64_t* signs) {
  constexpr std::uint32_t kWorthMatchingAll = 4;
  bool several = false;
  for (std::uint32_t i = 0; i < n;) {
    const std::uint32_t block = ranks[i] / kBlockPostings;
    std::uint32_t end = i + 1;
    while (end < n && ranks[end] / kBlockPostings == block) ++end;
    if (end < n) list_->prefetch_occurrences(ranks[end] / kBlockPostings);
    stand_on(ranks[i]);
    if (end - i >= kWorthMatchingAll &&
        keep_behind_in_block(ranks + i, end - i, code, signs + i, several)) {
      i = end;
    }
    for (; i < end; ++i) {
      stand_on(ranks[i]);
      if (count_behind(code, several) == 0) signs[i] = 0;
    }
  }
  return several;
}

// Whether any of the occurrences [begin, end) matches.
bool OccurrenceReader::any_match(std::uint64_t begin,
                                 std::uint64_t end) const noexcept {
  for (; end - begin >= 64; begin += 64) {
    if (match_word(begin) != 0) return true;
  }
  return (match_word(begin) & ((std::uint64_t{1} << (end - begin)) - 1)) != 0;
}

// Of postings of the block at hand. False if it has too many occurrences, or
// makes no sense.
bool OccurrenceReader::keep_behind_in_block(const std::uint32_t* ranks,
                                            std::uint32_t n, std::uint8_t code,
                                            std::uint64_t* signs,
                                            bool& several) {
  if (!open_positions() || occurrences_ > kMostMatched) return false;
  if (predecessors_.empty()) {
    std::fill_n(signs, n, std::uint64_t{0});
    return true;
  }
  predecessors_.match_all(*list_->source().kernel, occurrences_, code, matches_,
                          several);
  matches_[(occurrences_ + 63) / 64] = 0;
  const bool single = frequencies_.all_ones();
  if (!single && !counted_) count_occurrences();
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t index = ranks[i] % kBlockPostings;
    if (index >= postings_) return false;
    const std::uint64_t begin = single ? index : before_[index];
    const std::uint64_t end = single ? index + 1 : before_[index + 1];
    if (end <= begin || end > occurrences_) return false;
    if (!any_match(begin, end)) signs[i] = 0;
  }
  return true;
}

bool OccurrenceReader::in_open_chunk(const Span& span) const noexcept {
  return chunk_open_ &&
         span.before % kSampledOccurrences + span.count <= kSampledOccurrences;
}

// The i-th gap of a posting in the open chunk.
std::uint64_t OccurrenceReader::gap(const Span& span,
                                    std::uint64_t i) const noexcept {
  const std::uint64_t at = span.before % kSampledOccurrences + i;
  const std::uint64_t high = std::uint64_t{starts_[at + 1]} - starts_[at] - 1;
  return high << low_ | read_bits(lows_, (span.before + i) * low_, low_);
}

void OccurrenceReader::read_chunk(const Span& span, std::uint32_t* out) const {
  std::uint64_t position = gap(span, 0);
  out[0] = static_cast<std::uint32_t>(position);
  for (std::uint64_t i = 1; i < span.count; ++i) {
    position += 1 + gap(span, i);
    out[i] = static_cast<std::uint32_t>(position);
  }
}

// Decodes from a bit of the unary half on; false where it ends too early.
bool OccurrenceReader::read_stream(const Span& span, std::uint64_t bit,
                                   std::uint32_t* out) const {
  std::uint64_t low_bit = span.before * low_;
  std::uint64_t least = 0;
  for (std::uint32_t i = 0; i < span.count; ++i) {
    const std::uint64_t word =
        load_le<std::uint64_t>(unary_ + (bit >> 3)) >> (bit & 7);
    auto zeros = static_cast<std::uint64_t>(std::countr_zero(word));
    // A word shifted by up to 7 bits is sure of 57.
    if (zeros >= 57) [[unlikely]]
      zeros = count_zeros(unary_, bit, unary_end_);
    bit += zeros + 1;
    if (bit > unary_end_) [[unlikely]]
      return false;
    const std::uint64_t low = read_bits(lows_, low_bit, low_);
    low_bit += low_;
    const std::uint64_t position = least + (zeros << low_ | low);
    out[i] = static_cast<std::uint32_t>(position);
    least = position + 1;
  }
  return true;
}

void OccurrenceReader::narrow_signs(const std::uint32_t* ranks, std::uint32_t n,
                                    std::uint32_t offset,
                                    std::uint64_t* signs) {
  if (list_->layout() == ListLayout::kSingle) return;
  const bool far = list_->info().positions_size > kCached;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (far && i + kFarAhead < n) {
      list_->prefetch_occurrences(ranks[i + kFarAhead] / kBlockPostings);
    }
    if (far && i + kNearAhead < n)
      list_->prefetch_positions(ranks[i + kNearAhead]);
    stand_on(ranks[i]);
    signs[i] &= sign(offset);
  }
}

std::uint64_t OccurrenceReader::sign(std::uint32_t offset) {
  constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
  constexpr std::uint32_t kMost = 64;  // more leave hardly a bit unset
  if (index_ >= postings_ || !open_positions()) return kUnknown;
  const Span span = this->span();
  if (!good(span) || span.count > kMost) return kUnknown;
  const std::uint64_t bit = seek_occurrence(span.before);
  if (in_open_chunk(span)) return sign_in_chunk(span, offset);
  std::uint32_t positions[kMost];
  if (!read_stream(span, bit, positions)) return kUnknown;
  std::uint64_t bits = 0;
  for (std::uint32_t i = 0; i < span.count; ++i) {
    bits |= std::uint64_t{1} << ((positions[i] - offset) % 64);
  }
  return bits;
}

// One or two positions, the usual case, are computed without a branch that
// depends on which of the two it is: such branches are guessed wrongly. For one
// position the second gap is whatever lies there, and left out.
std::uint64_t OccurrenceReader::sign_in_chunk(const Span& span,
                                              std::uint32_t offset) const {
  std::uint64_t position = gap(span, 0) - offset;
  std::uint64_t bits = std::uint64_t{1} << (position % 64);
  position += 1 + gap(span, 1);
  bits |= std::uint64_t{span.count > 1} << (position % 64);
  for (std::uint64_t i = 2; i < span.count; ++i) {
    position += 1 + gap(span, i);
    bits |= std::uint64_t{1} << (position % 64);
  }
  return bits;
}

}  // namespace kwic
