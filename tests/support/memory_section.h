// SPDX-License-Identifier: Apache-2.0
// MemorySection: a SectionWriter that keeps its parts in memory and hands them
// out as a SectionView, as IndexFile would.
//
// Each part is a heap block of its own with exactly the tail the format grants,
// so that AddressSanitizer sees a reader that goes further.
#ifndef KWIC_TESTS_SUPPORT_MEMORY_SECTION_H_
#define KWIC_TESTS_SUPPORT_MEMORY_SECTION_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "format/section.h"
#include "format/section_view.h"
#include "format/section_writer.h"

namespace kwic {

class MemorySection final : public SectionWriter {
 public:
  explicit MemorySection(std::uint64_t part_size = kDefaultPartSize)
      : part_size_(part_size) {}

  std::uint64_t size() const noexcept override { return bytes_.size(); }
  std::uint64_t part_size() const noexcept override { return part_size_; }
  Status append(ByteView bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }

  // All of the payload; a test may change it, or replace it, before view().
  std::vector<std::uint8_t>& bytes() noexcept { return bytes_; }
  const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }

  // The payload as it is now. The view is valid while this object lives.
  SectionView view() {
    std::vector<ByteView> views;
    for (std::uint64_t at = 0; at < bytes_.size(); at += part_size_) {
      const auto size = static_cast<std::size_t>(
          std::min<std::uint64_t>(part_size_, bytes_.size() - at));
      auto part =
          std::make_unique<std::uint8_t[]>(size + kSectionTailBytes);  // zeros
      std::copy_n(bytes_.data() + at, size, part.get());
      views.emplace_back(part.get(), size);
      parts_.push_back(std::move(part));
    }
    return {std::move(views), part_size_};
  }

 private:
  std::uint64_t part_size_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::unique_ptr<std::uint8_t[]>> parts_;
};

}  // namespace kwic

#endif  // KWIC_TESTS_SUPPORT_MEMORY_SECTION_H_
