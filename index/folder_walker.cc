// SPDX-License-Identifier: Apache-2.0
#include "index/folder_walker.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

namespace kwic {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// A folder being walked.
struct OpenFolder {
  std::unique_ptr<DIR, CloseFolder> folder;
  dev_t device = 0;
  ino_t inode = 0;
  std::vector<std::string> names;  // sorted
  std::size_t next = 0;
  std::size_t path_size = 0;  // of the path up to and with this folder
};

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

// Reads the names but "." and "..". Returns 0 or an errno value.
int read_names(DIR* folder, std::vector<std::string>& names) {
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder);
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int error = errno;
  std::sort(names.begin(), names.end());
  return error;
}

class Walk {
 public:
  Walk(const std::string& root, const WalkOptions& options)
      : options_(options), path_(root) {
    while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
    root_size_ = path_ == "/" ? 0 : path_.size();
  }

  Status run() {
    enter(AT_FDCWD, path_.c_str(), true);
    path_.resize(root_size_);
    if (!folders_.empty()) folders_.back().path_size = root_size_;
    while (!folders_.empty()) {
      OpenFolder& folder = folders_.back();
      path_.resize(folder.path_size);
      if (folder.next == folder.names.size()) {
        folders_.pop_back();
        continue;
      }
      const std::string& name = folder.names[folder.next++];
      path_ += '/';
      path_ += name;
      // `folder` and `name` move when a folder is entered.
      if (Status s = look_at(::dirfd(folder.folder.get()), name); !s) return s;
    }
    return {};
  }

 private:
  void skip(SkipReason reason, std::string_view detail = {}) {
    options_.skip(path_, reason, detail);
  }

  Status look_at(int folder, const std::string& name) {
    FoundFile found;
    if (::fstatat(folder, name.c_str(), &found.info, AT_SYMLINK_NOFOLLOW) < 0) {
      skip(SkipReason::kUnreadable, reason_of(errno));
      return {};
    }
    if (S_ISLNK(found.info.st_mode)) {
      if (!options_.follow_links) {
        skip(SkipReason::kSymbolicLink);
        return {};
      }
      found.through_link = true;
      if (::fstatat(folder, name.c_str(), &found.info, 0) < 0) {
        const bool loop = errno == ELOOP;
        skip(loop ? SkipReason::kLinkLoop : SkipReason::kUnreadable,
             reason_of(errno));
        return {};
      }
    }
    if (S_ISDIR(found.info.st_mode)) {
      enter(folder, name.c_str(), found.through_link);
      return {};
    }
    if (!S_ISREG(found.info.st_mode)) {
      skip(SkipReason::kNotRegular);
      return {};
    }
    found.folder = folder;
    found.name = name.c_str();
    found.path = path_;
    found.relative = std::string_view(path_).substr(root_size_ + 1);
    return options_.visit(found);
  }

  // Puts a folder on top of those being walked, or reports why not.
  void enter(int parent, const char* name, bool through_link) {
    if (folders_.size() > static_cast<std::size_t>(options_.max_depth)) {
      return skip(SkipReason::kTooDeep);
    }
    const int fd = ::openat(parent, name,
                            O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY |
                                O_CLOEXEC | (through_link ? 0 : O_NOFOLLOW));
    if (fd < 0) return skip(SkipReason::kUnreadable, reason_of(errno));
    OpenFolder entered;
    entered.folder.reset(::fdopendir(fd));
    if (entered.folder == nullptr) {
      const int error = errno;
      ::close(fd);
      return skip(SkipReason::kUnreadable, reason_of(error));
    }
    struct stat info = {};
    if (::fstat(fd, &info) < 0) {
      return skip(SkipReason::kUnreadable, reason_of(errno));
    }
    entered.device = info.st_dev;
    entered.inode = info.st_ino;
    if (is_being_walked(entered)) return skip(SkipReason::kLinkLoop);
    if (const int error = read_names(entered.folder.get(), entered.names)) {
      skip(SkipReason::kUnreadable, reason_of(error));
    }
    entered.path_size = path_.size();
    folders_.push_back(std::move(entered));
  }

  bool is_being_walked(const OpenFolder& other) const {
    return std::any_of(
        folders_.begin(), folders_.end(), [&](const OpenFolder& folder) {
          return folder.device == other.device && folder.inode == other.inode;
        });
  }

  const WalkOptions& options_;
  std::string path_;
  std::size_t root_size_ = 0;
  std::vector<OpenFolder> folders_;  // the root first
};

}  // namespace

Status walk_folder(const std::string& root, const WalkOptions& options) {
  return Walk(root, options).run();
}

}  // namespace kwic
