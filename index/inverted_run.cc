// SPDX-License-Identifier: Apache-2.0
#include "index/inverted_run.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kFarAhead = 24;  // tokens
constexpr std::size_t kNearAhead = 8;
constexpr std::size_t kPlacesAhead = 12;
constexpr std::size_t kTokensPerCheck = std::size_t{1} << 20;
constexpr std::size_t kScratchAlignment = 64;
constexpr std::size_t kArrays = 6;

std::size_t aligned(std::size_t size) noexcept {
  return (size + kScratchAlignment - 1) & ~(kScratchAlignment - 1);
}

// Carves an array off the scratch memory at `p`.
template <typename T>
std::span<T> carve(std::uint8_t*& p, std::size_t count) noexcept {
  std::span<T> array(reinterpret_cast<T*>(p), count);
  p += aligned(count * sizeof(T));
  return array;
}

}  // namespace

std::size_t InvertedRun::scratch_bytes(std::size_t tokens, std::size_t terms,
                                       std::size_t documents) noexcept {
  return (2 * documents + 1) * sizeof(std::uint32_t) +
         terms * (sizeof(Term) + sizeof(std::uint32_t)) +
         tokens * sizeof(std::uint32_t) +
         ((tokens >> kLeastLandmarkShift) + 1) * sizeof(std::uint32_t) +
         (kArrays + 1) * kScratchAlignment;
}

InvertedRun::InvertedRun(const Accumulator& source) : source_(source) {
  const std::size_t tokens = source.tokens();
  const std::size_t terms = source.vocabulary().size();
  assert(scratch_bytes(tokens, terms, source.documents()) <=
         source.scratch_bytes());
  // The region starts at a page, so its offsets align as addresses do.
  std::uint8_t* p =
      source.arena().front() + aligned(source.arena().front_size());
  documents_ = carve<std::uint32_t>(p, source.documents());
  begins_ = carve<std::uint32_t>(p, source.documents() + 1);
  // About four for each document: few, so that they stay in the cache, and near
  // enough to be right mostly.
  const std::size_t mean = tokens / std::max(source.documents(), 1U);
  landmark_shift_ = std::max(static_cast<unsigned>(std::bit_width(mean / 4)),
                             kLeastLandmarkShift + 1) -
                    1;
  landmarks_ = carve<std::uint32_t>(p, (tokens >> landmark_shift_) + 1);
  terms_ = carve<Term>(p, terms);
  places_ = carve<std::uint32_t>(p, tokens);
  end_ = p;
  cursors_ = carve<std::uint32_t>(p, terms);
}

std::size_t InvertedRun::kept_bytes() const noexcept {
  return source_.arena().back_size() +
         scratch_bytes(places_.size(), terms_.size(), documents_.size());
}

Status InvertedRun::invert(const Checkpoint& checkpoint,
                           const FrequentWords* words) {
  sort_documents();
  if (Status s = checkpoint(); !s) return s;
  sort_terms();
  if (words != nullptr) find_codes(*words);
  if (Status s = count(checkpoint); !s) return s;
  divide();
  return scatter(checkpoint, words);
}

void InvertedRun::sort_documents() {
  std::uint32_t offset = source_.last_node();
  for (std::size_t i = documents_.size(); i-- > 0;) {
    documents_[i] = offset;
    offset = source_.node(offset).previous;
  }
  const auto before = [this](std::uint32_t a, std::uint32_t b) {
    return run_order(source_.document(source_.node(a)),
                     source_.document(source_.node(b)));
  };
  if (!std::is_sorted(documents_.begin(), documents_.end(), before)) {
    std::sort(documents_.begin(), documents_.end(), before);
  }
}

void InvertedRun::sort_terms() {
  std::size_t terms = 0;
  for (const Vocabulary::Slot& slot : source_.vocabulary().slots()) {
    if (slot.key == 0) continue;
    std::uint8_t head[8] = {};
    std::memcpy(head, source_.arena().at(slot.offset),
                std::min<std::size_t>(8, slot.length()));
    terms_[terms++] = {byte_swapped(load_le<std::uint64_t>(head)), slot.offset,
                       slot.id};
  }
  std::sort(terms_.begin(), terms_.end(), [this](const Term& a, const Term& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : text(a) < text(b);
  });
}

// Frequent words mostly have low numbers: they come early.
void InvertedRun::find_codes(const FrequentWords& words) {
  for (const std::string& word : words.words()) {
    const auto at = std::lower_bound(
        terms_.begin(), terms_.end(), word,
        [this](const Term& t, std::string_view w) { return text(t) < w; });
    if (at == terms_.end() || text(*at) != word) continue;
    const std::uint32_t number = at->end;
    if (term_codes_.size() < number + 1) term_codes_.resize(number + 1);
    term_codes_[number] = words.code_of(word);
  }
  term_codes_.push_back(0);
}

