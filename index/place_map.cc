// SPDX-License-Identifier: Apache-2.0
#include "index/place_map.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace kwic {
namespace {

constexpr unsigned kLeastShift = 6;
constexpr std::size_t kTogether = 8;  // documents looked at: see begun()
constexpr std::uint32_t kEndless = 0x7fff'ffff;

// About a landmark for four documents: few enough to stay in the cache, and
// their documents mostly are among those looked at together.
unsigned landmark_shift(std::size_t documents, std::size_t places) noexcept {
  const std::size_t mean = places / std::max<std::size_t>(documents, 1);
  return std::max(static_cast<unsigned>(std::bit_width(mean * 4)),
                  kLeastShift + 1) -
         1;
}

// Four signed numbers: what all processors compare at once, and all compilers
// we use have.
using Four = std::int32_t __attribute__((vector_size(16)));

// How many of the documents that begin there begin at the place or before.
std::size_t begun(const std::uint32_t* begins, std::uint32_t place) noexcept {
  Four low, high;
  std::memcpy(&low, begins, sizeof(low));
  std::memcpy(&high, begins + 4, sizeof(high));
  const auto at = static_cast<std::int32_t>(place);
  const Four places = {at, at, at, at};
  const Four count = (low <= places) + (high <= places);  // -1 for each
  return static_cast<std::size_t>(-(count[0] + count[1] + count[2] + count[3]));
}

}  // namespace

std::size_t PlaceMap::memory_size(std::size_t documents,
                                  std::size_t places) noexcept {
  return documents + 1 + kTogether +
         (places >> landmark_shift(documents, places)) + 1;
}

PlaceMap::PlaceMap(std::size_t documents, std::size_t places,
                   std::span<std::uint32_t> memory)
    : begins_(memory.first(documents + 1 + kTogether)),
      landmarks_(memory.subspan(documents + 1 + kTogether)),
      shift_(landmark_shift(documents, places)),
      most_places_(std::min(places, kMostPlaces)),
      most_documents_(documents) {
  begins_[0] = 0;
  std::fill(begins_.begin() + 1, begins_.end(), kEndless);
}

bool PlaceMap::add(std::uint32_t length, std::uint32_t first_position) {
  if (documents_ == most_documents_) return false;
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
    const std::uint32_t ahead = entries[std::min(i + kAhead, last)];
    __builtin_prefetch(&begins[landmarks[(ahead & kPlaceMask) >> shift]]);
    const std::uint32_t place = entries[i] & kPlaceMask;
    // The number of steps cannot be guessed.
    const std::uint32_t* at = &begins[landmarks[place >> shift]] + 1;
    std::size_t steps;
    do {
      steps = begun(at, place);
      at += steps;
    } while (steps == kTogether);
    documents[i] = static_cast<std::uint32_t>(at - begins) - 1;
    positions[i] = place - at[-1];
  }
  for (const auto& [document, first_position] : further_parts_) {
    for (std::size_t i = 0; i < n; ++i) {
      positions[i] += documents[i] == document ? first_position : 0;
    }
  }
}

}  // namespace kwic
