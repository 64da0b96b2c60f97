// SPDX-License-Identifier: Apache-2.0
#include "base/page_requests.h"

#include <algorithm>
#include <bit>
#include <new>

namespace kwic {
namespace {

// 64 KiB of bits: a page each in files up to 2 GiB.
constexpr std::size_t kMostUnits = std::size_t{1} << 19;

}  // namespace

void PageRequests::cover(ByteView mapping, std::size_t page_size,
                         Advise tell) noexcept {
  mapping_ = {};
  if (mapping.empty()) return;
  shift_ = static_cast<unsigned>(std::countr_zero(page_size));
  while ((mapping.size() - 1) >> shift_ >= kMostUnits) ++shift_;
  const std::size_t units = ((mapping.size() - 1) >> shift_) + 1;
  const std::size_t words = (units + kWordBits - 1) / kWordBits;
  asked_.reset(new (std::nothrow) std::atomic<std::uint64_t>[words]());
  if (asked_ == nullptr) return;
  mapping_ = mapping;
  advise_ = tell;
}

// Marks first and advises then: who comes second has nothing to do.
void PageRequests::ask_rest(const Range& units) const noexcept {
  std::size_t begin = 0;  // of a run that is to be asked for
  std::size_t end = 0;
  for (std::size_t w = units.first / kWordBits; w <= units.last / kWordBits;
       ++w) {
    const std::uint64_t wanted = mask(units, w);
    std::uint64_t rest =
        wanted & ~asked_[w].fetch_or(wanted, std::memory_order_relaxed);
    while (rest != 0) {
      const auto low = static_cast<unsigned>(std::countr_zero(rest));
      const auto run = static_cast<unsigned>(std::countr_one(rest >> low));
      const std::size_t at = w * kWordBits + low;
      if (at != end) {
        advise(begin, end);
        begin = at;
      }
      end = at + run;
      if (low + run == kWordBits) break;
      rest = rest >> (low + run) << (low + run);
    }
  }
  advise(begin, end);
}

// The units [begin, end).
void PageRequests::advise(std::size_t begin, std::size_t end) const noexcept {
  if (begin == end) return;
  const std::size_t from = begin << shift_;
  const std::size_t to = std::min(end << shift_, mapping_.size());
  advise_(mapping_.data() + from, to - from);
}

}  // namespace kwic
