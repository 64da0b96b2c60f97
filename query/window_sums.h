// SPDX-License-Identifier: Apache-2.0
// WindowSums: which documents of a window could reach a score, by the impact
// codes of several dense lists?
//
// DESCRIPTION. The bound of each posting is rounded up to units of which 160
// make the score asked for, so that a sum fits a byte; a kernel spreads the
// codes of a list over the documents its bitset names and adds them up, 64
// documents at a time (format/kernels.h: expand_add, collect). That costs about
// as much as looking at five documents one by one.
#ifndef KWIC_QUERY_WINDOW_SUMS_H_
#define KWIC_QUERY_WINDOW_SUMS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "format/posting_list.h"

namespace kwic {

// Keeps its buffers from query to query.
class WindowSums {
 public:
  void clear() {
    parts_.clear();
    score_ = 0;
  }

  // A dense list; its postings score at most `weight` times their saturation.
  void add(const PostingList& list, float weight) {
    parts_.push_back({&list, weight, {}});
  }

  // The documents of the window, as offsets in it, whose scores in all lists
  // may add up to `score` (above 0) or more. Valid until the next call.
  std::span<const std::uint16_t> reaching(std::uint32_t window, float score);

 private:
  struct Part {
    const PostingList* list;
    float weight;
    std::uint8_t units[kImpactLevels];
  };

  void set_units(float score);

  std::vector<Part> parts_;
  float score_ = 0;  // that the units were made for
  std::uint8_t sums_[kWindowDocs + 64];
  std::uint16_t found_[kWindowDocs];
};

}  // namespace kwic

#endif  // KWIC_QUERY_WINDOW_SUMS_H_
