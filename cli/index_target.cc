// SPDX-License-Identifier: Apache-2.0
#include "cli/index_target.h"

#include <filesystem>
#include <string_view>
#include <system_error>

#include "cli/report.h"
#include "kwic/index.h"

namespace kwic::cli {

namespace fs = std::filesystem;

std::string default_target(const std::vector<std::string>& paths) {
  if (paths.size() != 1 || paths[0] == "-") return "";
  std::error_code error;
  fs::path path = fs::absolute(paths[0], error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::string name = path.filename().string();
  constexpr std::string_view kJsonLines = ".jsonl";
  if (name.size() > kJsonLines.size() && name.ends_with(kJsonLines)) {
    name.resize(name.size() - kJsonLines.size());
  }
  return name.empty() || name == "/" ? "" : name + ".kwic";
}

std::string target_problem(const std::string& target) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (!fs::exists(status)) return "";
  const std::string name = in_quotes(target);
  if (fs::is_directory(status)) {
    return "cannot write " + name + ": it is a folder. Name a file: -o " +
           target + (target.ends_with('/') ? "" : "/") + "index.kwic";
  }
  if (!fs::is_regular_file(status)) {
    return "cannot write " + name + ": it is no regular file.";
  }
  if (fs::file_size(target, error) == 0 || error) return "";
  const Result<Index> old = Index::open(target);
  if (old || old.error().code() != StatusCode::kNotAnIndex) return "";
  return name +
         " exists and is no kwic index: it stays as it is. Choose another "
         "name with -o, or remove it first.";
}

}  // namespace kwic::cli
