// SPDX-License-Identifier: Apache-2.0
#include "query/phrase_sieve.h"

#include <algorithm>

namespace kwic {

void PhraseSieve::open() {
  signs_.resize(kWindowDocs);
  counts_.resize(kWindowDocs);
  counted_ = false;
  sifted_ = sifted_out_ = 0;
}

bool PhraseSieve::drop_without(const RequiredPhrase& phrase,
                               Candidates& candidates, bool only_asked_for) {
  const PhraseTerm& a = phrase.terms[0];
  const auto b = std::find_if(
      phrase.terms.begin(), phrase.terms.end(),
      [&a](const PhraseTerm& term) { return term.cursor != a.cursor; });
  if (b == phrase.terms.end()) return false;
  const bool exact =
      phrase.terms.size() == 2 && a.behind == 0 && b->behind == 0;
  if (only_asked_for && !asked_as_a_whole(b->cursor->list())) return false;
  if (!only_asked_for && !exact) {
    if (sifted_out_ < sifted_ / 2) return false;
    sifted_ += candidates.size();
    sifted_out_ += candidates.size();
  }
  Candidates::Lane& lane_a = candidates.lane(candidates.lane_of(*a.cursor));
  Candidates::Lane& lane_b = candidates.lane(candidates.lane_of(*b->cursor));
  candidates.rank(lane_a);
  candidates.rank(lane_b);
  counter_.count_pairs(a, lane_a.ranks.data(), *b, lane_b.ranks.data(),
                       candidates.size(), counts_.data());
  candidates.keep_if([this](std::uint32_t i, std::uint32_t place) {
    counts_[place] = counts_[i];
    return counts_[place] != 0;
  });
  if (!only_asked_for && !exact) sifted_out_ -= candidates.size();
  return exact;
}

bool PhraseSieve::sift(const std::vector<RequiredPhrase*>& phrases,
                       Candidates& candidates) {
  bool sure = true;
  for (const RequiredPhrase* phrase : phrases) {
    const bool behind = drop_not_behind(*phrase, candidates);
    const bool exact = drop_without(*phrase, candidates, false);
    sure &= exact || (behind && phrase->terms.size() == 1);
    counted_ = exact && phrases.size() == 1;
  }
  return sure;
}

// Drops the candidates in which a term never stands behind the frequent word
// that was left out before it. False if that is not sure of all that are left.
bool PhraseSieve::drop_not_behind(const RequiredPhrase& phrase,
                                  Candidates& candidates) {
  bool sure = true;
  const PhraseTerm* last = nullptr;
  for (const PhraseTerm& term : phrase.terms) {
    if (term.behind == 0) continue;
    // "to be or not to be"
    if (last != nullptr && last->cursor == term.cursor &&
        last->behind == term.behind) {
      continue;
    }
    last = &term;
    Candidates::Lane& lane = candidates.lane(candidates.lane_of(*term.cursor));
    candidates.rank(lane);
    std::fill_n(signs_.begin(), candidates.size(), ~std::uint64_t{0});
    sure &= !term.cursor->keep_behind(lane.ranks.data(), candidates.size(),
                                      term.behind, signs_.data());
    candidates.keep_if(
        [this](std::uint32_t i, std::uint32_t) { return signs_[i] != 0; });
  }
  return sure;
}

bool PhraseSieve::has_all(const std::vector<RequiredPhrase*>& phrases) {
  return std::all_of(phrases.begin(), phrases.end(),
                     [this](const RequiredPhrase* phrase) {
                       return counter_.count(phrase->terms) != 0;
                     });
}

}  // namespace kwic
