// SPDX-License-Identifier: Apache-2.0
// PageRequests: asks the system for pages of a mapping before they are read.
//
// A page that is not in memory costs a wait of its own when it is touched.
// Pages asked for together are fetched together. A page is asked for once in
// the life of the object: from then on asking costs a look at a bitmap and no
// system call, so that it may stand on the way of every query.
//
// Thread-safety: any number of threads may ask() at once.
#ifndef KWIC_BASE_PAGE_REQUESTS_H_
#define KWIC_BASE_PAGE_REQUESTS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace kwic {

class PageRequests {
 public:
  // What tells the system of pages; they begin at a multiple of unit().
  using Advise = void (*)(const std::uint8_t* begin, std::size_t size);

  // Of no bytes: asks for nothing.
  PageRequests() = default;

  // Of a mapping that begins at a page. Units of more than a page are used
  // where the bitmap would become large. Without memory nothing is asked for.
  void cover(ByteView mapping, std::size_t page_size, Advise tell) noexcept;

  std::size_t unit() const noexcept { return std::size_t{1} << shift_; }

  // Asks for those pages of [begin, begin + size) that lie in the mapping and
  // have not been asked for. True if there were any.
  bool ask(const std::uint8_t* begin, std::uint64_t size) const noexcept {
    Range units;
    if (!units_of(begin, size, units) || asked(units)) return false;
    ask_rest(units);
    return true;
  }

 private:
  struct Range {
    std::size_t first = 0;
    std::size_t last = 0;  // included
  };

  static constexpr std::size_t kWordBits = 64;
  static constexpr std::uint64_t kAll = ~std::uint64_t{0};

  // Which units hold the bytes; false if none of them is in the mapping.
  bool units_of(const std::uint8_t* begin, std::uint64_t size,
                Range& units) const noexcept {
    const std::uint64_t at = reinterpret_cast<std::uintptr_t>(begin) -
                             reinterpret_cast<std::uintptr_t>(mapping_.data());
    if (at >= mapping_.size() || size == 0) return false;
    const std::uint64_t left = mapping_.size() - at;
    units.first = static_cast<std::size_t>(at >> shift_);
    units.last = static_cast<std::size_t>(
        (at + (size < left ? size : left) - 1) >> shift_);
    return true;
  }

  // The bits of word `word` that lie in a range that reaches into it.
  static std::uint64_t mask(const Range& units, std::size_t word) noexcept {
    std::uint64_t bits = kAll;
    if (word == units.first / kWordBits) bits <<= units.first % kWordBits;
    if (word == units.last / kWordBits) {
      bits &= kAll >> (kWordBits - 1 - units.last % kWordBits);
    }
    return bits;
  }

  bool asked(const Range& units) const noexcept {
    for (std::size_t w = units.first / kWordBits; w <= units.last / kWordBits;
         ++w) {
      const std::uint64_t wanted = mask(units, w);
      if ((asked_[w].load(std::memory_order_relaxed) & wanted) != wanted) {
        return false;
      }
    }
    return true;
  }

  void ask_rest(const Range& units) const noexcept;
  void advise(std::size_t begin, std::size_t end) const noexcept;

  ByteView mapping_;
  unsigned shift_ = 0;
  Advise advise_ = nullptr;
  std::unique_ptr<std::atomic<std::uint64_t>[]> asked_;
};

}  // namespace kwic

#endif  // KWIC_BASE_PAGE_REQUESTS_H_
