// SPDX-License-Identifier: Apache-2.0
#include "format/body_sizes.h"

#include <cstddef>
#include <utility>

#include "base/bytes.h"
#include "base/limits.h"
#include "format/doc_store_layout.h"

namespace kwic {

// The end of the section tells how much there is.
BodySizes::BodySizes(SectionView section) : section_(std::move(section)) {
  const std::uint64_t size = section_.size();
  if (size < store::kAnchorBytes) return;
  const std::uint8_t* footer =
      section_.at(size - store::kAnchorBytes, store::kAnchorBytes);
  if (footer == nullptr) return;
  documents_ = load_le<std::uint64_t>(footer);
  anchors_ = load_le<std::uint64_t>(footer + 8);
  present_ = true;
}

bool BodySizes::extent(std::uint32_t doc, Extent& extent) const noexcept {
  const std::uint64_t group = doc / store::kSizesGroup;
  if (doc >= documents_ || anchors_ > section_.size()) return false;
  const std::uint8_t* anchor =
      section_.at(anchors_ + group * store::kAnchorBytes, store::kAnchorBytes);
  if (anchor == nullptr) return false;
  const std::uint64_t where = load_le<std::uint64_t>(anchor + 8);
  const unsigned width = where & 63;
  const std::size_t index = doc % store::kSizesGroup;
  const std::uint8_t* packed =
      section_.at(where >> 6, (width * (index + 1) + 7) / 8);
  if (packed == nullptr || width > store::kMaxSizeBits) return false;
  const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
  extent.begin = load_le<std::uint64_t>(anchor);
  for (std::size_t i = 0, bit = 0; i <= index; ++i, bit += width) {
    if (i > 0) extent.begin += extent.size;
    extent.size = load_le<std::uint64_t>(packed + bit / 8) >> (bit % 8) & mask;
  }
  // The builder takes no longer text, so that a forged size cannot make one
  // block, named again and again, fill the memory.
  return extent.size <= kMaxBodyBytes;
}

}  // namespace kwic
