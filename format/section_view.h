// SPDX-License-Identifier: Apache-2.0
// SectionView: the payload of one section, as a checked run of bytes.
//
// A section's payload has addresses 0 .. size()-1, whatever the number of
// parts it lies in. Every access names an address and a length and is refused
// unless it lies in one part; writers see to it that what is read together
// (a block, a list head) never straddles two parts.
//
// Behind the bytes granted there are always kSectionTailBytes more that may be
// loaded (not trusted), so that kernels need no special case at the end.
#ifndef KWIC_FORMAT_SECTION_VIEW_H_
#define KWIC_FORMAT_SECTION_VIEW_H_

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/page_requests.h"

namespace kwic {

class SectionView {
 public:
  SectionView() = default;

  // `parts`: payload spans, all but the last of exactly `part_size` bytes, each
  // followed by kSectionTailBytes readable bytes. `requests`, which must live
  // as long as the bytes, is what will_need() asks.
  SectionView(std::vector<ByteView> parts, std::uint64_t part_size,
              const PageRequests* requests = nullptr)
      : parts_(std::move(parts)), requests_(requests), part_size_(part_size) {
    for (const ByteView& part : parts_) size_ += part.size();
    if (parts_.size() == 1) part_size_ = parts_[0].size();
    first_ = parts_.empty() ? nullptr : parts_[0].data();
  }

  std::uint64_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  // The bytes [address, address + length), or null if they are not all inside
  // the section and in one part.
  const std::uint8_t* at(std::uint64_t address,
                         std::uint64_t length) const noexcept {
    if (parts_.size() <= 1) [[likely]] {
      if (address > size_ || length > size_ - address) return nullptr;
      return first_ + address;
    }
    return at_part(address, length);
  }

  // Says that these bytes will be read soon, so that they are fetched together
  // where they are not in memory. Bytes outside the section are left out. True
  // if some of them were not asked for before.
  bool will_need(std::uint64_t address, std::uint64_t length) const noexcept {
    bool news = false;
    while (requests_ != nullptr && length > 0) {
      const std::uint64_t here = contiguous(address);
      const std::uint64_t n = length < here ? length : here;
      if (n == 0) break;
      news |= requests_->ask(at(address, n), n);
      address += n;
      length -= n;
    }
    return news;
  }

  // How many bytes from `address` on lie in one part; 0 beyond the end.
  std::uint64_t contiguous(std::uint64_t address) const noexcept {
    if (address >= size_) return 0;
    if (parts_.size() == 1) [[likely]]
      return size_ - address;
    const std::uint64_t part = address / part_size_;
    return parts_[part].size() - (address - part * part_size_);
  }

  // Element `index` of a section of integers, or `otherwise` if there is none.
  template <typename T>
  T get(std::uint64_t index, T otherwise = 0) const noexcept {
    if (index >= size_ / sizeof(T)) return otherwise;
    const std::uint8_t* p = at(index * sizeof(T), sizeof(T));
    return p == nullptr ? otherwise : load_le<T>(p);
  }
  template <typename T>
  std::uint64_t count() const noexcept {
    return size_ / sizeof(T);
  }

 private:
  const std::uint8_t* at_part(std::uint64_t address,
                              std::uint64_t length) const noexcept {
    if (address > size_ || length > size_ - address) return nullptr;
    const std::uint64_t part = address / part_size_;
    if (part >= parts_.size()) return nullptr;
    const std::uint64_t within = address - part * part_size_;
    if (length > parts_[part].size() - within) return nullptr;
    return parts_[part].data() + within;
  }

  std::vector<ByteView> parts_;
  const std::uint8_t* first_ = nullptr;
  const PageRequests* requests_ = nullptr;
  std::uint64_t part_size_ = 1;
  std::uint64_t size_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_SECTION_VIEW_H_
