// SPDX-License-Identifier: Apache-2.0
// kwic dump: the root of the file as JSON.
#include <unistd.h>

#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/output.h"
#include "cli/report.h"

namespace kwic::cli {

const Manual kDumpManual = {
    "dump", "dump FILE", "print the root and section table of an index",
    "Print the header and the section table of an index as JSON, with the "
    "names\n"
    "they have in the specification of the format.",
    "Examples:\n"
    "  kwic dump docs.kwic\n"
    "  flatc --json --raw-binary index_file.fbs -- docs.kwic   the same by "
    "flatc"};

int run_dump(const Words& words) {
  Arguments arguments(kDumpManual);
  if (auto exit = arguments.parse(words, 1, 1)) return *exit;
  const std::string& path = arguments.positionals()[0];
  const Result<Index> index = Index::open(path);
  if (!index) return fail_open(path, index.error());
  Output out(STDOUT_FILENO);
  out.raw(json_dump(*index));
  return out.finish(kExitOk);
}

}  // namespace kwic::cli
