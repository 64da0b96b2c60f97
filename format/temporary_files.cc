// SPDX-License-Identifier: Apache-2.0
#include "format/temporary_files.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace kwic {
namespace {

// A name, cut, with prefix and two numbers, fits 255 bytes.
constexpr std::size_t kMaxNameBytes = 180;

// How many names taken by others are passed over. They belong to a process of
// the same number elsewhere (another machine or container).
constexpr int kMaxNameAttempts = 1000;

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

}  // namespace

TargetPath::TargetPath(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) {
    folder = ".";
    name = path;
    return;
  }
  folder = path.substr(0, std::max<std::size_t>(slash, 1));
  name = path.substr(slash + 1);
}

std::string temporary_prefix(std::string_view name) {
  return "." + std::string(name.substr(0, kMaxNameBytes)) + ".kwic-tmp.";
}

bool is_temporary_name(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  const std::size_t dot = name.find('.');
  return dot != std::string_view::npos && is_number(name.substr(0, dot)) &&
         is_number(name.substr(dot + 1));
}

TemporaryFiles::TemporaryFiles(FileSystem& files, const TargetPath& target)
    : files_(files),
      folder_(target.folder + "/"),
      prefix_(temporary_prefix(target.name)) {}

Result<TemporaryFiles::Named> TemporaryFiles::create_named() {
  const std::string start =
      folder_ + prefix_ + std::to_string(::getpid()) + ".";
  Status status;
  for (int attempt = 0; attempt < kMaxNameAttempts; ++attempt) {
    std::string path = start + std::to_string(next_++);
    auto file = files_.create(path);
    if (file) return Named{std::move(path), *std::move(file)};
    status = file.error();
    if (status.code() != StatusCode::kInvalidArgument) break;
  }
  return status;
}

Result<std::unique_ptr<WritableFile>> TemporaryFiles::create() {
  Result<Named> named = create_named();
  if (!named) return named.error();
  if (Status s = files_.remove(named->path); !s) {
    (void)files_.remove(named->path);
    return s;
  }
  return std::move(named->file);
}

void TemporaryFiles::remove_abandoned() {
  const auto names = files_.list(folder_);
  if (!names) return;
  for (const std::string& name : *names) {
    if (!is_temporary_name(name, prefix_)) continue;
    (void)files_.remove_if_abandoned(folder_ + name);
  }
}

}  // namespace kwic
