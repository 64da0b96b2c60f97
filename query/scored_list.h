// SPDX-License-Identifier: Apache-2.0
// ScoredList: a posting list of a query with its weight and its score bounds.
//
// Scores are bounded in two ways: as floats, and in whole units of a size that
// the search chooses so that the threshold lies around 160 of them. Unit bounds
// are rounded up, so a sum of units below the threshold proves that the score
// is below it too.
#ifndef KWIC_QUERY_SCORED_LIST_H_
#define KWIC_QUERY_SCORED_LIST_H_

#include <cstdint>

#include "format/bm25.h"
#include "query/list_cursor.h"

namespace kwic {

// Bounds in units of which `per_unit` go into a score of 1: rounded up, 1 to
// 255.
void score_units(const float* scores, std::uint32_t n, float per_unit,
                 std::uint8_t* units) noexcept;

class ScoredList {
 public:
  // `weight`: idf, times the number of clauses that name the term.
  void open(PostingSource& source, const TermInfo& info, float weight,
            const Bm25Norm& norm);

  // Another clause names the same term.
  void add_weight(float weight);

  ListCursor& cursor() noexcept { return cursor_; }
  const PostingList& list() const noexcept { return cursor_.list(); }
  float weight() const noexcept { return weight_; }

  // No document scores more.
  float max_score() const noexcept { return max_score_; }
  // `least`, or more if at least k documents are known to score that or more.
  float floor_of(std::size_t k, float least) const;

  // Exact score of the document the cursor stands on, whose length is given.
  float score(std::uint32_t length) {
    return weight_ * bm25_saturation(cursor_.frequency(), norm_(length));
  }

  // The least code, from 1 on, of a posting that may score `bar` or more;
  // kImpactLevels if there is none. REQUIRES: coded.
  int least_code(float bar) const;

  // The scores of `n` <= kBlockPostings postings of ascending ranks, of which
  // norms[i] is that of the document's length: exactly those of score().
  void scores(const std::uint32_t* ranks, std::uint32_t n, const float* norms,
              float* out);

  // --- bounds in units ------------------------------------------------------
  void set_unit(float unit);
  std::uint8_t units(int code) const noexcept { return units_[code]; }
  const std::uint8_t* unit_table() const noexcept { return units_; }
  std::uint8_t max_units() const noexcept { return units_[kImpactLevels - 1]; }

  // --- lists without codes: at most one block, scored as a whole ------------
  // Scores every posting; for a list with codes it does nothing. Needed before
  // any of the calls below, and for max_score() and floor_of() to be close.
  void score_small();
  bool small() const noexcept { return !list().coded(); }
  std::uint32_t small_count() const noexcept { return small_count_; }
  std::uint32_t small_doc(std::uint32_t i) const noexcept {
    return small_docs_[i];
  }
  const std::uint32_t* small_docs() const noexcept { return small_docs_; }
  const float* small_scores() const noexcept { return small_scores_; }
  float small_score(std::uint32_t i) const noexcept { return small_scores_[i]; }
  std::uint8_t small_units(std::uint32_t i) const noexcept {
    return small_units_[i];
  }

 private:
  ListCursor cursor_;
  Bm25Norm norm_{0, 0};
  float weight_ = 0;
  float max_score_ = 0;
  float per_unit_ = 0;  // 1 / unit
  std::uint8_t units_[kImpactLevels] = {};
  std::uint32_t small_count_ = 0;
  const std::uint32_t* small_docs_ = nullptr;
  float small_scores_[kBlockPostings];
  std::uint8_t small_units_[kBlockPostings];
};

}  // namespace kwic

#endif  // KWIC_QUERY_SCORED_LIST_H_
