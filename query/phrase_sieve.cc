// SPDX-License-Identifier: Apache-2.0
#include "query/phrase_sieve.h"

namespace kwic {
namespace {

// Whether predecessor codes tell which documents have the phrase.
bool only_codes(const RequiredPhrase& phrase) {
  return phrase.terms.size() == 1 && phrase.terms[0].behind != 0;
}

// How often a term of a phrase stands in it behind the same word.
std::uint32_t times_in(const RequiredPhrase& phrase, const PhraseTerm& term) {
  std::uint32_t times = 0;
  for (const PhraseTerm& other : phrase.terms) {
    times += other.cursor == term.cursor && other.behind == term.behind ? 1 : 0;
  }
  return times;
}

// The second term of a phrase to be read: the rarest that is not in the list of
// the first. Null if there is none.
[[gnu::noinline]] const PhraseTerm* second_of(const RequiredPhrase& phrase) {
  for (const PhraseTerm& term : phrase.terms) {
    if (term.cursor != phrase.terms[0].cursor) return &term;
  }
  return nullptr;
}

}  // namespace

void PhraseSieve::open(const std::vector<RequiredPhrase*>& phrases) {
  phrases_ = &phrases;
  for (RequiredPhrase* phrase : phrases) phrase->counts.resize(kWindowDocs);
  counts_.clear();
}

[[gnu::noinline]] TermInDocuments PhraseSieve::in(const PhraseTerm& term,
                                                  Candidates& candidates) {
  Candidates::Lane& lane = candidates.lane(candidates.lane_of(*term.cursor));
  candidates.rank(lane);
  return {&term, candidates.docs(), lane.ranks.data(), candidates.size()};
}

// Keeps the candidates of which `wanted` is not 0, with that and the counts of
// earlier phrases.
[[gnu::noinline]] void PhraseSieve::keep(std::vector<std::uint32_t>& wanted,
                                         Candidates& candidates) {
  std::uint32_t* const kept = wanted.data();
  if (counts_.empty()) {
    return candidates.keep_if([=](std::uint32_t i, std::uint32_t place) {
      return (kept[place] = kept[i]) != 0;
    });
  }
  candidates.keep_if([=, this](std::uint32_t i, std::uint32_t place) {
    for (std::uint32_t* counts : counts_) counts[place] = counts[i];
    return (kept[place] = kept[i]) != 0;
  });
}

void PhraseSieve::drop_without(RequiredPhrase& phrase, Candidates& candidates) {
  const PhraseTerm* const b = second_of(phrase);
  if (b == nullptr || !asked_as_a_whole(b->cursor->list())) return;
  counter_.count_pairs(in(phrase.terms[0], candidates), in(*b, candidates),
                       phrase.counts.data());
  keep(phrase.counts, candidates);
}

void PhraseSieve::sift(Candidates& candidates) {
  counts_.clear();
  for (RequiredPhrase* phrase : *phrases_) {
    if (only_codes(*phrase)) {
      keep_behind(*phrase, phrase->terms[0], candidates);
    } else {
      sift_by_codes(*phrase, candidates);
      count_places(*phrase, candidates);
    }
    counts_.push_back(phrase->counts.data());
  }
}

// Counts how often a term of the phrase stands behind the frequent word that
// was left out before it, and drops the candidates in which it does so less
// often than in the phrase ("to be or not to be": twice).
// Where codes are not sure that is counted anew, if nothing else is looked at.
void PhraseSieve::keep_behind(RequiredPhrase& phrase, const PhraseTerm& term,
                              Candidates& candidates) {
  const std::uint32_t least = times_in(phrase, term);
  const TermInDocuments all = in(term, candidates);
  OccurrenceReader& reader = term.cursor->occurrences();
  for (std::uint32_t i = 0; i < all.n;) {
    bool several = false;
    std::uint32_t* const counts = phrase.counts.data() + i;
    const std::uint32_t some = reader.count_behind(
        all.ranks + i, all.n - i, term.behind, counts, several);
    if (several && only_codes(phrase)) {
      counter_.recount(phrase.terms, {&term, all.docs + i, all.ranks + i, some},
                       counts);
    }
    for (std::uint32_t j = 0; j < some; ++j) {
      counts[j] = counts[j] < least ? 0 : counts[j];
    }
    i += some;
  }
  keep(phrase.counts, candidates);
}

// Whether to look at codes before positions: where that is done for whole
// blocks, which is a matter of a few nanoseconds a candidate, and found to drop
// some. A term that is often in a document is behind most words somewhere.
bool PhraseSieve::worth_codes(const PhraseTerm& term, Candidates& candidates) {
  constexpr std::uint32_t kOften = 8;
  constexpr std::uint32_t kMany = 8;
  constexpr std::uint32_t kSample = 64;
  if (term.behind == 0 || candidates.empty()) return false;
  const TermInfo& info = term.cursor->list().info();
  if (info.collection_freq / kOften >= info.doc_freq) return false;
  if (term.tried >= kSample && term.kept > term.tried - term.tried / 4) {
    return false;
  }
  const TermInDocuments all = in(term, candidates);
  const std::uint32_t postings = all.ranks[all.n - 1] - all.ranks[0];
  return postings / kBlockPostings <= all.n / kMany;
}

// Drops candidates by codes as far as that is worth it.
void PhraseSieve::sift_by_codes(RequiredPhrase& phrase,
                                Candidates& candidates) {
  const PhraseTerm* last = nullptr;
  for (PhraseTerm& term : phrase.terms) {
    if (!worth_codes(term, candidates)) continue;
    // "to be or not to be"
    if (last != nullptr && last->cursor == term.cursor &&
        last->behind == term.behind) {
      continue;
    }
    last = &term;
    term.tried += candidates.size();
    keep_behind(phrase, term, candidates);
    term.kept += candidates.size();
  }
}

// Of a word in a row with itself, every place is one to begin with: more than
// should be kept of many documents.
void PhraseSieve::count_one_by_one(RequiredPhrase& phrase,
                                   Candidates& candidates) {
  for (std::uint32_t i = 0; i < candidates.size(); ++i) {
    candidates.stand_on(i);
    phrase.counts[i] = counter_.count(phrase.terms);
  }
  keep(phrase.counts, candidates);
}

void PhraseSieve::count_places(RequiredPhrase& phrase, Candidates& candidates) {
  std::uint32_t* const counts = phrase.counts.data();
  const PhraseTerm& first = phrase.terms[0];
  const PhraseTerm* const second = second_of(phrase);
  if (second == nullptr) return count_one_by_one(phrase, candidates);
  if (candidates.empty()) return;
  if (phrase.terms.size() == 2 && first.behind + second->behind == 0) {
    counter_.count_pairs(in(first, candidates), in(*second, candidates),
                         counts);
  } else {
    counter_.begin(in(first, candidates), in(*second, candidates), counts);
  }
  keep(phrase.counts, candidates);
  for (const PhraseTerm& term : phrase.terms) {
    if (candidates.empty()) return;
    if (&term == &first || &term == second) continue;
    counter_.keep(in(term, candidates), counts);
    keep(phrase.counts, candidates);
  }
}

}  // namespace kwic
