// SPDX-License-Identifier: Apache-2.0
#include "index/run_input.h"

#include <algorithm>
#include <cstring>

namespace kwic {

RunInput::RunInput(WritableFile& file, std::uint64_t begin, std::uint64_t end,
                   std::size_t buffer_bytes)
    : file_(&file),
      begin_(begin),
      offset_(begin),
      end_(end),
      buffer_(std::max(buffer_bytes, 4 * kSlack)),
      cursor_(buffer_.data()),
      limit_(buffer_.data()) {}

bool RunInput::damaged() {
  if (status_.ok()) {
    status_ = {StatusCode::kIo,
               "temporary file: a run read back is not what was written; "
               "check the disk and build again"};
  }
  return false;
}

bool RunInput::refill(std::size_t size) {
  if (!status_.ok()) return false;
  if (cursor_ > limit_) return damaged();
  if (offset_ == end_) return true;
  const std::size_t rest = available();
  std::memmove(buffer_.data(), cursor_, rest);
  if (size + kSlack > buffer_.size()) buffer_.resize(size + kSlack);
  const std::size_t wanted = static_cast<std::size_t>(
      std::min<std::uint64_t>(buffer_.size() - kSlack - rest, end_ - offset_));
  cursor_ = buffer_.data();
  limit_ = cursor_ + rest;
  status_ = file_->read_at(offset_, {buffer_.data() + rest, wanted});
  if (!status_.ok()) return false;
  offset_ += wanted;
  limit_ += wanted;
  std::memset(buffer_.data() + rest + wanted, 0, kSlack);
  return true;
}

bool RunInput::skip_past_zero() {
  while (need(1)) {
    const void* const zero = std::memchr(cursor_, 0, available());
    if (zero != nullptr) {
      cursor_ = static_cast<const std::uint8_t*>(zero) + 1;
      return true;
    }
    cursor_ = limit_;
  }
  return false;
}

}  // namespace kwic
