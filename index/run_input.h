// SPDX-License-Identifier: Apache-2.0
// RunInput: a range of a temporary file, through a buffer.
#ifndef KWIC_INDEX_RUN_INPUT_H_
#define KWIC_INDEX_RUN_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/file_system.h"
#include "kwic/status.h"

namespace kwic {

// Behind the bytes in the buffer stand kSlack zeros, so that a decoder may look
// a little ahead unchecked.
class RunInput {
 public:
  static constexpr std::size_t kSlack = 16;

  RunInput(WritableFile& file, std::uint64_t begin, std::uint64_t end,
           std::size_t buffer_bytes);
  RunInput(RunInput&&) = default;  // not copyable: it points into its buffer

  // Makes `size` bytes at cursor() readable. False if there are not so many,
  // or they could not be read: see status().
  bool need(std::size_t size) {
    return size <= available() || (refill(size) && size <= available());
  }
  // As need(kSlack), but at the end of the range zeros follow.
  bool look_ahead() { return available() >= kSlack || refill(kSlack); }

  // Moves behind the next byte of 0. False if there is none, or on an error.
  bool skip_past_zero();

  const std::uint8_t*& cursor() noexcept { return cursor_; }
  bool at_end() const noexcept { return cursor_ == limit_ && offset_ == end_; }
  std::uint64_t consumed() const noexcept {
    return offset_ - begin_ - available();
  }

  const Status& status() const noexcept { return status_; }
  // Remembers that the bytes make no sense. Always false.
  bool damaged();

 private:
  std::size_t available() const noexcept {
    return cursor_ < limit_ ? static_cast<std::size_t>(limit_ - cursor_) : 0;
  }
  bool refill(std::size_t size);

  WritableFile* file_;
  std::uint64_t begin_, offset_, end_;
  std::vector<std::uint8_t> buffer_;
  const std::uint8_t* cursor_;
  const std::uint8_t* limit_;
  Status status_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_INPUT_H_
