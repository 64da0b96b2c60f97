// SPDX-License-Identifier: Apache-2.0
// FaultyFileSystem: a real file system whose calls fail when a test says so.
#ifndef KWIC_TESTS_SUPPORT_FAULTY_FILE_SYSTEM_H_
#define KWIC_TESTS_SUPPORT_FAULTY_FILE_SYSTEM_H_

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace kwic {

// Wraps another FileSystem. Every call on it, and on the files it made, counts
// as one, from 0 (destructors do not count). The call may be made to fail:
// nothing is then done, except that a failing close() closes.
class FaultyFileSystem final : public FileSystem {
 public:
  explicit FaultyFileSystem(FileSystem& real = posix_file_system())
      : real_(real) {}

  enum class Repeat { kOnce, kForEver };

  // Call number `call` fails with `error`, and with kForEver all after it.
  void fail_at(std::uint64_t call, Status error, Repeat repeat);

  // Writes fail once this many bytes were written in all; what fits is
  // written.
  void set_disk_bytes(std::uint64_t bytes) { disk_left_ = bytes; }

  std::uint64_t calls() const { return calls_; }
  // The name of the last call that was made to fail, such as "rename".
  const std::string& failed_call() const { return failed_call_; }

  Result<std::unique_ptr<WritableFile>> create(
      const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status remove_if_abandoned(const std::string& path) override;
  Result<FileKind> kind(const std::string& path) override;
  Status sync_folder(const std::string& folder) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;

 private:
  friend class FaultyFile;

  // Counts a call; an error if it is to fail.
  Status call(const char* name);
  // How many of `bytes` the disk still takes.
  std::size_t take_disk(std::size_t bytes);

  FileSystem& real_;
  std::atomic<std::uint64_t> calls_ = 0;
  std::uint64_t fail_at_ = std::numeric_limits<std::uint64_t>::max();
  Repeat repeat_ = Repeat::kOnce;
  Status error_;
  std::string failed_call_;
  std::atomic<std::uint64_t> disk_left_ =
      std::numeric_limits<std::uint64_t>::max();
};

}  // namespace kwic

#endif  // KWIC_TESTS_SUPPORT_FAULTY_FILE_SYSTEM_H_
