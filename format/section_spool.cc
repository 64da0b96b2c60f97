// SPDX-License-Identifier: Apache-2.0
#include "format/section_spool.h"

#include <algorithm>
#include <utility>

namespace kwic {

Status SectionSpool::append(ByteView bytes) {
  if (!failure_) return failure_;
  size_ += bytes.size();
  if (bytes.size() > kBufferBytes - buffer_.size()) {
    if (Status s = spill(buffer_); !s) return s;
    buffer_.clear();
  }
  if (bytes.size() > kBufferBytes) return spill(bytes);
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  return {};
}

Status SectionSpool::spill(ByteView bytes) {
  if (bytes.empty()) return {};
  if (file_ == nullptr) {
    auto file = temporaries_.create();
    if (!file) return failure_ = file.error();
    file_ = *std::move(file);
  }
  failure_ = file_->write_at(spilled_, bytes);
  spilled_ += bytes.size();
  return failure_;
}

Status SectionSpool::read(std::uint64_t offset, std::span<std::uint8_t> out) {
  if (!failure_) return failure_;
  if (offset < spilled_) {
    const auto n = static_cast<std::size_t>(
        std::min<std::uint64_t>(out.size(), spilled_ - offset));
    if (Status s = file_->read_at(offset, out.first(n)); !s) return s;
    offset += n;
    out = out.subspan(n);
  }
  if (out.empty()) return {};
  const auto begin =
      buffer_.begin() + static_cast<std::ptrdiff_t>(offset - spilled_);
  std::copy_n(begin, out.size(), out.begin());
  return {};
}

void SectionSpool::release() {
  file_.reset();
  std::vector<std::uint8_t>().swap(buffer_);
}

}  // namespace kwic
