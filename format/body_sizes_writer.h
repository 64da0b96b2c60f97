// SPDX-License-Identifier: Apache-2.0
// Here are the sizes of bodies in document order, give me kStoreSizes.
#ifndef KWIC_FORMAT_BODY_SIZES_WRITER_H_
#define KWIC_FORMAT_BODY_SIZES_WRITER_H_

#include <cstdint>
#include <vector>

#include "format/section_writer.h"
#include "kwic/status.h"

namespace kwic {

class BodySizesWriter {
 public:
  explicit BodySizesWriter(SectionWriter& out) : out_(out) {}

  // REQUIRES: size <= kMaxBodyBytes.
  Status add(std::uint64_t size);
  Status finish();

 private:
  Status flush();

  SectionWriter& out_;
  std::vector<std::uint64_t> group_, anchors_;
  std::uint64_t documents_ = 0;
  std::uint64_t text_ = 0;  // bytes before the group
};

}  // namespace kwic

#endif  // KWIC_FORMAT_BODY_SIZES_WRITER_H_
