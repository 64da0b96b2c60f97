// SPDX-License-Identifier: Apache-2.0
// FileAppender: small appends to a temporary file, gathered into large writes.
#ifndef KWIC_INDEX_FILE_APPENDER_H_
#define KWIC_INDEX_FILE_APPENDER_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/byte_sink.h"
#include "base/file_system.h"

namespace kwic {

class FileAppender final : public ByteSink {
 public:
  FileAppender(std::unique_ptr<WritableFile> file, std::size_t buffer_bytes)
      : file_(std::move(file)), limit_(buffer_bytes) {}

  Status append(ByteView bytes) override {
    if (bytes.size() > limit_ - buffer_.size()) {
      if (Status s = flush(); !s) return s;
      if (bytes.size() >= limit_) return write(bytes);
    }
    if (buffer_.capacity() < limit_) buffer_.reserve(limit_);
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return {};
  }

  Status flush() {
    if (buffer_.empty()) return {};
    Status s = write(buffer_);
    buffer_.clear();
    return s;
  }

  // Gives the buffer's memory back.
  Status close_buffer() {
    Status s = flush();
    std::vector<std::uint8_t>().swap(buffer_);
    return s;
  }

  std::uint64_t size() const noexcept { return written_ + buffer_.size(); }
  WritableFile& file() noexcept { return *file_; }
  // Hands the file over. Nothing but destruction may follow.
  std::unique_ptr<WritableFile> release() noexcept { return std::move(file_); }

 private:
  Status write(ByteView bytes) {
    Status s = file_->write_at(written_, bytes);
    written_ += bytes.size();
    return s;
  }

  std::unique_ptr<WritableFile> file_;
  std::size_t limit_;
  std::vector<std::uint8_t> buffer_;
  std::uint64_t written_ = 0;
};

}  // namespace kwic

#endif  // KWIC_INDEX_FILE_APPENDER_H_
