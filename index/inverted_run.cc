// SPDX-License-Identifier: Apache-2.0
#include "index/inverted_run.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kFarAhead = 24;  // tokens
constexpr std::size_t kNearAhead = 8;
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
  return documents * (sizeof(std::uint32_t) + sizeof(Stretch)) +
         terms * (sizeof(Term) + sizeof(std::uint32_t)) +
         tokens * sizeof(std::uint32_t) +
         (tokens / kLandmarkPlaces + 1) * sizeof(std::uint32_t) +
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
  stretches_ = carve<Stretch>(p, source.documents());
  landmarks_ = carve<std::uint32_t>(p, tokens / kLandmarkPlaces + 1);
  terms_ = carve<Term>(p, terms);
  places_ = carve<std::uint32_t>(p, tokens);
  cursors_ = carve<std::uint32_t>(p, terms);
}

std::size_t InvertedRun::kept_bytes() const noexcept {
  return source_.arena().back_size() +
         scratch_bytes(places_.size(), terms_.size(), documents_.size());
}

Status InvertedRun::invert(const Checkpoint& checkpoint) {
  sort_documents();
  if (Status s = checkpoint(); !s) return s;
  sort_terms();
  if (Status s = count(checkpoint); !s) return s;
  divide();
  return scatter(checkpoint);
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

std::span<const std::uint32_t> InvertedRun::places_of(
    std::string_view wanted) const {
  const auto at = std::lower_bound(
      terms_.begin(), terms_.end(), wanted,
      [this](const Term& term, std::string_view t) { return text(term) < t; });
  if (at == terms_.end() || text(*at) != wanted) return {};
  return places(static_cast<std::size_t>(at - terms_.begin()));
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

Status InvertedRun::scatter(const Checkpoint& checkpoint) {
  std::uint32_t place = 0;
  std::uint32_t next_check = kTokensPerCheck;
  for (std::uint32_t i = 0; i < documents_.size(); ++i) {
    place = scatter_document(i, place);
    if (place < next_check) continue;
    next_check = place + static_cast<std::uint32_t>(kTokensPerCheck);
    if (Status s = checkpoint(); !s) return s;
  }
  return {};
}

// Returns the place behind its last one.
std::uint32_t InvertedRun::scatter_document(std::uint32_t document,
                                            std::uint32_t place) {
  const Accumulator::Node& node = source_.node(documents_[document]);
  if (node.tokens == 0) return place;
  const std::uint32_t* const tokens =
      source_.stream().data() + node.stream_begin;
  const std::uint32_t end = place + node.length;
  stretches_[stretch_count_] = {end, place - node.first_position, document};
  while (landmark_count_ * kLandmarkPlaces < end) {
    landmarks_[landmark_count_++] = static_cast<std::uint32_t>(stretch_count_);
  }
  ++stretch_count_;
  --place;
  const std::size_t last = node.tokens - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const std::uint32_t far = tokens[std::min(i + kFarAhead, last)];
    __builtin_prefetch(&cursors_[far & ~Accumulator::kSamePosition], 1);
    const std::uint32_t near = tokens[std::min(i + kNearAhead, last)];
    __builtin_prefetch(&places_[cursors_[near & ~Accumulator::kSamePosition]],
                       1);
    place += (tokens[i] & Accumulator::kSamePosition) == 0;
    places_[cursors_[tokens[i] & ~Accumulator::kSamePosition]++] = place;
  }
  return end;
}

}  // namespace kwic
