// SPDX-License-Identifier: Apache-2.0
#include "index/run_input.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kLeastBuffer = 64;

}  // namespace

RunInput::RunInput(WritableFile& file, std::uint64_t begin, std::uint64_t end,
                   std::size_t buffer_bytes)
    : file_(&file),
      begin_(begin),
      offset_(begin),
      end_(end),
      buffer_(std::max(buffer_bytes, kLeastBuffer)),
      cursor_(buffer_.data()),
      limit_(buffer_.data()) {}

bool RunInput::damaged() {
  if (status_.ok()) status_ = damaged_run();
  return false;
}

bool RunInput::refill(std::size_t size) {
  if (!status_.ok()) return false;
  if (offset_ == end_) return true;
  const std::size_t rest = available();
  std::memmove(buffer_.data(), cursor_, rest);
  if (size > buffer_.size()) buffer_.resize(size);
  const std::size_t wanted = static_cast<std::size_t>(
      std::min<std::uint64_t>(buffer_.size() - rest, end_ - offset_));
  cursor_ = buffer_.data();
  limit_ = cursor_ + rest;
  status_ = file_->read_at(offset_, {buffer_.data() + rest, wanted});
  if (!status_.ok()) return false;
  offset_ += wanted;
  limit_ += wanted;
  return true;
}

bool RunInput::skip(std::uint64_t size) {
  const std::uint64_t at_hand = std::min<std::uint64_t>(size, available());
  cursor_ += at_hand;
  if (size - at_hand > end_ - offset_) return false;
  offset_ += size - at_hand;
  return true;
}

bool RunTermInput::next() {
  if (input_.at_end() || !input_.status().ok()) return false;
  if (!input_.need(1)) return input_.damaged();
  size_ = *input_.cursor()++;
  if (size_ == 0 || !input_.need(size_ + sizeof(entries_))) {
    return input_.damaged();
  }
  std::memset(bytes_, 0, 8);
  std::memcpy(bytes_, input_.cursor(), size_);
  prefix_ = byte_swapped(
      load_le<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(bytes_)));
  entries_ = load_le<std::uint32_t>(input_.cursor() + size_);
  input_.cursor() += size_ + sizeof(entries_);
  if (entries_ == 0 || entries_ > left_) return input_.damaged();
  left_ -= entries_;
  return true;
}

}  // namespace kwic
