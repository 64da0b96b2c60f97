// SPDX-License-Identifier: Apache-2.0
#include "format/occurrence_reader.h"

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "format/bits.h"

namespace kwic {

namespace {

// Postings whose positions are asked for ahead of time.
constexpr std::uint32_t kAhead = 3;
// How often a block must be asked before its frequencies are added up.
constexpr std::uint32_t kWorthCounting = 3;
// Sums after which no more are read: they should stay in the nearest cache.
constexpr std::uint64_t kEnoughSums = 4096;
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

// The first of n ascending ranks behind that of `begin` in another block.
std::uint32_t end_of_block(const std::uint32_t* ranks, std::uint32_t begin,
                           std::uint32_t n) noexcept {
  const std::uint32_t block = ranks[begin] / kBlockPostings;
  if (ranks[n - 1] / kBlockPostings == block) return n;
  std::uint32_t end = begin + 1;
  while (end < n && ranks[end] / kBlockPostings == block) ++end;
  return end;
}

}  // namespace

void OccurrenceReader::open(const PostingList& list) noexcept {
  list_ = &list;
  block_ = kNone;
  filled_ = 0;
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
  decoded_ = decoded_end_ = 0;
  walked_ = 0;
  walked_bit_ = 0;
}

// Fills before_ with sums of frequencies; those that are missing are 0.
void OccurrenceReader::count_occurrences() {
  counted_ = true;
  before_[0] = 0;
  const std::uint32_t found = list_->source().kernel->rice_sums(
      frequencies_.unary(), frequencies_.unary_bytes(), 0, frequencies_.lows(),
      postings_, frequencies_.low(), 0, before_ + 1);
  std::fill(before_ + found + 1, before_ + postings_ + 1, before_[found]);
}

std::uint32_t OccurrenceReader::frequency() {
  if (list_->layout() == ListLayout::kSingle) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(
        list_->info().collection_freq, kMaxDocumentLength));
  }
  return index_ >= postings_ ? 1 : std::max(span().count, 1U);
}

void OccurrenceReader::frequencies(const std::uint32_t* ranks, std::uint32_t n,
                                   std::uint32_t* out) {
  if (list_->layout() == ListLayout::kSingle) {
    std::fill_n(out, n, frequency());
    return;
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t block = ranks[i] / kBlockPostings;
    if (block != block_ || i == 0) {
      if (block != block_) enter_block(block);
      const std::uint32_t last = i + kWorthCounting - 1;
      const bool many = last < n && ranks[last] / kBlockPostings == block;
      if (many && !counted_ && !frequencies_.all_ones()) count_occurrences();
    }
    index_ = ranks[i] % kBlockPostings;
    out[i] = counted_ && index_ < postings_
                 ? std::max(before_[index_ + 1] - before_[index_], 1U)
             : frequencies_.all_ones() || index_ >= postings_
                 ? 1
                 : frequency_alone();
  }
}

OccurrenceReader::Span OccurrenceReader::span() {
  if (list_->layout() == ListLayout::kSingle) return {0, frequency()};
  if (frequencies_.all_ones()) return {index_, 1};
  if (!counted_ && ++reads_ < kWorthCounting) return walk();
  if (!counted_) count_occurrences();
  return {before_[index_], before_[index_ + 1] - before_[index_]};
}

void OccurrenceReader::walk_to_index() {
  if (index_ < walked_) {
    walked_ = 0;
    walked_bit_ = 0;
  }
  const std::uint64_t end = std::uint64_t{8} * frequencies_.unary_bytes();
  walked_bit_ = list_->source().kernel->skip_ones(
      frequencies_.unary(), walked_bit_, index_ - walked_, end);
  walked_ = index_;
}

// What walk() gives as count, without what is before it.
std::uint32_t OccurrenceReader::frequency_alone() {
  walk_to_index();
  const std::uint64_t end = std::uint64_t{8} * frequencies_.unary_bytes();
  const std::uint64_t high =
      count_zeros(frequencies_.unary(), walked_bit_, end);
  const unsigned low = frequencies_.low();
  const std::uint64_t low_half =
      read_bits(frequencies_.lows(), std::uint64_t{index_} * low, low);
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>((high << low | low_half) + 1, kNone));
}

