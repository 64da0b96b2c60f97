// SPDX-License-Identifier: Apache-2.0
// MemoryFile: a WritableFile that is a vector.
#ifndef KWIC_TESTS_SUPPORT_MEMORY_FILE_H_
#define KWIC_TESTS_SUPPORT_MEMORY_FILE_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/file_system.h"

namespace kwic {

class MemoryFile final : public WritableFile {
 public:
  Status write_at(std::uint64_t offset, ByteView bytes) override {
    if (bytes_.size() < offset + bytes.size()) {
      bytes_.resize(offset + bytes.size());
    }
    std::copy(bytes.begin(), bytes.end(),
              bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  Status read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
      return {StatusCode::kIo, "read behind the end"};
    }
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset),
                out.size(), out.begin());
    return {};
  }
  Status truncate(std::uint64_t size) override {
    bytes_.resize(size);
    return {};
  }
  Status set_read_only() override { return {}; }
  Status sync() override { return {}; }
  Status close() override { return {}; }

  std::vector<std::uint8_t>& bytes() { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

// Makes them.
inline Result<std::unique_ptr<WritableFile>> new_memory_file() {
  return std::unique_ptr<WritableFile>(std::make_unique<MemoryFile>());
}

}  // namespace kwic

#endif  // KWIC_TESTS_SUPPORT_MEMORY_FILE_H_
