// SPDX-License-Identifier: Apache-2.0
// kwic index: folders, files and JSON lines in, one index file out.
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "cli/build_report.h"
#include "cli/commands.h"
#include "cli/index_target.h"
#include "cli/interrupt.h"
#include "cli/json_lines.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "cli/report.h"
#include "kwic/corpus.h"
#include "kwic/index_builder.h"

namespace kwic::cli {

const Manual kIndexManual = {
    "index", "index PATH... [-o FILE] [OPTION]...",
    "make an index of folders, files or JSON lines",
    "Make one index file of texts. PATH is a folder, read with all it holds, "
    "a\n"
    "text file, a file of JSON lines (*.jsonl) with \"id\", \"title\" and "
    "\"body\",\n"
    "or \"-\" for JSON lines from standard input. What is not text is skipped\n"
    "and reported. The file appears when it is complete; until then an old "
    "one\n"
    "stays in place.",
    "Sizes: 64M, 1G and 512MiB count in 1024s, 64MB in 1000s.\n"
    "\n"
    "Examples:\n"
    "  kwic index docs                        makes docs.kwic\n"
    "  kwic index notes mail.jsonl -o all.kwic\n"
    "  zcat wiki.jsonl.gz | kwic index - -o wiki.kwic --memory 64M"};

namespace {

struct IndexArguments {
  std::string target;
  BuildOptions build;
  std::uint64_t threads = 0;
  bool no_text = false, no_hashes = false, follow = false;
  bool quiet = false, verbose = false, json = false;
};

bool parse_analyzer(std::string_view word, AnalyzerKind& kind) {
  if (word == "standard") return kind = AnalyzerKind::kStandard, true;
  if (word == "simple") return kind = AnalyzerKind::kSimple, true;
  return false;
}

void declare(Arguments& arguments, IndexArguments& given) {
  constexpr std::uint64_t kMostThreads = 1024;
  arguments.text("-o,--output", "FILE",
                 "the index file (default: the name of PATH with .kwic, in the "
                 "current folder)",
                 given.target);
  arguments.size("--memory",
                 "memory to use before spilling to disk, 16M at least (512M)",
                 given.build.memory_bytes);
  arguments.count("--threads", "worker threads (default: one per core)",
                  given.threads, kMostThreads);
  arguments.flag("--no-text",
                 "do not keep the texts: a smaller file, without snippets",
                 given.no_text);
  arguments.flag("--fast", "compress the texts less, be done earlier",
                 given.build.fast_store);
  arguments.flag("--keep-times", "keep the files' modification times",
                 given.build.keep_times);
  arguments.flag("--no-hashes",
                 "leave out the hashes of the documents' texts; 8 bytes each",
                 given.no_hashes);
  arguments.flag("--follow", "follow symbolic links", given.follow);
  arguments.choice("--analyzer", "standard|simple",
                   "how text becomes terms; simple: runs of letters and "
                   "numbers in lower case",
                   [&](std::string_view word) {
                     return parse_analyzer(word, given.build.analyzer);
                   });
  arguments.flag("-q,--quiet", "print errors only", given.quiet);
  arguments.flag("-v,--verbose", "list each thing that was skipped",
                 given.verbose);
  arguments.flag("--json", "print the summary as JSON on standard output",
                 given.json);
}

std::string_view stage_name(BuildProgress::Stage stage) {
  switch (stage) {
    case BuildProgress::Stage::kReading: return "reading";
    case BuildProgress::Stage::kMerging: return "merging";
    case BuildProgress::Stage::kStoring: return "storing";
    case BuildProgress::Stage::kPublishing: return "publishing";
  }
  return "working";
}

// One run of the command.
class IndexRun {
 public:
  IndexRun(const IndexArguments& given, std::vector<std::string> paths)
      : given_(given), paths_(std::move(paths)), bar_(!given.quiet) {}

  int run();

 private:
  BuildOptions build_options();
  CorpusOptions corpus_options();
  Status build();
  void skipped(std::string_view path, SkipReason reason,
               std::string_view detail);
  int report_failure(const Status& status);
  int report_success();

