// SPDX-License-Identifier: Apache-2.0
// ConjunctBounds: how much a document that has all required terms and phrases
// can score, by the impact codes of its postings.
//
// A term scores at most its weight times the bound of its code. A phrase occurs
// at most as often as each of its words, so it scores at most its weight times
// the least bound of a word. Sums are real numbers where scores are sums of
// floats, so a bound is held against the threshold with a little to spare.
//
// Source: S. Ding and T. Suel, "Faster top-k document retrieval using
// block-max indexes", SIGIR 2011 (the conjunctive case).
#ifndef KWIC_QUERY_CONJUNCT_BOUNDS_H_
#define KWIC_QUERY_CONJUNCT_BOUNDS_H_

#include <cstdint>
#include <vector>

#include "query/candidates.h"
#include "query/top_k.h"
#include "query/window_sums.h"

namespace kwic {

class ConjunctBounds {
 public:
  // Sums of bounds, times this, are no less than any sum of floats.
  static constexpr float kUp = 1.00001F;
  static bool wants(const TopK& top, float bound) noexcept {
    return top.wants(bound * kUp);
  }

  void clear();
  // A part that every document has: a term's list, or those of a phrase's
  // words. `lanes` are of `candidates`, which stay the same.
  void add(const Candidates& candidates, float weight,
           const std::vector<std::uint32_t>& lanes);
  // A part that a document may have.
  void add_optional(float max_score) {
    optional_ += max_score;
    rest_ += max_score;
  }

  // Of a document whose posting in the leader has a saturation bound.
  float with_leader(std::uint16_t bound) const noexcept;
  // Of the documents of a window. REQUIRES: all lists are dense.
  float of_window(const Candidates& candidates,
                  std::uint32_t window) const noexcept;
  // Of each candidate; valid until the next call. Of dense lists only the
  // bound of the window counts, unless they are ranked and their codes are
  // wanted: finding a code takes counting.
  float* of_all(const Candidates& candidates);

  // The weights of the required parts, each with the rarest of its lists, to
  // `sums`; and what the other parts may add to that.
  void set_sums(const Candidates& candidates, WindowSums& sums) const;
  float optional() const noexcept { return optional_; }

 private:
  // Its weight times the least saturation bound of lanes_[begin, end).
  struct Part {
    float weight;
    std::uint32_t begin;
    std::uint32_t end;
  };

  static void bound_lane(const Candidates& candidates, std::uint32_t lane,
                         float* out);

  std::vector<Part> parts_;
  std::vector<std::uint32_t> lanes_;
  float optional_ = 0;     // what optional parts can add
  float lead_weight_ = 0;  // of the parts that the leader bounds
  float rest_ = 0;         // what all others can add
  std::vector<float> sums_;
  std::vector<float> least_;
  std::vector<float> lane_bounds_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_CONJUNCT_BOUNDS_H_
