// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "base/file_system.h"
#include "base/system_error.h"

namespace kwic {
namespace {

static_assert(sizeof(off_t) == 8, "build with _FILE_OFFSET_BITS=64");

// Some systems refuse to move more than about 2 GiB in one call.
constexpr std::size_t kMaxTransfer = std::size_t{1} << 30;

Status fail(std::string_view action, std::string_view path) {
  return system_error(errno, action, path);
}

// Whether bytes [offset, offset + size) can be named by an off_t.
bool addressable(std::uint64_t offset, std::uint64_t size) {
  constexpr std::uint64_t kMax = std::numeric_limits<off_t>::max();
  return offset <= kMax && size <= kMax - offset;
}

class PosixFile final : public WritableFile {
 public:
  // `mode` is what the umask leaves of 0666.
  PosixFile(int fd, std::string path, mode_t mode)
      : fd_(fd), path_(std::move(path)), mode_(mode) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override {
    if (fd_ >= 0) ::close(fd_);
  }

  Status write_at(std::uint64_t offset, ByteView bytes) override {
    if (!addressable(offset, bytes.size())) return too_large();
    while (!bytes.empty()) {
      const ssize_t n =
          ::pwrite(fd_, bytes.data(), std::min(bytes.size(), kMaxTransfer),
                   static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail("write to", path_);
      if (n == 0) return system_error(ENOSPC, "write to", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    }
    return {};
  }

  Status read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (!addressable(offset, out.size())) return too_large();
    while (!out.empty()) {
      const ssize_t n =
          ::pread(fd_, out.data(), std::min(out.size(), kMaxTransfer),
                  static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail("read from", path_);
      if (n == 0) {
        return {StatusCode::kIo, path_ + " ended at byte " +
                                     std::to_string(offset) +
                                     " while it was read"};
      }
      out = out.subspan(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    }
    return {};
  }

  Status truncate(std::uint64_t size) override {
    if (!addressable(size, 0)) return too_large();
    int result;
    do {
      result = ::ftruncate(fd_, static_cast<off_t>(size));
    } while (result != 0 && errno == EINTR);
    return result == 0 ? Status() : fail("set the size of", path_);
  }

  Status set_read_only() override {
    if (::fchmod(fd_, mode_ & 0444) == 0) return {};
    // File systems without modes (FAT, some network shares) cannot do it, and
    // nothing depends on it.
    if (errno == EPERM || errno == ENOTSUP || errno == ENOSYS) return {};
    return fail("make read-only", path_);
  }

  // After a failed fsync the kernel marks the pages clean all the same, so that
  // a second one would succeed without having written them: never retried.
  Status sync() override {
#ifdef F_FULLFSYNC
    if (::fcntl(fd_, F_FULLFSYNC) == 0) return {};
#endif
    return ::fsync(fd_) == 0 ? Status() : fail("flush to disk", path_);
  }

  // After EINTR the descriptor is gone on Linux; closing again could hit a file
  // that another thread has just opened.
  Status close() override {
    const int fd = std::exchange(fd_, -1);
    if (fd < 0 || ::close(fd) == 0 || errno == EINTR) return {};
    return fail("close", path_);
  }

 private:
  Status too_large() const {
    return system_error(EFBIG, "use so large an offset in", path_);
  }

  int fd_;
  std::string path_;
  mode_t mode_;
};

// Waits for the exclusive lock. False if somebody removed the file meanwhile
// (remove_if_abandoned of another build, before we held the lock).
bool lock_new_file(int fd, mode_t& mode) {
  int result;
  do {
    result = ::flock(fd, LOCK_EX);
  } while (result != 0 && errno == EINTR);
  // Without locks on this file system (result != 0) nobody removes it either.
  struct stat info;
  if (::fstat(fd, &info) != 0) return true;
  mode = info.st_mode;
  return info.st_nlink > 0;
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<WritableFile>> create(
      const std::string& path) override {
    constexpr int kAttempts = 8;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      const int fd =
          ::open(path.c_str(),
                 O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0666);
      if (fd < 0 && errno == EINTR) continue;
      if (fd < 0) return fail("create", path);
      // The mode the umask grants is noted for set_read_only(); until then the
      // file is its owner's only.
      mode_t mode = 0600;
      const bool ours = lock_new_file(fd, mode);
      (void)::fchmod(fd, 0600);
      auto file = std::make_unique<PosixFile>(fd, path, mode);
      if (ours) return std::unique_ptr<WritableFile>(std::move(file));
    }
    return Status(StatusCode::kIo,
                  "cannot create " + path +
                      ": another process removes it again and again");
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return fail("replace", to);
  }

  Status remove(const std::string& path) override {
    return ::unlink(path.c_str()) == 0 ? Status() : fail("remove", path);
  }

  Status remove_if_abandoned(const std::string& path) override {
    const int fd =
        ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return fail("open", path);
    struct stat info;
    Status status;
    if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        ::flock(fd, LOCK_EX | LOCK_NB) == 0) {
      status = remove(path);
    }
    ::close(fd);
    return status;
  }

  Result<FileKind> kind(const std::string& path) override {
    struct stat info;
    if (::stat(path.c_str(), &info) != 0) {
      if (errno == ENOENT) return FileKind::kMissing;
      return fail("look at", path);
    }
    if (S_ISREG(info.st_mode)) return FileKind::kRegular;
    return S_ISDIR(info.st_mode) ? FileKind::kFolder : FileKind::kOther;
  }

  Status sync_folder(const std::string& folder) override {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fail("open the folder", folder);
    Status status;
    // EINVAL: a file system that cannot flush folders, and need not.
    if (::fsync(fd) != 0 && errno != EINVAL) {
      status = fail("flush to disk the folder", folder);
    }
    ::close(fd);
    return status;
  }

  Result<std::vector<std::string>> list(const std::string& folder) override {
    DIR* stream = ::opendir(folder.c_str());
    if (stream == nullptr) return fail("list the folder", folder);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    Status status = errno == 0 ? Status() : fail("list the folder", folder);
    ::closedir(stream);
    if (!status) return status;
    return names;
  }
};

}  // namespace

FileSystem& posix_file_system() {
  // Never destroyed: files may outlive static destruction.
  static FileSystem& files = *new PosixFileSystem;
  return files;
}

}  // namespace kwic
