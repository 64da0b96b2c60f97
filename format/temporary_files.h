// SPDX-License-Identifier: Apache-2.0
// TemporaryFiles: the files a build keeps beside its target.
//
// They are named ".<name>.kwic-tmp.<pid>.<n>". All but the one that becomes the
// target lose their name as soon as they are open, so that nothing of a killed
// build remains; what a kill can leave (the file being assembled, at most) is
// no longer locked, and the next build of the same target removes it.
//
// Thread-safe.
#ifndef KWIC_FORMAT_TEMPORARY_FILES_H_
#define KWIC_FORMAT_TEMPORARY_FILES_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/file_system.h"
#include "kwic/status.h"

namespace kwic {

// "a/b.kwic": folder "a", name "b.kwic". "b.kwic": folder ".".
struct TargetPath {
  explicit TargetPath(std::string_view path);
  std::string folder;
  std::string name;
};

// What the names of all temporary files of a target of that name begin with.
// Long names are cut, since file systems allow 255 bytes.
std::string temporary_prefix(std::string_view name);

// Whether `name` is the prefix and two numbers with a dot between.
bool is_temporary_name(std::string_view name, std::string_view prefix);

// Makes a file that is gone when it is closed.
using NewFile = std::function<Result<std::unique_ptr<WritableFile>>()>;

class TemporaryFiles {
 public:
  TemporaryFiles(FileSystem& files, const TargetPath& target);

  struct Named {
    std::string path;
    std::unique_ptr<WritableFile> file;
  };

  // A file that keeps its name; the caller renames or removes it.
  Result<Named> create_named();

  // A file that is gone when it is closed, however the process ends.
  Result<std::unique_ptr<WritableFile>> create();

  // Removes what killed builds of this target left. What cannot be removed
  // stays: it is of no consequence for this build.
  void remove_abandoned();

 private:
  FileSystem& files_;
  std::string folder_;
  std::string prefix_;
  std::atomic<unsigned> next_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TEMPORARY_FILES_H_
