// SPDX-License-Identifier: Apache-2.0
#include "index/run_reader.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"

namespace kwic {
namespace {

// REQUIRES: kSlack readable bytes. Looks at five of them at most.
std::uint32_t get_varint(const std::uint8_t*& p) noexcept {
  std::uint32_t value = *p++;
  if (value < 0x80) [[likely]]
    return value;
  value &= 0x7f;
  for (int shift = 7; shift < 35; shift += 7) {
    const std::uint32_t byte = *p++;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

}  // namespace

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

bool RunDocuments::next() {
  if (left_ == 0) return false;
  if (!input_.need(4)) return input_.damaged();
  const auto size = load_le<std::uint32_t>(input_.cursor());
  input_.cursor() += 4;
  if (!input_.need(size)) return input_.damaged();
  if (!parse_run_document({input_.cursor(), size}, document_)) {
    return input_.damaged();
  }
  input_.cursor() += size;
  --left_;
  return true;
}

void RunTerms::fail() {
  input_.damaged();
  document_ = kNoDocument;
  item_ = 0;
}

bool RunTerms::next_term() {
  if (input_.at_end() || !input_.status().ok()) return false;
  if (!input_.need(1)) return input_.damaged();
  term_size_ = *input_.cursor()++;
  if (term_size_ == 0 || !input_.need(term_size_)) return input_.damaged();
  std::memset(term_, 0, 8);
  std::memcpy(term_, input_.cursor(), term_size_);
  input_.cursor() += term_size_;
  prefix_ = byte_swapped(
      load_le<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(term_)));
  number_ = 0;
  if (!input_.look_ahead()) return false;
  item_ = get_varint(input_.cursor());
  next_posting();
  return input_.status().ok();
}

void RunTerms::next_posting() {
  while (item_ != 0) {
    if (!input_.look_ahead()) return fail();
    number_ += get_varint(input_.cursor());
    if (number_ - 1 >= new_numbers_.size()) return fail();
    document_ = new_numbers_[number_ - 1];
    if (document_ != kNoDocument) return;
    do {
      if (!input_.look_ahead()) return fail();
      item_ = get_varint(input_.cursor());
    } while (item_ != 0 && item_ % 2 == 0);
  }
  document_ = kNoDocument;
}

void RunTerms::take(std::vector<std::uint32_t>& positions) {
  std::uint32_t position = item_ >> 1;
  positions.push_back(position);
  for (;;) {
    if (!input_.look_ahead()) return fail();
    item_ = get_varint(input_.cursor());
    if (item_ == 0 || item_ % 2 != 0) break;
    position += item_ >> 1;
    positions.push_back(position);
  }
  next_posting();
}

}  // namespace kwic
