// SPDX-License-Identifier: Apache-2.0
// Here is a document, give me where its body lies among the stored texts.
//
// Reads the section kStoreSizes, of which docs/format.md has the layout: the
// doc store finds texts by it, and the document table their sizes. Thread-safe;
// constant. Whatever the bytes, nothing outside them is used.
#ifndef KWIC_FORMAT_BODY_SIZES_H_
#define KWIC_FORMAT_BODY_SIZES_H_

#include <cstdint>

#include "format/section_view.h"

namespace kwic {

class BodySizes {
 public:
  // A piece of the run of bytes that all bodies together are.
  struct Extent {
    std::uint64_t begin = 0, size = 0;
  };

  BodySizes() = default;
  explicit BodySizes(SectionView section);

  // Whether there are any: an index without texts has none here.
  bool present() const noexcept { return present_; }
  std::uint64_t count() const noexcept { return documents_; }
  const SectionView& section() const noexcept { return section_; }

  // False if there is no such document or the bytes make no sense. No size is
  // above kMaxBodyBytes; where it begins may be anywhere.
  bool extent(std::uint32_t doc, Extent& extent) const noexcept;

 private:
  SectionView section_;
  std::uint64_t documents_ = 0;
  std::uint64_t anchors_ = 0;
  bool present_ = false;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_BODY_SIZES_H_
