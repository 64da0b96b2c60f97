// SPDX-License-Identifier: Apache-2.0
// MappedFile: the bytes of a file, or of a part of one, in memory.
//
// One read-only mapping, or a copy on the heap where one is asked for or
// where a mapping would not begin at a multiple of kAlignment. Either way the
// bytes begin at such a multiple and live as long as the object.
//
// A mapping shows what happens to the file: somebody who cuts it short while
// it is mapped makes reads of the lost pages end the process (SIGBUS).
// Replacing it by rename, or removing it, does no harm.
//
// Thread-safety: constant after opening.
#ifndef KWIC_BASE_MAPPED_FILE_H_
#define KWIC_BASE_MAPPED_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/page_requests.h"
#include "kwic/status.h"

namespace kwic {

class MappedFile {
 public:
  static constexpr std::size_t kAlignment = 64;

  // The whole of the regular file at `path`. Never blocks on a FIFO.
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path,
                                                        bool copy);

  // `length` bytes at `offset` of a regular file's descriptor, which is
  // neither kept nor closed and whose position does not move.
  static Result<std::shared_ptr<const MappedFile>> open_fd(int fd,
                                                           std::uint64_t offset,
                                                           std::uint64_t length,
                                                           bool copy);

  // An aligned copy of bytes in memory.
  static Result<std::shared_ptr<const MappedFile>> copy_of(ByteView bytes);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  ByteView bytes() const noexcept { return bytes_; }
  bool is_copy() const noexcept { return heap_ != nullptr; }

  // For asking for parts of the mapping before they are read. Without it, a
  // page that is not in memory is read alone when it is touched. Asks for
  // nothing in a copy.
  const PageRequests& requests() const noexcept { return requests_; }

 private:
  MappedFile() = default;

  struct Range {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  static Result<std::shared_ptr<const MappedFile>> open_range(
      int fd, Range range, bool copy, const std::string& name);
  Status allocate(std::size_t size, const std::string& name);
  Status map(int fd, Range range, const std::string& name);
  Status read(int fd, Range range, const std::string& name);

  ByteView bytes_;
  void* mapping_ = nullptr;
  std::size_t mapping_size_ = 0;
  std::uint8_t* heap_ = nullptr;
  PageRequests requests_;
};

}  // namespace kwic

#endif  // KWIC_BASE_MAPPED_FILE_H_
