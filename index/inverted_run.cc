// SPDX-License-Identifier: Apache-2.0
#include "index/inverted_run.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <functional>
#include <utility>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kFarAhead = 24;  // tokens
constexpr std::size_t kNearAhead = 8;
constexpr std::size_t kTokensPerCheck = std::size_t{1} << 20;
constexpr std::size_t kScratchAlignment = 64;
constexpr std::size_t kArrays = 5;
// Candidates that leave room for terms before a part.
constexpr std::size_t kCommonest = 20;
static_assert(kCommonest <= PlaceCodes::kMostWords);

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
  return (documents + PlaceMap::memory_size(documents, tokens) + tokens) *
             sizeof(std::uint32_t) +
         terms * (sizeof(Term) + sizeof(std::uint32_t)) +
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
  places_ = PlaceMap(source.documents(), tokens,
                     carve<std::uint32_t>(
                         p, PlaceMap::memory_size(source.documents(), tokens)));
  terms_ = carve<Term>(p, terms);
  entries_ = carve<std::uint32_t>(p, tokens);
  end_ = p;
  cursors_ = carve<std::uint32_t>(p, terms);
}

std::size_t InvertedRun::kept_bytes() const noexcept {
  return source_.arena().back_size() +
         scratch_bytes(entries_.size(), terms_.size(), documents_.size());
}

Status InvertedRun::invert(const Checkpoint& checkpoint,
                           const FrequentWords* words) {
  sort_documents();
  if (Status s = checkpoint(); !s) return s;
  sort_terms();
  if (Status s = count(checkpoint); !s) return s;
  if (words != nullptr) {
    codes_ = PlaceCodes(*words);
  } else {
    choose_candidates();
  }
  number_codes();
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
                     source_.document(source_.node(b))) < 0;
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

// The terms of the most tokens, but before them what stands before this run's
// part of a document: it may stand nowhere in the run.
void InvertedRun::choose_candidates() {
  for (const std::uint32_t node : documents_) {
    for_each_before(source_.document(source_.node(node)).before,
                    [this](std::string_view term) { codes_.add(term); });
  }
  // Tokens and index, the most first.
  std::vector<std::pair<std::uint32_t, std::size_t>> commonest;
  const auto more = std::greater<>();
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const std::uint32_t tokens = cursors_[terms_[i].end];
    const bool enough = commonest.size() == kCommonest;
    if (enough && tokens <= commonest.front().first) continue;
    if (enough) {
      std::pop_heap(commonest.begin(), commonest.end(), more);
      commonest.pop_back();
    }
    commonest.emplace_back(tokens, i);
    std::push_heap(commonest.begin(), commonest.end(), more);
  }
  std::sort(commonest.begin(), commonest.end(), more);
  for (const auto& [tokens, i] : commonest) codes_.add(text(terms_[i]));
}

// Frequent words mostly have low numbers: they come early.
void InvertedRun::number_codes() {
  for (const std::string& word : codes_.words()) {
    const auto at = std::lower_bound(
        terms_.begin(), terms_.end(), word,
        [this](const Term& t, std::string_view w) { return text(t) < w; });
    if (at == terms_.end() || text(*at) != word) continue;
    const std::uint32_t number = at->end;
    if (term_codes_.size() < number + 1) term_codes_.resize(number + 1);
    term_codes_[number] = codes_.code_of(word);
  }
  term_codes_.push_back(0);
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
  std::uint32_t next_check = kTokensPerCheck;
  for (std::uint32_t i = 0; i < documents_.size(); ++i) {
    scatter_document(i);
    if (places_.places() < next_check) continue;
    next_check = places_.places() + static_cast<std::uint32_t>(kTokensPerCheck);
    if (Status s = checkpoint(); !s) return s;
  }
  return {};
}

void InvertedRun::scatter_document(std::uint32_t document) {
  const Accumulator::Node& node = source_.node(documents_[document]);
  std::uint32_t place = places_.places() - 1;  // before the first
  [[maybe_unused]] const bool fits =
      places_.add(node.length, node.first_position);
  assert(fits);
  if (node.tokens == 0) return;
  const std::uint32_t* const tokens =
      source_.stream().data() + node.stream_begin;
  std::uint32_t* const entries = entries_.data();
  std::uint32_t* const cursors = cursors_.data();
  const std::uint8_t* const term_codes = term_codes_.data();
  const std::size_t no_code = term_codes_.size() - 1;
  std::uint8_t code = 0;
  std::uint8_t next_code = 0;  // of the position behind
  if (node.before_size != 0) {
    next_code = codes_.code_before(source_.document(node).before);
  }
  const std::size_t last = node.tokens - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const std::uint32_t far = tokens[std::min(i + kFarAhead, last)];
    __builtin_prefetch(&cursors[far & ~Accumulator::kSamePosition], 1);
    const std::uint32_t near = tokens[std::min(i + kNearAhead, last)];
    __builtin_prefetch(&entries[cursors[near & ~Accumulator::kSamePosition]],
                       1);
    const std::uint32_t number = tokens[i] & ~Accumulator::kSamePosition;
    const bool same = number != tokens[i];
    place += same ? 0 : 1;
    code = same ? code : next_code;
    entries[cursors[number]++] = place | std::uint32_t{code}
                                             << PlaceMap::kPlaceBits;
    const std::uint8_t own = term_codes[std::min<std::size_t>(number, no_code)];
    const std::uint8_t others = same ? next_code : std::uint8_t{0};
    next_code = own;
    if (others != 0) [[unlikely]]
      next_code = codes_.both(others, own);
  }
}

}  // namespace kwic
