// SPDX-License-Identifier: Apache-2.0
#include "query/phrase.h"

#include <algorithm>

namespace kwic {
namespace {

// Keeps the starts s with s + offset in `positions`. Both ascend.
void keep_followed(std::vector<std::uint32_t>& starts, PositionStream positions,
                   std::uint32_t offset) {
  std::size_t kept = 0;
  std::uint32_t position = positions.next();
  for (const std::uint32_t start : starts) {
    const std::uint32_t wanted = start + offset;
    while (position < wanted) position = positions.next();
    if (position == wanted) starts[kept++] = start;
  }
  starts.resize(kept);
}

}  // namespace

// (Not a stable sort, which allocates: the offsets make the order total.)
void PhraseCounter::order(std::vector<PhraseTerm>& terms) {
  std::sort(terms.begin(), terms.end(),
            [](const PhraseTerm& a, const PhraseTerm& b) {
              const auto x = a.cursor->list().info().collection_freq;
              const auto y = b.cursor->list().info().collection_freq;
              return x < y || (x == y && a.offset < b.offset);
            });
}

std::uint32_t PhraseCounter::count(const std::vector<PhraseTerm>& terms) {
  PositionStream positions;
  if (!terms[0].cursor->positions(positions)) return 0;
  start_with(positions, terms[0].offset);
  for (std::size_t i = 1; i < terms.size() && !starts_.empty(); ++i) {
    if (!terms[i].cursor->positions(positions)) return 0;
    keep_followed(starts_, positions, terms[i].offset);
  }
  return static_cast<std::uint32_t>(starts_.size());
}

void PhraseCounter::start_with(PositionStream positions, std::uint32_t offset) {
  starts_.clear();
  for (std::uint32_t p = positions.next(); p != kNoPosition;
       p = positions.next()) {
    if (p >= offset) starts_.push_back(p - offset);
  }
}

}  // namespace kwic
