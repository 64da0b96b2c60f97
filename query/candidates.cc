// SPDX-License-Identifier: Apache-2.0
#include "query/candidates.h"

#include <algorithm>

#include "format/kernels.h"

namespace kwic {

void Candidates::open(const std::vector<ScoredList*>& lists) {
  lane_count_ = static_cast<std::uint32_t>(lists.size());
  // As many candidates as there are at once, and what kernels write behind.
  const std::uint32_t most =
      lists[0]->list().dense() ? kWindowDocs : kBlockPostings;
  const std::size_t room = std::size_t{most} + kDecodeSlack;
  if (lanes_.size() < lane_count_) lanes_.resize(lane_count_);
  for (std::uint32_t i = 0; i < lane_count_; ++i) {
    lanes_[i].scored = lists[i];
    lanes_[i].ranked = lanes_[i].bounds_by_codes = false;
    lanes_[i].ranks.resize(std::max(lanes_[i].ranks.size(), room));
  }
  docs_.resize(std::max(docs_.size(), room));
  which_.resize(std::max(which_.size(), room));
  size_ = 0;
}

std::uint32_t Candidates::lane_of(const ListCursor& cursor) const noexcept {
  std::uint32_t lane = 0;
  while (&lanes_[lane].scored->cursor() != &cursor) ++lane;
  return lane;
}

void Candidates::clear() noexcept {
  size_ = 0;
  for (std::uint32_t l = 0; l < lane_count_; ++l) lanes_[l].ranked = false;
}

void Candidates::add_leading(const std::uint32_t* docs, std::uint32_t n,
                             const std::uint64_t mask[4],
                             std::uint32_t first_rank) {
  const PostingList& leader = lanes_[0].list();
  size_ = leader.source().kernel->take_masked(
      docs, n, mask, first_rank, docs_.data(), lanes_[0].ranks.data());
}

void Candidates::add_leading(const std::uint32_t* docs, std::uint32_t n) {
  std::copy_n(docs, n, docs_.data());
  size_ = n;
}

void Candidates::drop_from(std::uint32_t end) noexcept {
  while (size_ > 0 && docs_[size_ - 1] >= end) --size_;
}

void Candidates::keep(std::uint32_t n) {
  const std::uint32_t* const which = which_.data();
  for (std::uint32_t i = 0; i < n; ++i) docs_[i] = docs_[which[i]];
  size_ = n;
  for (std::uint32_t l = 0; l < lane_count_; ++l) {
    if (!lanes_[l].ranked) continue;
    std::uint32_t* const ranks = lanes_[l].ranks.data();
    for (std::uint32_t i = 0; i < n; ++i) ranks[i] = ranks[which[i]];
  }
}

void Candidates::narrow(std::uint32_t lane, bool wants_ranks) {
  ListCursor& cursor = lanes_[lane].scored->cursor();
  keep(cursor.find_all(docs_.data(), size_, which_.data(),
                       lanes_[lane].ranks.data()));
  lanes_[lane].ranked = wants_ranks && !cursor.list().dense();
}

void Candidates::rank(Lane& lane) {
  if (lane.ranked) return;
  lane.ranked = true;
  lane.scored->cursor().rank_all(docs_.data(), size_, lane.ranks.data());
}

void Candidates::stand_on(std::uint32_t candidate) {
  for (std::uint32_t l = 0; l < lane_count_; ++l) {
    ListCursor& cursor = lanes_[l].scored->cursor();
    if (lanes_[l].ranked) {
      cursor.stand_on(docs_[candidate], lanes_[l].ranks[candidate]);
    } else {
      cursor.stand_on(docs_[candidate]);
    }
  }
}

}  // namespace kwic
