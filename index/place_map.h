// SPDX-License-Identifier: Apache-2.0
// Here is a place of a run, give me its document and position.
//
// DESCRIPTION. A run counts the positions of all its documents through: the
// *place* of an occurrence is one number of 27 bits from which document and
// position follow. So an occurrence takes four bytes, its predecessor code
// included, while it is sorted, in a temporary file and when it is merged, and
// nothing has to be encoded or remembered of one for the next.
//
// IMPLEMENTATION. There is the place where each document begins, and a table of
// the document of every 256th place or so, more if documents are long. From
// there the begins of eight documents are compared at once.
#ifndef KWIC_INDEX_PLACE_MAP_H_
#define KWIC_INDEX_PLACE_MAP_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace kwic {

class PlaceMap {
 public:
  // Of a number of 32 bits; the predecessor code (index/place_codes.h) has the
  // rest.
  static constexpr unsigned kPlaceBits = 27;
  static constexpr std::uint32_t kPlaceMask = (1U << kPlaceBits) - 1;
  static constexpr std::size_t kMostPlaces = std::size_t{1} << kPlaceBits;
  // decode() likes to see this many places that follow.
  static constexpr std::size_t kAhead = 24;

  PlaceMap() = default;
  // For so many documents, and at most so many places, in the memory given,
  // which must outlive this. REQUIRES: memory_size() of it.
  PlaceMap(std::size_t documents, std::size_t places,
           std::span<std::uint32_t> memory);
  // Numbers.
  static std::size_t memory_size(std::size_t documents,
                                 std::size_t places) noexcept;

  // Adds a document; `first_position` if it is a further part of one. False if
  // there is no room for it.
  bool add(std::uint32_t length, std::uint32_t first_position);

  // Those of the documents added.
  std::uint32_t documents() const noexcept { return documents_; }
  std::uint32_t places() const noexcept { return places_; }

  // Document and position of the n places that `entries` begins with, whatever
  // their codes. REQUIRES: all `readable` entries hold places below places().
  void decode(const std::uint32_t* entries, std::size_t n, std::size_t readable,
              std::uint32_t* documents,
              std::uint32_t* positions) const noexcept;

 private:
  std::span<std::uint32_t> begins_;  // places; the end of the last behind them
  std::span<std::uint32_t> landmarks_;  // documents of every 2^shift_-th place
  std::size_t landmark_count_ = 0;
  unsigned shift_ = 0;
  std::uint32_t documents_ = 0;
  std::uint32_t places_ = 0;
  std::size_t most_places_ = 0;
  std::size_t most_documents_ = 0;
  // The documents that went before in another run, mostly none, and where they
  // go on in this.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> further_parts_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_PLACE_MAP_H_
