// SPDX-License-Identifier: Apache-2.0
// kwic verify: whether a file is whole.
#include <unistd.h>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/json_lines.h"
#include "cli/numbers.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "cli/report.h"

namespace kwic::cli {

const Manual kVerifyManual = {
    "verify", "verify FILE [OPTION]...", "check an index for damage",
    "Read a whole index and check every hash and every unused byte. With "
    "--deep\n"
    "its meaning is checked too: orders, sums, references, and stored texts.\n"
    "Exit code: 0 good, 1 damaged, 2 the file could not be checked.",
    "Examples:\n"
    "  kwic verify docs.kwic\n"
    "  kwic verify --deep --quiet docs.kwic && echo good"};

namespace {

void print_report(const std::string& path, const VerifyReport& report,
                  bool deep, Output& out) {
  for (const VerifyProblem& problem : report.problems) {
    out.text(path + ": " + problem.section + ": byte " +
             std::to_string(problem.offset) + ": " + problem.message);
    out.raw("\n");
  }
  if (report.ok()) {
    out.text(path + ": good, " + format_bytes(report.bytes_checked) +
             (deep ? " and their meaning checked" : " checked"));
  } else {
    out.text(path + ": damaged, " +
             format_count(report.problems.size(), "problem") +
             ". Build it again with: kwic index PATH... -o " + path);
  }
  out.raw("\n");
}

// A file so damaged that it cannot be opened.
int report_unopened(const std::string& path, const Status& status, bool quiet) {
  if (status.code() != StatusCode::kCorrupt) return fail_open(path, status);
  if (!quiet) fail_at(path, status);
  return kExitNone;
}

struct VerifyOptions {
  bool deep = false;
  bool quiet = false;
  bool json = false;
};

int verify(const std::string& path, const Index& index,
           const VerifyOptions& options) {
  catch_interrupts();
  ProgressBar bar(!options.quiet);
  const VerifyLevel level =
      options.deep ? VerifyLevel::kDeep : VerifyLevel::kHashes;
  const Result<VerifyReport> report =
      index.verify(level, [&](std::uint64_t done, std::uint64_t total) {
        bar.bytes("checking", done, total);
        return !interrupted();
      });
  bar.clear();
  if (interrupted()) return interrupt_exit_code();
  if (!report) return fail_at(path, report.error());
  Output out(STDOUT_FILENO);
  if (options.json) {
    out.raw(json_verify(*report));
  } else if (!options.quiet) {
    print_report(path, *report, options.deep, out);
  }
  return out.finish(report->ok() ? kExitOk : kExitNone);
}

}  // namespace

int run_verify(const Words& words) {
  VerifyOptions options;
  Arguments arguments(kVerifyManual);
  arguments.flag("--deep", "check the meaning as well as the hashes",
                 options.deep);
  arguments.flag("-q,--quiet", "tell by the exit code alone", options.quiet);
  arguments.flag("--json", "print one JSON object", options.json);
  if (auto exit = arguments.parse(words, 1, 1)) return *exit;
  const std::string& path = arguments.positionals()[0];
  const Result<Index> index = Index::open(path);
  if (!index) return report_unopened(path, index.error(), options.quiet);
  return verify(path, *index, options);
}

}  // namespace kwic::cli