  const IndexArguments& given_;
  std::vector<std::string> paths_;
  ProgressBar bar_;
  SkipExamples examples_;
  BuildFigures figures_;
};

BuildOptions IndexRun::build_options() {
  BuildOptions options = given_.build;
  options.keep_text = !given_.no_text;
  options.keep_hashes = !given_.no_hashes;
  options.threads = static_cast<unsigned>(given_.threads);
  options.progress = [this](const BuildProgress& progress) {
    // While reading, the corpus knows more: how much there is.
    if (progress.stage != BuildProgress::Stage::kReading) {
      bar_.fraction(stage_name(progress.stage), progress.fraction);
    }
    return !interrupted();
  };
  return options;
}

CorpusOptions IndexRun::corpus_options() {
  CorpusOptions options;
  options.paths = paths_;
  options.follow_links = given_.follow;
  options.exclude = {given_.target};
  options.skipped = [this](std::string_view path, SkipReason reason,
                           std::string_view detail) {
    skipped(path, reason, detail);
  };
  options.progress = [this](std::uint64_t done, std::uint64_t total) {
    bar_.bytes("reading", done, total);
    return !interrupted();
  };
  return options;
}

void IndexRun::skipped(std::string_view path, SkipReason reason,
                       std::string_view detail) {
  examples_.add(path, reason, detail);
  if (!given_.verbose) return;
  bar_.clear();
  print_error("skipped " + describe_skip(path, reason, detail));
}

Status IndexRun::build() {
  Result<IndexBuilder> builder =
      IndexBuilder::create(given_.target, build_options());
  if (!builder) return builder.error();
  Result<CorpusReport> corpus = read_corpus(
      corpus_options(),
      [&](const Document& document) { return builder->add(document); });
  if (!corpus) return corpus.error();
  figures_.corpus = *corpus;
  Result<BuildSummary> summary = builder->finish();
  if (!summary) return summary.error();
  figures_.summary = *summary;
  return {};
}

int IndexRun::report_failure(const Status& status) {
  if (interrupted()) {
    fail("stopped. " + in_quotes(given_.target) + " was not written.");
    return interrupt_exit_code();
  }
  return fail(sentence(status.message()));
}

int IndexRun::report_success() {
  figures_.peak_memory_bytes = peak_memory_bytes();
  if (!given_.quiet) {
    print_error(format_build(given_.target, figures_) +
                examples_.format(figures_.corpus));
    if (figures_.summary.documents == 0) {
      print_error("kwic: no text was found, so the index is empty.");
    }
  }
  Output out(STDOUT_FILENO);
  if (given_.json) out.raw(json_build(given_.target, figures_));
  return out.finish(kExitOk);
}

int IndexRun::run() {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  catch_interrupts();
  const Status status = build();
  bar_.clear();
  figures_.seconds =
      std::chrono::duration<double>(Clock::now() - start).count();
  return status.ok() ? report_success() : report_failure(status);
}

constexpr std::uint64_t kLeastMemory = std::uint64_t{16} << 20;

// Before anything is written: do the paths exist?
const std::string* missing_path(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::file_type type = fs::symlink_status(path, error).type();
    if (path != "-" && type == fs::file_type::not_found) return &path;
  }
  return nullptr;
}

}  // namespace

int run_index(const Words& words) {
  IndexArguments given;
  Arguments arguments(kIndexManual);
  declare(arguments, given);
  if (auto exit = arguments.parse(words, 1, ~std::size_t{0})) return *exit;
  const std::vector<std::string>& paths = arguments.positionals();
  if (const std::string* missing = missing_path(paths)) {
    return fail("cannot index " + in_quotes(*missing) +
                ": no such file or folder. Check the name.");
  }
  if (given.build.memory_bytes < kLeastMemory) {
    return fail("index: --memory takes 16M at least.");
  }
  if (given.target.empty()) given.target = default_target(paths);
  if (given.target.empty()) {
    return fail("index: no name for the index. Give one with -o FILE.");
  }
  const std::string problem = target_problem(given.target);
  if (!problem.empty()) return fail(problem);
  return IndexRun(given, paths).run();
}

}  // namespace kwic::cli
