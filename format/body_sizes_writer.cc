// SPDX-License-Identifier: Apache-2.0
#include "format/body_sizes_writer.h"

#include <algorithm>
#include <bit>

#include "base/bytes.h"
#include "format/bits.h"
#include "format/doc_store_layout.h"

namespace kwic {

Status BodySizesWriter::add(std::uint64_t size) {
  group_.push_back(size);
  ++documents_;
  return group_.size() == store::kSizesGroup ? flush() : Status();
}

Status BodySizesWriter::finish() {
  if (Status s = flush(); !s) return s;
  if (Status s = out_.align(store::kAnchorBytes, 16); !s) return s;
  anchors_.push_back(documents_);
  anchors_.push_back(out_.size());
  for (const std::uint64_t value : anchors_) {
    std::uint8_t bytes[8];
    store_le(bytes, value);
    if (Status s = out_.append(bytes); !s) return s;
  }
  return {};
}

Status BodySizesWriter::flush() {
  if (group_.empty()) return {};
  const auto width = static_cast<unsigned>(
      std::bit_width(*std::max_element(group_.begin(), group_.end())));
  std::uint64_t sum = 0;
  BitWriter bits;
  for (const std::uint64_t size : group_) {
    sum += size;
    bits.put(size, width);
  }
  bits.align();
  if (Status s = out_.align(bits.bytes().size()); !s) return s;
  anchors_.push_back(text_);
  anchors_.push_back(out_.size() << 6 | width);
  text_ += sum;
  group_.clear();
  return out_.append(bits.bytes());
}

}  // namespace kwic
