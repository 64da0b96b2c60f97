// SPDX-License-Identifier: Apache-2.0
// Candidates: documents that may match all required lists of a query, a few
// at a time, and their ranks in those lists as far as they are known.
#ifndef KWIC_QUERY_CANDIDATES_H_
#define KWIC_QUERY_CANDIDATES_H_

#include <cstdint>
#include <vector>

#include "query/scored_list.h"

namespace kwic {

class Candidates {
 public:
  // What is known of a required list.
  struct Lane {
    ScoredList* scored = nullptr;
    bool ranked = false;  // ranks are those of the candidates
    // Of a dense list: its codes, not only its windows, bound scores once it is
    // ranked.
    bool bounds_by_codes = false;
    std::vector<std::uint32_t> ranks;
    const PostingList& list() const noexcept { return scored->list(); }
  };

  // Opens without candidates; a lane for each of the lists, in order, of which
  // the first leads. Keeps its memory.
  void open(const std::vector<ScoredList*>& lists);

  std::uint32_t lanes() const noexcept { return lane_count_; }
  Lane& lane(std::uint32_t i) noexcept { return lanes_[i]; }
  const Lane& lane(std::uint32_t i) const noexcept { return lanes_[i]; }
  std::uint32_t lane_of(const ListCursor& cursor) const noexcept;

  std::uint32_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  std::uint32_t operator[](std::uint32_t i) const noexcept { return docs_[i]; }
  const std::uint32_t* docs() const noexcept { return docs_.data(); }

  // Forgets all of them. At most as many as a window has documents may be
  // added, ascending.
  void clear() noexcept;
  void add(std::uint32_t doc) noexcept { docs_[size_++] = doc; }
  // Those of `n` postings of the leader (at most a block) that have a one in
  // `mask`, the first of rank `first_rank`. REQUIRES: empty().
  void add_leading(const std::uint32_t* docs, std::uint32_t n,
                   const std::uint64_t mask[4], std::uint32_t first_rank);
  // All of them, without ranks.
  void add_leading(const std::uint32_t* docs, std::uint32_t n);
  // Drops those that are not below `end`.
  void drop_from(std::uint32_t end) noexcept;

  // Keeps the candidates of which wanted(i, place) is true, where `i` is their
  // place now and `place` that which they get: the caller may move there what
  // else is known of a candidate. Without a branch: which are kept is anyone's
  // guess.
  template <typename Wanted>
  void keep_if(const Wanted& wanted) {
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < size_; ++i) {
      which_[kept] = i;
      kept += wanted(i, kept) ? 1 : 0;
    }
    keep(kept);
  }
  // Keeps those that are in the list of a lane.
  void narrow(std::uint32_t lane, bool wants_ranks);
  // Finds the ranks of a lane.
  void rank(Lane& lane);

  // The cursors of all lanes stand on a candidate. REQUIRES: lanes that are
  // not dense are ranked.
  void stand_on(std::uint32_t candidate);

 private:
  // Keeps the candidates which_[0, n).
  void keep(std::uint32_t n);

  std::vector<Lane> lanes_;  // the first lane_count_
  std::uint32_t lane_count_ = 0;
  std::uint32_t size_ = 0;
  std::vector<std::uint32_t> docs_;
  std::vector<std::uint32_t> which_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_CANDIDATES_H_
