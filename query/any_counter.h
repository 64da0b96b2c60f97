// SPDX-License-Identifier: Apache-2.0
// AnyCounter: in how many documents is at least one of several terms?
//
// The documents of all lists are marked in a bitset, window by window, and its
// ones are counted.
#ifndef KWIC_QUERY_ANY_COUNTER_H_
#define KWIC_QUERY_ANY_COUNTER_H_

#include <cstdint>
#include <vector>

#include "query/scored_list.h"

namespace kwic {

// Keeps its buffers from query to query.
class AnyCounter {
 public:
  std::uint64_t count(PostingSource& source, std::vector<ScoredList*>& lists);

 private:
  std::uint64_t count_windows();
  void mark(ScoredList& scored, std::uint32_t from, std::uint32_t to,
            std::uint32_t& at);

  PostingSource* source_ = nullptr;
  std::vector<ScoredList*> lists_;    // of those given, those not empty
  std::vector<std::uint64_t> marks_;  // the bitset; zero between windows
  std::vector<std::uint32_t> next_blocks_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_ANY_COUNTER_H_
