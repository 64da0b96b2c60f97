// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/report.h"
#include "cli/safe_text.h"

namespace kwic::cli {
namespace {
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
}  // namespace

void Output::raw(std::string_view bytes) {
  if (failed()) return;
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) flush();
}

void Output::text(std::string_view bytes) { raw(safe_text(bytes)); }

void Output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && error_ == 0) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
}

int Output::finish(int code) {
  flush();
  if (error_ == 0 || error_ == EPIPE) return code;
  return fail(std::string("cannot write to standard output: ") +
              std::strerror(error_) + ".");
}

}  // namespace kwic::cli
