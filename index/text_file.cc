// SPDX-License-Identifier: Apache-2.0
#include "index/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kSniffedBytes = 8192;

// Beginnings of formats that may have no NUL byte near the start.
struct Signature {
  std::string_view bytes;
  const char* kind;
};
constexpr Signature kSignatures[] = {
    {"\xff\xfe", "UTF-16 text"},
    {"\xfe\xff", "UTF-16 text"},
    {"%PDF-", "PDF"},
    {"\x1f\x8b\x08", "gzip"},
    {"\x28\xb5\x2f\xfd", "zstd"},
    {"\x04\x22\x4d\x18", "LZ4"},
    {"BZh91AY&SY", "bzip2"},
    {"\xff\xd8\xff", "JPEG"},
    {"PK\x03\x04", "ZIP"},
    {"7z\xbc\xaf\x27\x1c", "7-Zip"},
    {"\x89PNG\r\n", "PNG"},
    {"\x7f"
     "ELF",
     "ELF"},
};

// A kwic file begins with a small number, the place of its root, and its
// identifier.
bool is_kwic_file(std::string_view start) {
  constexpr std::uint32_t kFarthestRoot = 4096;
  return start.size() >= 8 && start.substr(4, 4) == "KWIC" &&
         load_le<std::uint32_t>(as_bytes(start).data()) < kFarthestRoot;
}

// Closes at the end.
class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Reads until `text` has `size` bytes or the file ends. 0 or an errno value.
int read_up_to(int fd, std::uint64_t size, std::string& text) {
  std::size_t filled = text.size();
  text.resize(static_cast<std::size_t>(size));
  int error = 0;
  while (filled < text.size()) {
    const ssize_t n = ::read(fd, text.data() + filled, text.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) error = errno;
    if (n <= 0) break;
    filled += static_cast<std::size_t>(n);
  }
  text.resize(filled);
  return error;
}

void refuse(TextFile& file, SkipReason reason, std::string detail = {}) {
  file.skipped = reason;
  file.detail = std::move(detail);
}

void refuse(TextFile& file, int error) {
  if (error == ELOOP) return refuse(file, SkipReason::kSymbolicLink);
  if (error == ENXIO) return refuse(file, SkipReason::kNotRegular);
  refuse(file, SkipReason::kUnreadable, std::generic_category().message(error));
}

}  // namespace

std::optional<SkipReason> sniff_text(std::string_view start,
                                     std::string& detail) {
  if (is_kwic_file(start)) return SkipReason::kOwnIndex;
  for (const Signature& signature : kSignatures) {
    if (start.starts_with(signature.bytes)) {
      detail = signature.kind;
      return SkipReason::kBinary;
    }
  }
  if (start.find('\0') != std::string_view::npos) return SkipReason::kBinary;
  return std::nullopt;
}

TextFile read_text_file(int folder, const char* name, bool follow_link,
                        std::uint64_t max_bytes, std::string& text) {
  TextFile file;
  text.clear();
  const OpenFile open(::openat(folder, name,
                               O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC |
                                   (follow_link ? 0 : O_NOFOLLOW)));
  struct stat info = {};
  if (open.fd() < 0 || ::fstat(open.fd(), &info) < 0) {
    refuse(file, errno);
    return file;
  }
  file.device = info.st_dev;
  file.inode = info.st_ino;
  file.modified = info.st_mtime;
  if (!S_ISREG(info.st_mode)) {
    refuse(file, SkipReason::kNotRegular);
    return file;
  }
  const auto size = static_cast<std::uint64_t>(info.st_size);
  int error =
      read_up_to(open.fd(), std::min<std::uint64_t>(size, kSniffedBytes), text);
  if (error == 0) file.skipped = sniff_text(text, file.detail);
  if (size > max_bytes && file.skipped != SkipReason::kOwnIndex) {
    refuse(file, SkipReason::kTooLarge, std::to_string(size) + " bytes");
  }
  if (error == 0 && !file.skipped) error = read_up_to(open.fd(), size, text);
  if (error != 0) refuse(file, error);
  return file;
}

}  // namespace kwic
