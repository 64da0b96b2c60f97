// SPDX-License-Identifier: Apache-2.0
#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>

#include "base/system_error.h"

namespace kwic {
namespace {

constexpr std::size_t kMaxTransfer = std::size_t{1} << 30;

// The system serves no more than its read-ahead setting for one call; this much
// is the default of Linux, and at most what others have.
constexpr std::size_t kMaxAdvice = std::size_t{128} << 10;

// Advice only: what fails is read when it is touched.
void ask_system(const std::uint8_t* begin, std::size_t size) {
  for (std::size_t at = 0; at < size; at += kMaxAdvice) {
    void* address = const_cast<std::uint8_t*>(begin + at);
    ::posix_madvise(address, std::min(kMaxAdvice, size - at),
                    POSIX_MADV_WILLNEED);
  }
}

// Closes a descriptor at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

int open_for_reading(const std::string& path) {
  int fd;
  do {
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

// The size of a regular file, or why it is none.
Result<std::uint64_t> regular_size(int fd, const std::string& name) {
  struct stat info;
  if (::fstat(fd, &info) != 0) return system_error(errno, "look at", name);
  if (S_ISDIR(info.st_mode)) {
    return Status(StatusCode::kNotAnIndex,
                  name + " is a folder, not a file; name an index file");
  }
  if (!S_ISREG(info.st_mode)) {
    return Status(StatusCode::kNotAnIndex,
                  name +
                      " is not a regular file; copy its content into one "
                      "first");
  }
  return static_cast<std::uint64_t>(info.st_size);
}

}  // namespace

MappedFile::~MappedFile() {
  if (mapping_ != nullptr) ::munmap(mapping_, mapping_size_);
  if (heap_ != nullptr) {
    ::operator delete (heap_, std::align_val_t{kAlignment});
  }
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open(
    const std::string& path, bool copy) {
  const Descriptor fd(open_for_reading(path));
  if (fd.get() < 0) return system_error(errno, "open", path);
  const Result<std::uint64_t> size = regular_size(fd.get(), path);
  if (!size) return size.error();
  return open_range(fd.get(), {0, *size}, copy, path);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open_fd(
    int fd, std::uint64_t offset, std::uint64_t length, bool copy) {
  const std::string name = "descriptor " + std::to_string(fd);
  const Result<std::uint64_t> size = regular_size(fd, name);
  if (!size) return size.error();
  if (offset > *size || length > *size - offset) {
    return Status(StatusCode::kInvalidArgument,
                  name + ": " + std::to_string(length) + " bytes at offset " +
                      std::to_string(offset) + " were asked for, but it has " +
                      std::to_string(*size) + "; check offset and length");
  }
  return open_range(fd, {offset, length}, copy, name);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::copy_of(ByteView bytes) {
  std::shared_ptr<MappedFile> file(new MappedFile);
  if (bytes.empty()) return std::shared_ptr<const MappedFile>(file);
  if (Status s = file->allocate(bytes.size(), "bytes in memory"); !s) return s;
  std::memcpy(file->heap_, bytes.data(), bytes.size());
  return std::shared_ptr<const MappedFile>(file);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open_range(
    int fd, Range range, bool copy, const std::string& name) {
  std::shared_ptr<MappedFile> file(new MappedFile);
  if (range.length == 0) return std::shared_ptr<const MappedFile>(file);
  // Half of the address space, so that adding a page cannot wrap.
  if (range.length > std::numeric_limits<std::size_t>::max() / 2) {
    return Status(StatusCode::kLimit,
                  name + " has " + std::to_string(range.length) +
                      " bytes, more than this machine can address; use a "
                      "64-bit program");
  }
  const bool aligned = range.offset % kAlignment == 0;
  Status status = copy || !aligned ? file->read(fd, range, name)
                                   : file->map(fd, range, name);
  if (!status) return status;
  return std::shared_ptr<const MappedFile>(file);
}

Status MappedFile::allocate(std::size_t size, const std::string& name) {
  heap_ = static_cast<std::uint8_t*>(
      ::operator new (size, std::align_val_t{kAlignment}, std::nothrow));
  if (heap_ == nullptr) {
    return {StatusCode::kOutOfMemory, "no memory for a copy of the " +
                                          std::to_string(size) + " bytes of " +
                                          name + "; open it mapped instead"};
  }
  bytes_ = {heap_, size};
  return {};
}

// A mapping must begin at a page, so it begins at the page below the range.
// Readers know what they will need and ask for it; what the system would guess
// around a page that is touched (up to megabytes) is mostly not needed.
Status MappedFile::map(int fd, Range range, const std::string& name) {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t before = range.offset % page;
  mapping_size_ = static_cast<std::size_t>(range.length + before);
  void* address = ::mmap(nullptr, mapping_size_, PROT_READ, MAP_SHARED, fd,
                         static_cast<off_t>(range.offset - before));
  if (address == MAP_FAILED) return system_error(errno, "map", name);
  mapping_ = address;
  ::posix_madvise(address, mapping_size_, POSIX_MADV_RANDOM);
  requests_.cover({static_cast<const std::uint8_t*>(address), mapping_size_},
                  static_cast<std::size_t>(page), ask_system);
  bytes_ = {static_cast<const std::uint8_t*>(address) + before,
            static_cast<std::size_t>(range.length)};
  return {};
}

Status MappedFile::read(int fd, Range range, const std::string& name) {
  const auto size = static_cast<std::size_t>(range.length);
  if (Status s = allocate(size, name); !s) return s;
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n =
        ::pread(fd, heap_ + done, std::min(size - done, kMaxTransfer),
                static_cast<off_t>(range.offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(errno, "read", name);
    if (n == 0) {
      return {StatusCode::kIo, name +
                                   " became shorter while it was read; try "
                                   "again when it is complete"};
    }
    done += static_cast<std::size_t>(n);
  }
  return {};
}

}  // namespace kwic
