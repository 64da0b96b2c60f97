// SPDX-License-Identifier: Apache-2.0
// RunInput: a range of a temporary file, through a buffer. RunTermInput: the
// terms of a run in files, one after the other, without their entries.
#ifndef KWIC_INDEX_RUN_INPUT_H_
#define KWIC_INDEX_RUN_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "base/varint.h"
#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

class RunInput {
 public:
  RunInput(WritableFile& file, std::uint64_t begin, std::uint64_t end,
           std::size_t buffer_bytes);
  RunInput(RunInput&&) = default;  // not copyable: it points into its buffer

  // Makes `size` bytes at cursor() readable. False if there are not so many,
  // or they could not be read: see status().
  bool need(std::size_t size) {
    return size <= available() || (refill(size) && size <= available());
  }
  // Reads a number as append_varint() writes it.
  bool number(std::uint64_t& value) {
    need(kMaxVarintBytes);  // there may be fewer
    return read_varint(cursor_, limit_, value) || damaged();
  }
  // Moves on without reading. False if there are not so many bytes.
  bool skip(std::uint64_t size);

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
    return static_cast<std::size_t>(limit_ - cursor_);
  }
  bool refill(std::size_t size);

  WritableFile* file_;
  std::uint64_t begin_, offset_, end_;
  std::vector<std::uint8_t> buffer_;
  const std::uint8_t* cursor_;
  const std::uint8_t* limit_;
  Status status_;
};

class RunTermInput {
 public:
  RunTermInput(const Run& run, std::size_t buffer_bytes)
      : input_(*run.file, run.terms_begin, run.terms_end, buffer_bytes),
        left_(run.entries) {}

  // False at the end, or on an error.
  bool next();
  // Valid until next().
  std::string_view term() const noexcept { return {bytes_, size_}; }
  // Its first 8 bytes as a big-endian number.
  std::uint64_t prefix() const noexcept { return prefix_; }
  // How many it has: at least one, and all terms together no more than the run.
  std::uint32_t entries() const noexcept { return entries_; }
  RunInput& input() noexcept { return input_; }
  const RunInput& input() const noexcept { return input_; }

 private:
  RunInput input_;
  std::uint32_t left_;
  std::uint32_t entries_ = 0;
  std::uint64_t prefix_ = 0;
  std::size_t size_ = 0;
  char bytes_[256] = {};
};

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_INPUT_H_
