// SPDX-License-Identifier: Apache-2.0
#include "query/phrase.h"

#include <algorithm>
#include <utility>

namespace kwic {
namespace {

// The positions of a posting.
class Positions {
 public:
  Positions(const std::uint32_t* sums, const PositionRun& run)
      : sums_(sums + run.at), count_(run.count), less_(run.less) {}

  std::uint32_t count() const { return count_; }
  std::uint32_t operator[](std::uint32_t i) const { return sums_[i] - less_; }

  // The first one >= position from the `from`-th on; count() if none. Looks at
  // few where it is near, and at few of many where it is far.
  [[gnu::noinline]] std::uint32_t find(std::uint32_t position,
                                       std::uint32_t from = 0) const {
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

 private:
  const std::uint32_t* sums_;
  std::uint32_t count_;
  std::uint32_t less_;
};

bool stands_at(ListCursor& cursor, std::uint32_t position) {
  const std::uint32_t rank = cursor.rank();
  PositionRun run{};
  cursor.occurrences().read(&rank, 1, &run);
  const Positions positions(cursor.occurrences().sums(), run);
  const std::uint32_t i = positions.find(position);
  return i < positions.count() && positions[i] == position;
}

// Whether the frequent word that was left out stands before an occurrence of a
// term, given as its number in the document and its position. Where the code is
// not sure its list is asked. (In a damaged file there may be none.)
bool stands_behind(const PhraseTerm& term, std::uint32_t doc,
                   std::uint32_t rank, std::uint32_t occurrence,
                   std::uint32_t position) {
  OccurrenceReader& reader = term.cursor->occurrences();
  reader.stand_on(rank);
  const std::uint8_t code = reader.predecessor(occurrence);
  if (code == term.behind) return true;
  if (code != kSeveralPredecessors || term.before == nullptr) return false;
  return position > 0 && term.before->find(doc) &&
         stands_at(*term.before, position - 1);
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

// There are no places yet, of n documents.
[[gnu::noinline]] void PhraseCounter::none_of(std::uint32_t n) {
  size_ = with_count_ = 0;
  if (with_.size() <= n) with_.resize(std::size_t{n} + 1);
}

// Makes room for more places. What kernels load behind them is there too.
[[gnu::noinline]] void PhraseCounter::grow() {
  occurrences_.resize(2 * std::size_t{size_} + kTogether);
  leading_.resize(occurrences_.size());
  places_.resize(occurrences_.size() + kDecodeSlack);
}

inline void PhraseCounter::add(std::uint32_t place, std::uint32_t leading,
                               std::uint32_t occurrence) {
  if (occurrences_.size() == size_) grow();
  places_[size_] = place;
  leading_[size_] = leading;
  occurrences_[size_++] = occurrence;
}

void PhraseCounter::begin(const TermInDocuments& a, std::uint32_t* counts) {
  OccurrenceReader& reader = a.term->cursor->occurrences();
  none_of(a.n);
  offset_ = a.term->offset;
  for (std::uint32_t i = 0; i < a.n;) {
    const std::uint32_t some =
        reader.read(a.ranks + i, std::min(a.n - i, kTogether), runs_a_);
    for (std::uint32_t j = 0; j < some; ++j, ++i) {
      const Positions positions(reader.sums(), runs_a_[j]);
      counts[i] = positions.count();
      for (std::uint32_t k = 0; k < counts[i]; ++k) add(positions[k], 0, k);
      with_[with_count_++] = i;
    }
  }
  if (a.term->behind != 0) keep_behind(a, occurrences_, 0, counts);
}

// Of places, those of `a` if it is given: finds by vectors in which documents
// any is to be kept, and then which, unless places are not wanted.
void PhraseCounter::match(const TermInDocuments* a, const TermInDocuments& b,
                          bool places, std::uint32_t* counts) {
  const Kernels& kernel = *b.term->cursor->list().source().kernel;
  OccurrenceReader& reader = b.term->cursor->occurrences();
  if (a != nullptr) offset_ = a->term->offset;
  const std::uint32_t distance = b.term->offset - offset_;
  std::swap(places_, before_);
  places_.resize(occurrences_.size() + kDecodeSlack);
  none_of(b.n);
  offset_ = b.term->offset;
  std::uint32_t at = 0;
  for (std::uint32_t i = 0; i < b.n;) {
    std::uint32_t some = std::min(b.n - i, kTogether);
    const std::uint32_t* from = before_.data();
    if (a != nullptr) {
      OccurrenceReader& reader_a = a->term->cursor->occurrences();
      some = reader_a.read(a->ranks + i, some, runs_a_);
      from = reader_a.sums();
    }
    some = reader.read(b.ranks + i, some, runs_b_);
    for (std::uint32_t j = 0; a == nullptr && j < some; ++j) {
      runs_a_[j] = {at, counts[i + j], 0};
      at += counts[i + j];
    }
    kernel.count_rows(from, runs_a_, reader.sums(), runs_b_, some,
                      static_cast<std::int32_t>(distance), counts + i);
    std::uint32_t with = with_count_;
    for (std::uint32_t j = 0; places && j < some; ++j) {
      with_[with_count_] = i + j;
      with_count_ += counts[i + j] != 0 ? 1 : 0;
    }
    for (; with < with_count_; ++with) {
      const std::uint32_t w = with_[with];
      counts[w] = take(from, runs_a_[w - i], reader.sums(), runs_b_[w - i],
                       distance, counts[w]);
    }
    i += some;
  }
  if (!places) return;
  if (a != nullptr && a->term->behind != 0) {
    keep_behind(*a, leading_, distance, counts);
  }
  if (b.term->behind != 0) keep_behind(b, occurrences_, 0, counts);
}

// Adds the places of run b that are `distance` behind one of run a: `count`, or
// fewer in a damaged file. Returns how many.
std::uint32_t PhraseCounter::take(const std::uint32_t* a,
                                  const PositionRun& run_a,
                                  const std::uint32_t* b,
                                  const PositionRun& run_b,
                                  std::uint32_t distance, std::uint32_t count) {
  const Positions from(a, run_a);
  const Positions to(b, run_b);
  std::uint32_t found = 0;
  std::uint32_t at = 0;
  for (std::uint32_t i = 0; i < from.count() && found < count; ++i) {
    const std::uint32_t place = from[i] + distance;
    if (static_cast<std::int32_t>(distance) < 0 && place > from[i]) continue;
    at = to.find(place, at);
    if (at == to.count()) break;
    if (to[at] != place) continue;
    add(place, i, at);
    ++found;
  }
  return found;
}

// Keeps the places where a term, that stands `distance` before them, stands
// behind the word that was left out. (Its list may be asked, and may be that of
// the term: so of what was read nothing is needed any more.)
void PhraseCounter::keep_behind(const TermInDocuments& in,
                                const std::vector<std::uint32_t>& occurrences,
                                std::uint32_t distance, std::uint32_t* counts) {
  std::uint32_t at = 0;
  size_ = 0;
  for (std::uint32_t with = 0; with < with_count_; ++with) {
    const std::uint32_t i = with_[with];
    const std::uint32_t size = size_;
    for (const std::uint32_t end = at + counts[i]; at < end; ++at) {
      if (stands_behind(*in.term, in.docs[i], in.ranks[i], occurrences[at],
                        places_[at] - distance)) {
        places_[size_] = places_[at];
        occurrences_[size_++] = occurrences_[at];
      }
    }
    counts[i] = size_ - size;
  }
}

std::uint32_t PhraseCounter::count(const std::vector<PhraseTerm>& terms) {
  std::uint32_t count = 0;
  for (const PhraseTerm& term : terms) {
    ListCursor& cursor = *term.cursor;
    if (terms.size() == 1 && term.behind != 0) {
      // As a rule nothing but codes is read.
      bool several = false;
      count = cursor.count_behind(term.behind, several);
      if (!several) return count;
    }
    const std::uint32_t doc = cursor.doc();
    const std::uint32_t rank = cursor.rank();
    const TermInDocuments in{&term, &doc, &rank, 1};
    &term == terms.data() ? begin(in, &count) : keep(in, &count);
    if (count == 0) return 0;
  }
  return count;
}

void PhraseCounter::recount(const std::vector<PhraseTerm>& terms,
                            const TermInDocuments& in, std::uint32_t* counts) {
  if (terms[0].before == nullptr) return;  // they are
  for (std::uint32_t i = 0; i < in.n; ++i) {
    if (counts[i] == 0) continue;
    terms[0].cursor->stand_on(in.docs[i], in.ranks[i]);
    counts[i] = count(terms);
  }
}

}  // namespace kwic