// A frequency is one more than (high << low | low half), and the zeros before
// the i-th one are the sum of i + 1 high parts. So without low halves, the bit
// behind the i-th one is the sum of i + 1 frequencies.
OccurrenceReader::Span OccurrenceReader::walk() {
  walk_to_index();
  const std::uint64_t end = std::uint64_t{8} * frequencies_.unary_bytes();
  const std::uint64_t behind = list_->source().kernel->skip_ones(
      frequencies_.unary(), walked_bit_, 1, end);
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
  if (occurrences_ > kNone) return false;
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
// the sample before it if that is nearer.
std::uint64_t OccurrenceReader::seek_occurrence(std::uint64_t occurrence) {
  const std::uint64_t chunk = occurrence / kSampledOccurrences;
  if (occurrence < occurrence_ || chunk > occurrence_ / kSampledOccurrences) {
    occurrence_ = chunk * kSampledOccurrences;
    occurrence_bit_ = chunk == 0 ? 0 : std::min(sample(chunk), unary_end_);
  }
  occurrence_bit_ = list_->source().kernel->skip_ones(
      unary_, occurrence_bit_, occurrence - occurrence_, unary_end_);
  occurrence_ = occurrence;
  return occurrence_bit_;
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

// The usual case where postings are near each other.
inline bool OccurrenceReader::take_decoded(PositionRun& run) const noexcept {
  if (!counted_ || index_ >= postings_) return false;
  const std::uint32_t begin = before_[index_];
  const std::uint32_t end = before_[index_ + 1];
  if (begin < decoded_ || end > decoded_end_ || end <= begin) return false;
  const std::uint64_t at = decoded_at_ + (begin - decoded_);
  run = {static_cast<std::uint32_t>(at), end - begin, sums_[at - 1] + 1};
  return true;
}

std::uint32_t OccurrenceReader::read(const std::uint32_t* ranks,
                                     std::uint32_t n, PositionRun* runs) {
  if (filled_ == 0 || filled_ > kEnoughSums / 2) {
    make_room(1);
    sums_[0] = 0;
    filled_ = 1;
    decoded_ = decoded_end_ = 0;
  }
  const bool far = list_->info().positions_size > kCached;
  std::uint32_t i = 0;
  while (i < n) {
    const std::uint32_t end = end_of_block(ranks, i, n);
    if (far && end < n) {
      list_->prefetch_occurrences(ranks[end] / kBlockPostings);
    }
    stand_on(ranks[i]);
    if (end - i >= kWorthCounting) reads_ = kWorthCounting;
    for (; i < end; ++i) {
      index_ = ranks[i] % kBlockPostings;
      if (take_decoded(runs[i])) continue;
      if (i > 0 && filled_ > kEnoughSums) return i;
      if (far && i + kAhead < n) list_->prefetch_positions(ranks[i + kAhead]);
      const std::uint32_t near = i + 2 < end ? ranks[i + 2] : ranks[i];
      if (!read_one(near % kBlockPostings, runs[i])) runs[i] = {0, 0, 0};
    }
  }
  return n;
}

// `near` is the index of a posting that will be read soon, or the one stood on.
bool OccurrenceReader::read_one(std::uint32_t near, PositionRun& run) {
  if (list_->info().collection_freq == 1) {
    make_room(1);
    run = {static_cast<std::uint32_t>(filled_), 1, 0};
    sums_[filled_++] = list_->info().single_position;
    return true;
  }
  Span span;
  if (!open_span(span)) return false;
  const std::uint64_t end = span.before + span.count;
  if (span.before < decoded_ || end > decoded_end_) {
    if (!worth_decoding(span, near)) {
      make_room(span.count);
      run = {static_cast<std::uint32_t>(filled_), span.count, 0};
      std::uint32_t* const out = sums_.data() + filled_;
      filled_ += span.count;
      return read_stream(span, seek_occurrence(span.before), out) || fail();
    }
    if (!decode(span)) return fail();
  }
  const std::uint64_t at = decoded_at_ + (span.before - decoded_);
  run = {static_cast<std::uint32_t>(at), span.count, sums_[at - 1] + 1};
  return true;
}

void OccurrenceReader::make_room(std::uint64_t sums) {
  const std::uint64_t room = filled_ + sums + kDecodeSlack;
  if (sums_.size() < room) sums_.resize(room + room / 2);
}

// Whether to decode the chunks of a posting: it takes much of them, or others
// of the first will be asked for.
bool OccurrenceReader::worth_decoding(const Span& span,
                                      std::uint32_t near) const noexcept {
  constexpr std::uint32_t kMuch = 16;
  const std::uint64_t chunk = span.before / kSampledOccurrences;
  if (span.count > kMuch) return true;
  return counted_ && near != index_ &&
         before_[near] / kSampledOccurrences == chunk;
}

// Decodes the chunks of a posting, but those that are and have what is next to
// them behind them.
bool OccurrenceReader::decode(const Span& span) {
  const bool last = decoded_at_ + (decoded_end_ - decoded_) == filled_;
  if (!last || span.before < decoded_ || span.before > decoded_end_) {
    decoded_ = decoded_end_ =
        span.before / kSampledOccurrences * kSampledOccurrences;
    decoded_at_ = filled_;
  }
  while (decoded_end_ < span.before + span.count) {
    if (!decode_chunk(decoded_end_ / kSampledOccurrences)) return false;
  }
  return true;
}

// Adds up the gaps of a chunk; false if there are not enough.
bool OccurrenceReader::decode_chunk(std::uint64_t chunk) {
  const std::uint64_t bit =
      chunk == 0 ? 0 : std::min(sample(chunk), unary_end_);
  // More cannot be in a chunk.
  constexpr std::uint64_t kMostBytes = 0x1000'0000;
  const std::uint64_t bytes = std::min(unary_end_ / 8 - bit / 8, kMostBytes);
  const std::uint64_t n = std::min<std::uint64_t>(
      occurrences_ - chunk * kSampledOccurrences, kSampledOccurrences);
  make_room(n);
  const std::uint32_t found = list_->source().kernel->rice_sums(
      unary_ + bit / 8, static_cast<std::uint32_t>(bytes),
      static_cast<std::uint32_t>(bit % 8),
      lows_ + chunk * (kSampledOccurrences / 8) * low_,
      static_cast<std::uint32_t>(n), low_, sums_[filled_ - 1],
      sums_.data() + filled_);
  if (found != n) return false;
  filled_ += n;
  decoded_end_ += n;
  return true;
}

bool OccurrenceReader::positions(std::vector<std::uint32_t>& out) {
  out.clear();
  const std::uint32_t rank = block_ * kBlockPostings + index_;
  PositionRun run;
  read(&rank, 1, &run);
  out.resize(run.count);  // no more than the block has bits
  const std::uint32_t* const sums = sums_.data() + run.at;
  for (std::uint32_t i = 0; i < run.count; ++i) out[i] = sums[i] - run.less;
  return run.count > 0;
}

std::uint8_t OccurrenceReader::predecessor(std::uint32_t i) {
  Span span;
  if (!open_span(span) || i >= span.count) return 0;
  return predecessors_.code(span.before + i);
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

std::uint32_t OccurrenceReader::count_behind(const std::uint32_t* ranks,
                                             std::uint32_t n, std::uint8_t code,
                                             std::uint32_t* counts,
                                             bool& several) {
  constexpr std::uint32_t kWorthMarking = 4;
  const std::uint32_t end = end_of_block(ranks, 0, n);
  if (end < n) list_->prefetch_occurrences(ranks[end] / kBlockPostings);
  stand_on(ranks[0]);
  if (end >= kWorthMarking && mark_behind(code, several)) {
    count_marked(ranks, end, counts);
    return end;
  }
  for (std::uint32_t i = 0; i < end; ++i) {
    stand_on(ranks[i]);
    counts[i] = count_behind(code, several);
  }
  return end;
}

std::uint32_t OccurrenceReader::postings_behind(std::uint32_t block,
                                                std::uint8_t code,
                                                bool& several) {
  std::uint32_t counts[kBlockPostings];
  stand_on(block * kBlockPostings);
  if (!mark_behind(code, several)) {
    std::uint32_t found = 0;
    for (index_ = 0; index_ < list_->postings_in(block); ++index_) {
      found += count_behind(code, several) != 0 ? 1 : 0;
    }
    return found;
  }
  const auto end = static_cast<std::uint32_t>(occurrences_);
  if (frequencies_.all_ones()) {
    return marks_before_[end / 64] +
           static_cast<std::uint32_t>(std::popcount(marks_[end / 64]));
  }
  if (before_[postings_] != end) fail();
  return list_->source().kernel->count_between(
      marks_.data(), marks_before_.data(), before_, postings_, end, counts);
}

// Marks the occurrences of the block at hand. False if it has too many, or
// makes no sense.
bool OccurrenceReader::mark_behind(std::uint8_t code, bool& several) {
  constexpr std::uint64_t kMostMarked = 1U << 16;
  if (!open_positions() || occurrences_ > kMostMarked) return false;
  const std::uint64_t words = occurrences_ / 64 + 1;
  if (marks_.size() < words + Kernels::kFewWords) {
    marks_.resize(words + Kernels::kFewWords);
    marks_before_.resize(marks_.size());
  }
  marks_[words - 1] = 0;
  if (predecessors_.empty()) {
    std::fill_n(marks_.begin(), words, 0);
  } else {
    predecessors_.match_all(*list_->source().kernel, occurrences_, code,
                            marks_.data(), several);
  }
  std::uint32_t before = 0;
  for (std::uint64_t w = 0; w < words; ++w) {
    marks_before_[w] = before;
    before += static_cast<std::uint32_t>(std::popcount(marks_[w]));
  }
  if (!frequencies_.all_ones() && !counted_) count_occurrences();
  return true;
}

// Counts those marked of postings of the block: of many, of all.
void OccurrenceReader::count_marked(const std::uint32_t* ranks, std::uint32_t n,
                                    std::uint32_t* counts) {
  constexpr std::uint32_t kWorthAll = 32;
  const auto end = static_cast<std::uint32_t>(occurrences_);
  if (frequencies_.all_ones()) {
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t at = ranks[i] % kBlockPostings;
      counts[i] = at < end && (marks_[at / 64] >> (at % 64) & 1) != 0 ? 1 : 0;
    }
    return;
  }
  if (before_[postings_] != end) fail();
  const Kernels& kernel = *list_->source().kernel;
  const std::uint64_t* const marks = marks_.data();
  const std::uint32_t* const before = marks_before_.data();
  if (n == postings_) {
    kernel.count_between(marks, before, before_, n, end, counts);
    return;
  }
  if (n >= kWorthAll) {
    std::uint32_t all[kBlockPostings];
    kernel.count_between(marks, before, before_, postings_, end, all);
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t at = ranks[i] % kBlockPostings;
      counts[i] = at < postings_ ? all[at] : 0;
    }
    return;
  }
  const auto marked_before = [=](std::uint32_t border) {
    const std::uint32_t at = std::min(border, end);
    const std::uint64_t below = (std::uint64_t{1} << (at % 64)) - 1;
    return before[at / 64] +
           static_cast<std::uint32_t>(std::popcount(marks[at / 64] & below));
  };
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t at = ranks[i] % kBlockPostings;
    counts[i] = at < postings_ ? marked_before(before_[at + 1]) -
                                     marked_before(before_[at])
                               : 0;
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

}  // namespace kwic
