// SPDX-License-Identifier: Apache-2.0
// Region: a large piece of zeroed memory straight from the operating system.
//
// Pages count against the process only once touched, and all of them go back
// at destruction: what the builder frees between its phases really is free,
// which malloc would not promise.
#ifndef KWIC_INDEX_REGION_H_
#define KWIC_INDEX_REGION_H_

#include <cstddef>
#include <cstdint>
#include <utility>

namespace kwic {

class Region {
 public:
  Region() = default;
  // Throws std::bad_alloc.
  explicit Region(std::size_t size);
  Region(Region&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  Region& operator=(Region&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Region();

  // Gives the whole pages among these bytes back. They may be used again, and
  // are zero then.
  void discard(std::size_t begin, std::size_t end) noexcept;

  std::uint8_t* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

// A region filled from both ends: a plain array grows from the front, objects
// of any size are carved off the back, and the gap between them is scratch.
class TwoEndedArena {
 public:
  TwoEndedArena() = default;
  // REQUIRES: size is a multiple of 64 and below 4 GiB.
  explicit TwoEndedArena(std::size_t size) : region_(size), back_(size) {}

  // REQUIRES (both): the gap is large enough.
  std::uint8_t* push_front(std::size_t size) noexcept {
    std::uint8_t* p = region_.data() + front_;
    front_ += size;
    return p;
  }
  // Returns the offset of the new object; see at().
  std::uint32_t push_back(std::size_t size, std::size_t alignment) noexcept {
    back_ = (back_ - size) & ~(alignment - 1);
    return static_cast<std::uint32_t>(back_);
  }

  std::uint8_t* at(std::uint32_t offset) const noexcept {
    return region_.data() + offset;
  }
  std::uint8_t* front() const noexcept { return region_.data(); }
  std::uint8_t* gap() const noexcept { return region_.data() + front_; }
  std::size_t front_size() const noexcept { return front_; }
  std::size_t back_size() const noexcept { return region_.size() - back_; }
  std::size_t gap_size() const noexcept { return back_ - front_; }
  std::size_t size() const noexcept { return region_.size(); }

  // Gives the memory of the front's array back, and that of the gap from `gap`
  // on. Their content is lost.
  void discard(const std::uint8_t* gap) noexcept {
    region_.discard(0, front_);
    region_.discard(static_cast<std::size_t>(gap - front()), back_);
  }

  void clear() noexcept {
    front_ = 0;
    back_ = region_.size();
  }

 private:
  Region region_;
  std::size_t front_ = 0;
  std::size_t back_ = 0;
};

}  // namespace kwic

#endif  // KWIC_INDEX_REGION_H_
