// SPDX-License-Identifier: Apache-2.0
#include "query/phrase.h"

#include <algorithm>
#include <utility>

namespace kwic {
namespace {

// The positions of a term in the document its cursor stands on.
class Positions {
 public:
  explicit Positions(ListCursor& cursor) {
    const std::uint32_t rank = cursor.rank();
    PositionRun run{};
    cursor.occurrences().read(&rank, 1, &run);
    sums_ = cursor.occurrences().sums() + run.at;
    count_ = run.count;
    less_ = run.less;
  }
  std::uint32_t count() const { return count_; }
  std::uint32_t operator[](std::uint32_t i) const { return sums_[i] - less_; }

  // The first one >= position from the `from`-th on; count() if none. Looks at
  // few where it is near, and at few of many where it is far.
  std::uint32_t find(std::uint32_t position, std::uint32_t from = 0) const {
    std::uint32_t step = 1;
    while (step < count_ - from && (*this)[from + step] < position) {
      from += step;
      step *= 2;
    }
    std::uint32_t end = std::min(count_, from + std::min(step, count_ - from));
    while (from < end) {
      const std::uint32_t middle = from + (end - from) / 2;
      if ((*this)[middle] < position) {
        from = middle + 1;
      } else {
        end = middle;
      }
    }
    return from;
  }
  bool has(std::uint32_t position) const {
    const std::uint32_t i = find(position);
    return i < count_ && (*this)[i] == position;
  }

 private:
  const std::uint32_t* sums_;
  std::uint32_t count_;
  std::uint32_t less_;
};

// Keeps the places p - shift of positions p.
void keep_common(std::vector<std::uint32_t>& places, const Positions& positions,
                 std::uint32_t shift) {
  std::size_t kept = 0;
  std::uint32_t at = 0;
  for (const std::uint32_t place : places) {
    at = positions.find(place + shift, at);
    if (at == positions.count()) break;
    if (positions[at] == place + shift) places[kept++] = place;
  }
  places.resize(kept);
}

// Whether the frequent word that was left out stands before the i-th position
// of a term. Where the code is not sure its list is asked. (In a damaged file
// there may be none.)
bool stands_behind(const PhraseTerm& term, std::uint32_t i,
                   std::uint32_t position) {
  const std::uint8_t code = term.cursor->predecessor(i);
  if (code == term.behind) return true;
  if (code != kSeveralPredecessors || term.before == nullptr) return false;
  return position > 0 && term.before->find(term.cursor->doc()) &&
         Positions(*term.before).has(position - 1);
}

}  // namespace

// (By insertion: there are few, and std::sort is a lot of code.)
void PhraseCounter::order(std::vector<PhraseTerm>& terms) {
  const auto frequency = [](const PhraseTerm& term) {
    return term.cursor->list().info().collection_freq;
  };
  for (std::size_t i = 1; i < terms.size(); ++i) {
    for (std::size_t j = i; j > 0; --j) {
      if (frequency(terms[j - 1]) <= frequency(terms[j])) break;
      std::swap(terms[j - 1], terms[j]);
    }
  }
}

void PhraseCounter::count_pairs(const PhraseTerm& a,
                                const std::uint32_t* ranks_a,
                                const PhraseTerm& b,
                                const std::uint32_t* ranks_b, std::uint32_t n,
                                std::uint32_t* out) {
  OccurrenceReader& reader_a = a.cursor->occurrences();
  OccurrenceReader& reader_b = b.cursor->occurrences();
  const Kernels& kernel = *a.cursor->list().source().kernel;
  const auto distance = static_cast<std::int32_t>(b.offset - a.offset);
  for (std::uint32_t i = 0; i < n;) {
    std::uint32_t some = std::min(n - i, kTogether);
    some = reader_a.read(ranks_a + i, some, runs_a_);
    some = reader_b.read(ranks_b + i, some, runs_b_);
    kernel.count_rows(reader_a.sums(), runs_a_, reader_b.sums(), runs_b_, some,
                      distance, out + i);
    i += some;
  }
}

// Words stand in a row where their positions, each less its offset, are equal:
// these are the places. Codes are looked at last, for the few places left.
std::uint32_t PhraseCounter::count(const std::vector<PhraseTerm>& terms) {
  if (terms.size() == 1 && terms[0].behind != 0) return count_one(terms[0]);
  start(terms[0]);
  for (std::size_t i = 1; i < terms.size() && !places_.empty(); ++i) {
    keep_common(places_, Positions(*terms[i].cursor), terms[i].offset);
  }
  for (const PhraseTerm& term : terms) {
    if (places_.empty()) return 0;
    if (term.behind != 0) keep_behind(term);
  }
  return static_cast<std::uint32_t>(places_.size());
}

// The places where a phrase may start by the positions of one term.
void PhraseCounter::start(const PhraseTerm& term) {
  const Positions positions(*term.cursor);
  places_.clear();
  for (std::uint32_t i = positions.find(term.offset); i < positions.count();
       ++i) {
    places_.push_back(positions[i] - term.offset);
  }
}

// Keeps the places where the term stands behind the word that was left out.
// (That may be the same word, whose positions are read anew then.)
void PhraseCounter::keep_behind(const PhraseTerm& term) {
  which_.clear();
  {
    const Positions positions(*term.cursor);
    std::uint32_t at = 0;
    for (const std::uint32_t place : places_) {
      at = positions.find(place + term.offset, at);
      which_.push_back(at);
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const std::uint32_t place = places_[i];
    if (stands_behind(term, which_[i], place + term.offset)) {
      places_[kept++] = place;
    }
  }
  places_.resize(kept);
}

// As count(), where all but one word was left out: as a rule nothing but codes
// is read.
std::uint32_t PhraseCounter::count_one(const PhraseTerm& term) {
  bool several = false;
  const std::uint32_t count = term.cursor->count_behind(term.behind, several);
  if (!several) return count;
  start(term);
  keep_behind(term);
  return static_cast<std::uint32_t>(places_.size());
}

}  // namespace kwic
