// SPDX-License-Identifier: Apache-2.0
// FileSystem: the few operating-system calls kwic makes on the files it
// writes, behind one interface so that tests can make any of them fail.
//
// Reading documents and mapping an index do not go through it.
#ifndef KWIC_BASE_FILE_SYSTEM_H_
#define KWIC_BASE_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "kwic/status.h"

namespace kwic {

// An open file that is written from start to end, patched, and read back.
// Not thread-safe, but read_at may be called from several threads at once
// while nobody writes.
class WritableFile {
 public:
  virtual ~WritableFile() = default;  // closes; errors are lost: call close()
  virtual Status write_at(std::uint64_t offset, ByteView bytes) = 0;
  // Reads exactly out.size() bytes, or fails.
  virtual Status read_at(std::uint64_t offset, std::span<std::uint8_t> out) = 0;
  virtual Status truncate(std::uint64_t size) = 0;
  virtual Status set_read_only() = 0;  // mode 0444 less the umask
  virtual Status sync() = 0;           // never retried after a failure
  virtual Status close() = 0;
};

// What stands at a path.
enum class FileKind { kMissing, kRegular, kFolder, kOther };

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // Creates a file, mode 0600, for reading and writing, and locks it for as
  // long as it is open. kInvalidArgument if the path exists already.
  virtual Result<std::unique_ptr<WritableFile>> create(
      const std::string& path) = 0;
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  // Removes a file made by create() unless some process still has it open.
  // Success says nothing about whether it is gone.
  virtual Status remove_if_abandoned(const std::string& path) = 0;
  // Follows symbolic links.
  virtual Result<FileKind> kind(const std::string& path) = 0;
  virtual Status sync_folder(const std::string& folder) = 0;
  // Names (not paths) in a folder, in no particular order.
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
};

// The real one. Lives for ever; thread-safe.
FileSystem& posix_file_system();

}  // namespace kwic

#endif  // KWIC_BASE_FILE_SYSTEM_H_
