// SPDX-License-Identifier: Apache-2.0
#include "base/system_error.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace kwic {
namespace {

StatusCode code_of(int error) {
  switch (error) {
    case ENOENT: return StatusCode::kNotFound;
    case ENOMEM: return StatusCode::kOutOfMemory;
    case EEXIST: return StatusCode::kInvalidArgument;
    default: return StatusCode::kIo;
  }
}

// What a person can do about it; empty where there is nothing general to say.
std::string_view remedy_for(int error) {
  switch (error) {
    case ENOENT: return "check the path";
    case ENOTDIR: return "a part of the path is a file, not a folder";
    case EACCES:
    case EPERM: return "check the permissions of the file and its folder";
    case EROFS: return "the file system is read-only, choose another folder";
    case ENOSPC: return "the disk is full, free some space and try again";
    case EDQUOT: return "your quota is used up, free some space and try again";
    case EFBIG: return "the file grew above a limit (see ulimit -f)";
    case EMFILE:
    case ENFILE: return "too many files are open, close some (see ulimit -n)";
    case EIO: return "the device reported an error, check the disk";
    case ENAMETOOLONG: return "choose a shorter name";
    case ENOMEM: return "free some memory (see ulimit -v)";
    case ELOOP: return "a symbolic link leads in a circle or is not allowed";
    default: return "";
  }
}

}  // namespace

Status system_error(int error, std::string_view action, std::string_view path) {
  std::string message = "cannot ";
  message.append(action).append(" ").append(path).append(": ");
  message += std::generic_category().message(error);
  if (const std::string_view remedy = remedy_for(error); !remedy.empty()) {
    message.append("; ").append(remedy);
  }
  return {code_of(error), std::move(message)};
}

}  // namespace kwic
