// SPDX-License-Identifier: Apache-2.0
// Where kwic index writes.
#ifndef KWIC_CLI_INDEX_TARGET_H_
#define KWIC_CLI_INDEX_TARGET_H_

#include <string>
#include <vector>

namespace kwic::cli {

// The name of an index of these paths in the current folder: "docs.kwic" for
// "../docs/", "wiki.kwic" for "wiki.jsonl". Empty where there is none to take,
// as for several paths.
std::string default_target(const std::vector<std::string>& paths);

// Why `target` must not be replaced by an index, or "": it is a folder, a
// device, or a file that holds something else.
std::string target_problem(const std::string& target);

}  // namespace kwic::cli

#endif  // KWIC_CLI_INDEX_TARGET_H_
