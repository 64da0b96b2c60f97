// SPDX-License-Identifier: Apache-2.0
// GuardedBytes: a copy of some bytes that ends where a page ends that must not
// be touched, so that reading one byte too many ends the test, with or without
// a sanitizer.
#ifndef KWIC_TESTS_SUPPORT_GUARDED_BYTES_H_
#define KWIC_TESTS_SUPPORT_GUARDED_BYTES_H_

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

namespace kwic::testing {

// An index's size is a multiple of 64, so that the copy of one starts at such
// an address too and is used where it lies.
class GuardedBytes {
 public:
  explicit GuardedBytes(std::string_view bytes) : size_(bytes.size()) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t room = (size_ + page - 1) / page * page;
    mapped_ = room + page;
    void* const map = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) std::abort();
    map_ = static_cast<std::uint8_t*>(map);
    if (::mprotect(map_ + room, page, PROT_NONE) != 0) std::abort();
    data_ = map_ + (room - size_);
    std::memcpy(data_, bytes.data(), size_);
  }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;
  ~GuardedBytes() { ::munmap(map_, mapped_); }

  std::size_t size() const noexcept { return size_; }
  std::uint8_t* data() noexcept { return data_; }
  const std::uint8_t* data() const noexcept { return data_; }
  std::uint8_t& operator[](std::size_t at) noexcept { return data_[at]; }
  std::span<const std::byte> bytes() const noexcept {
    return std::as_bytes(std::span<const std::uint8_t>(data_, size_));
  }

 private:
  std::size_t size_;
  std::size_t mapped_ = 0;
  std::uint8_t* map_ = nullptr;
  std::uint8_t* data_ = nullptr;
};

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_GUARDED_BYTES_H_
