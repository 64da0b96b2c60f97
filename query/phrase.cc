// SPDX-License-Identifier: Apache-2.0
#include "query/phrase.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace kwic {
namespace {

// Keeps the keys that have a position p with p + shift = key. Both ascend.
void keep_followed(std::vector<std::uint32_t>& keys,
                   const std::vector<std::uint32_t>& positions,
                   std::uint32_t shift) {
  std::size_t kept = 0;
  std::size_t at = 0;
  for (const std::uint32_t key : keys) {
    while (at < positions.size() && positions[at] + shift < key) ++at;
    if (at == positions.size()) break;
    if (positions[at] + shift == key) keys[kept++] = key;
  }
  keys.resize(kept);
}

// The keys p + shift of a term's positions below kMapped, as a set of bits.
struct KeyMap {
  static constexpr std::uint32_t kMapped = 512;

  KeyMap(const std::vector<std::uint32_t>& positions, std::uint32_t shift) {
    for (const std::uint32_t p : positions) {
      const std::uint32_t key = p + shift;
      if (key >= kMapped) break;
      words[key / 64] |= std::uint64_t{1} << (key % 64);
    }
  }
  // Keeps what both have; whether that is anything.
  bool keep(const KeyMap& other) {
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < std::size(words); ++i) {
      any |= words[i] &= other.words[i];
    }
    return any != 0;
  }
  std::uint32_t count() const {
    int n = 0;
    for (const std::uint64_t word : words) n += std::popcount(word);
    return static_cast<std::uint32_t>(n);
  }

  std::uint64_t words[kMapped / 64] = {};
};

}  // namespace

// (Not a stable sort, which allocates: the offsets make the order total.)
void PhraseCounter::order(std::vector<PhraseTerm>& terms) {
  std::sort(terms.begin(), terms.end(),
            [](const PhraseTerm& a, const PhraseTerm& b) {
              const auto x = a.cursor->list().info().collection_freq;
              const auto y = b.cursor->list().info().collection_freq;
              return x < y || (x == y && a.offset < b.offset);
            });
}

void PhraseCounter::count_pairs(const PhraseTerm& a,
                                const std::uint32_t* ranks_a,
                                const PhraseTerm& b,
                                const std::uint32_t* ranks_b, std::uint32_t n,
                                std::uint32_t* out) {
  OccurrenceReader& reader_a = a.cursor->occurrences();
  OccurrenceReader& reader_b = b.cursor->occurrences();
  const Kernels& kernel = *a.cursor->list().source().kernel;
  for (std::uint32_t i = 0; i < n;) {
    std::uint32_t some = std::min(n - i, kTogether);
    some = reader_a.read(ranks_a + i, some, runs_a_);
    some = reader_b.read(ranks_b + i, some, runs_b_);
    kernel.count_rows(reader_a.sums(), runs_a_, reader_b.sums(), runs_b_, some,
                      b.offset - a.offset, out + i);
    i += some;
  }
}

// Reads the positions where the term can be part of the phrase; false if there
// are none.
bool PhraseCounter::read(const PhraseTerm& term) {
  if (term.behind == 0) return term.cursor->positions(positions_);
  bool several = false;
  if (!term.cursor->positions_behind(term.behind, positions_, several)) {
    return false;
  }
  return !several || drop_unsure(term);
}

// Keeps the positions behind one of the word that was left out. (In a damaged
// file there may be no list of it.)
bool PhraseCounter::drop_unsure(const PhraseTerm& term) {
  std::uint32_t doc = term.cursor->doc();
  if (term.before == nullptr || !term.before->find(doc) ||
      !term.before->positions(before_)) {
    return false;
  }
  keep_followed(positions_, before_, 1);
  return !positions_.empty();
}

// Words stand in a row where their positions, each less its offset, are equal;
// so that nothing is below zero the greatest offset is added. In a short text,
// and at the beginning of a long one, such keys fit a set of bits, which needs
// no branch per position.
std::uint32_t PhraseCounter::count(const std::vector<PhraseTerm>& terms) {
  std::uint32_t farthest = 0;
  for (const PhraseTerm& term : terms) {
    farthest = std::max(farthest, term.offset);
  }
  if (terms.size() == 1 && terms[0].behind != 0) return count_one(terms[0]);
  if (!read(terms[0])) return 0;
  const std::uint32_t shift = farthest - terms[0].offset;
  if (positions_.back() + shift >= KeyMap::kMapped) {
    return count_far(terms, farthest);
  }
  KeyMap map(positions_, shift);
  for (std::size_t i = 1; i < terms.size(); ++i) {
    if (!read(terms[i])) return 0;
    if (!map.keep(KeyMap(positions_, farthest - terms[i].offset))) return 0;
  }
  return map.count();
}

// As count(), where all but one word was left out: as a rule nothing but codes
// is read.
std::uint32_t PhraseCounter::count_one(const PhraseTerm& term) {
  bool several = false;
  const std::uint32_t count = term.cursor->count_behind(term.behind, several);
  if (!several) return count;
  return read(term) ? static_cast<std::uint32_t>(positions_.size()) : 0;
}

// As count(), for any positions; those of the first term are read.
std::uint32_t PhraseCounter::count_far(const std::vector<PhraseTerm>& terms,
                                       std::uint32_t farthest) {
  keys_.clear();
  for (const std::uint32_t p : positions_) {
    keys_.push_back(p + farthest - terms[0].offset);
  }
  for (std::size_t i = 1; i < terms.size() && !keys_.empty(); ++i) {
    if (!read(terms[i])) return 0;
    keep_followed(keys_, positions_, farthest - terms[i].offset);
  }
  return static_cast<std::uint32_t>(keys_.size());
}

}  // namespace kwic
