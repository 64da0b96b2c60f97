// SPDX-License-Identifier: Apache-2.0
// SectionWriter: the payload of one section, appended piece by piece.
//
// Where the bytes wait until the file is assembled is the concern of
// IndexFileWriter (format/index_file_writer.h), which hands these out.
#ifndef KWIC_FORMAT_SECTION_WRITER_H_
#define KWIC_FORMAT_SECTION_WRITER_H_

#include <cstdint>

#include "base/byte_sink.h"
#include "base/bytes.h"
#include "format/section.h"
#include "kwic/status.h"

namespace kwic {

class SectionWriter : public ByteSink {
 public:
  // The address the next append() begins at.
  virtual std::uint64_t size() const noexcept = 0;

  // Payload bytes of a full part.
  virtual std::uint64_t part_size() const noexcept = 0;

  // Appends zeros until the next `length` bytes lie in one part and their
  // address is a multiple of `alignment` (a power of two, at most 64).
  // REQUIRES: length <= part_size().
  Status align(std::uint64_t length, std::uint64_t alignment = 1) {
    std::uint64_t target = (size() + alignment - 1) & ~(alignment - 1);
    const std::uint64_t part_end = (target / part_size() + 1) * part_size();
    if (length > part_end - target) target = part_end;
    static constexpr std::uint8_t kZeros[256] = {};
    while (size() < target) {
      const std::uint64_t gap = target - size();
      const std::size_t n =
          gap < sizeof(kZeros) ? static_cast<std::size_t>(gap) : sizeof(kZeros);
      if (Status s = append({kZeros, n}); !s) return s;
    }
    return {};
  }
};

}  // namespace kwic

#endif  // KWIC_FORMAT_SECTION_WRITER_H_