Status InvertedRun::count(const Checkpoint& checkpoint) {
  std::fill(cursors_.begin(), cursors_.end(), 0u);
  std::span<const std::uint32_t> left = source_.stream();
  while (!left.empty()) {
    if (Status s = checkpoint(); !s) return s;
    const std::size_t n = std::min(left.size(), kTokensPerCheck);
    for (const std::uint32_t token : left.first(n)) {
      ++cursors_[token & ~Accumulator::kSamePosition];
    }
    left = left.subspan(n);
  }
  return {};
}

// Places of most terms are few and far from each other, so what will be looked
// at is asked for ahead: places of the terms that follow, too.
void InvertedRun::decode(std::size_t begin, std::size_t n,
                         std::uint32_t* documents, std::uint32_t* positions,
                         std::uint8_t* codes) const noexcept {
  const std::size_t last = places_.size() - 1;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t near = std::min(begin + i + kPlacesAhead, last);
    const std::size_t far = std::min(begin + i + 2 * kPlacesAhead, last);
    __builtin_prefetch(landmark(places_[far] & kPlaceMask));
    __builtin_prefetch(&begins_[*landmark(places_[near] & kPlaceMask)]);
    const std::uint32_t place = places_[begin + i] & kPlaceMask;
    const Stretch stretch = stretch_of(place);
    documents[i] = stretch.document;
    positions[i] = place - stretch.shift;
  }
  for (std::size_t i = 0; i < n; ++i) {
    codes[i] = static_cast<std::uint8_t>(places_[begin + i] >> kPlaceBits);
  }
}

void InvertedRun::divide() {
  std::uint32_t begin = 0;
  for (Term& term : terms_) {
    std::uint32_t& cursor = cursors_[term.end];
    const std::uint32_t tokens = cursor;
    cursor = begin;
    begin += tokens;
    term.end = begin;
  }
}

Status InvertedRun::scatter(const Checkpoint& checkpoint,
                            const FrequentWords* words) {
  std::uint32_t place = 0;
  std::uint32_t next_check = kTokensPerCheck;
  for (std::uint32_t i = 0; i < documents_.size(); ++i) {
    if (words == nullptr) {
      place = scatter_document<false>(i, place, 0);
    } else {
      const bool whole = source_.node(documents_[i]).before_size == 0;
      place = scatter_document<true>(
          i, place, whole ? 0 : code_before(document(i), *words));
    }
    if (place < next_check) continue;
    next_check = place + static_cast<std::uint32_t>(kTokensPerCheck);
    if (Status s = checkpoint(); !s) return s;
  }
  return {};
}

// `code`: that of the document's first position. Returns the place behind its
// last one.
template <bool kCoded>
std::uint32_t InvertedRun::scatter_document(std::uint32_t document,
                                            std::uint32_t place,
                                            std::uint8_t code) {
  const Accumulator::Node& node = source_.node(documents_[document]);
  begins_[document] = place;
  begins_[document + 1] = place + node.length;
  if (node.first_position != 0) {
    further_part_ = document;
    first_position_ = node.first_position;
  }
  if (node.tokens == 0) return place;
  const std::uint32_t* const tokens =
      source_.stream().data() + node.stream_begin;
  const std::uint32_t end = place + node.length;
  while (landmark_count_ << landmark_shift_ < end) {
    landmarks_[landmark_count_++] = document;
  }
  --place;
  std::uint32_t* const places = places_.data();
  std::uint32_t* const cursors = cursors_.data();
  const std::uint8_t* const term_codes = term_codes_.data();
  const std::size_t no_code = term_codes_.size() - 1;
  std::uint8_t next_code = code;  // of the position behind
  const std::size_t last = node.tokens - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const std::uint32_t far = tokens[std::min(i + kFarAhead, last)];
    __builtin_prefetch(&cursors[far & ~Accumulator::kSamePosition], 1);
    const std::uint32_t near = tokens[std::min(i + kNearAhead, last)];
    __builtin_prefetch(&places[cursors[near & ~Accumulator::kSamePosition]], 1);
    const std::uint32_t number = tokens[i] & ~Accumulator::kSamePosition;
    const bool same = number != tokens[i];
    place += same ? 0 : 1;
    std::uint32_t& out = places[cursors[number]++];
    out = place;
    if constexpr (!kCoded) continue;
    code = same ? code : next_code;
    out |= std::uint32_t{code} << kPlaceBits;
    const std::uint8_t own = term_codes[std::min<std::size_t>(number, no_code)];
    const std::uint8_t others = same ? next_code : std::uint8_t{0};
    next_code = own;
    if (others != 0) [[unlikely]]
      next_code = both_predecessors(others, own);
  }
  return end;
}

}  // namespace kwic
