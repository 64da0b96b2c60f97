// SPDX-License-Identifier: Apache-2.0
// SectionSpool: where the payload of one section waits until the file is
// assembled: in memory at first, in a temporary file when it outgrows that.
//
// One thread at a time.
#ifndef KWIC_FORMAT_SECTION_SPOOL_H_
#define KWIC_FORMAT_SECTION_SPOOL_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "base/file_system.h"
#include "format/section_writer.h"
#include "format/temporary_files.h"
#include "kwic/status.h"

namespace kwic {

class SectionSpool final : public SectionWriter {
 public:
  static constexpr std::size_t kBufferBytes = 64 * 1024;

  // `temporaries` must outlive this.
  SectionSpool(TemporaryFiles& temporaries, ElementType element,
               std::uint64_t part_size)
      : temporaries_(temporaries), element_(element), part_size_(part_size) {}

  Status append(ByteView bytes) override;
  std::uint64_t size() const noexcept override { return size_; }
  std::uint64_t part_size() const noexcept override { return part_size_; }
  unsigned element_size() const noexcept {
    return static_cast<unsigned>(element_);
  }

  // Reads payload back. REQUIRES: [offset, offset + out.size()) was appended.
  Status read(std::uint64_t offset, std::span<std::uint8_t> out);

  // Gives back memory and disk; nothing but the destructor may follow.
  void release();

 private:
  Status spill(ByteView bytes);

  TemporaryFiles& temporaries_;
  ElementType element_;
  std::uint64_t part_size_;
  std::uint64_t size_ = 0;
  std::uint64_t spilled_ = 0;         // bytes that are in file_
  std::vector<std::uint8_t> buffer_;  // those after them
  std::unique_ptr<WritableFile> file_;
  Status failure_;  // the first; returned ever after
};

}  // namespace kwic

#endif  // KWIC_FORMAT_SECTION_SPOOL_H_
