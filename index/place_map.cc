// SPDX-License-Identifier: Apache-2.0
#include "index/place_map.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace kwic {
namespace {

constexpr unsigned kLeastShift = 6;

// About four landmarks for each document: few, so that they stay in the cache,
// and near enough to be right mostly.
unsigned landmark_shift(std::size_t documents, std::size_t places) noexcept {
  const std::size_t mean = places / std::max<std::size_t>(documents, 1);
  return std::max(static_cast<unsigned>(std::bit_width(mean / 4)),
                  kLeastShift + 1) -
         1;
}

}  // namespace

std::size_t PlaceMap::memory_size(std::size_t documents,
                                  std::size_t places) noexcept {
  return documents + 1 + (places >> landmark_shift(documents, places)) + 1;
}

PlaceMap::PlaceMap(std::size_t documents, std::size_t places,
                   std::span<std::uint32_t> memory)
    : begins_(memory.first(documents + 1)),
      landmarks_(memory.subspan(documents + 1)),
      shift_(landmark_shift(documents, places)),
      most_places_(std::min(places, kMostPlaces)) {
  begins_[0] = 0;
}

bool PlaceMap::add(std::uint32_t length, std::uint32_t first_position) {
  if (documents_ + std::size_t{1} >= begins_.size()) return false;
  if (length > most_places_ - places_) return false;
  if (first_position != 0) {
    further_parts_.emplace_back(documents_, first_position);
  }
  places_ += length;
  while (landmark_count_ << shift_ < places_) {
    landmarks_[landmark_count_++] = documents_;
  }
  begins_[++documents_] = places_;
  return true;
}

// Places of most terms are few and far from each other, so what will be looked
// at is asked for ahead: places of the terms that follow, too.
void PlaceMap::decode(const std::uint32_t* entries, std::size_t n,
                      std::size_t readable, std::uint32_t* documents,
                      std::uint32_t* positions) const noexcept {
  const std::uint32_t* const begins = begins_.data();
  const std::uint32_t* const landmarks = landmarks_.data();
  const unsigned shift = shift_;
  const std::size_t last = readable - 1;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t near = entries[std::min(i + kAhead / 2, last)];
    const std::uint32_t far = entries[std::min(i + kAhead, last)];
    __builtin_prefetch(&landmarks[(far & kPlaceMask) >> shift]);
    __builtin_prefetch(&begins[landmarks[(near & kPlaceMask) >> shift]]);
    const std::uint32_t place = entries[i] & kPlaceMask;
    // Mostly one step or none, which cannot be guessed. Documents without
    // places are passed by.
    const std::uint32_t* end = &begins[landmarks[place >> shift]] + 1;
    end += *end <= place ? 1 : 0;
    while (*end <= place) ++end;
    documents[i] = static_cast<std::uint32_t>(end - begins) - 1;
    positions[i] = place - end[-1];
  }
  for (const auto& [document, first_position] : further_parts_) {
    for (std::size_t i = 0; i < n; ++i) {
      positions[i] += documents[i] == document ? first_position : 0;
    }
  }
}

}  // namespace kwic
