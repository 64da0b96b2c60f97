// SPDX-License-Identifier: Apache-2.0
// kwic_peer: kwic behind the verbs that the drivers of other engines have, so
// that one script measures all of them in one run.
//
//   kwic_peer build    CORPUS.jsonl INDEXDIR [--store] [--threads=N]
//   [--memory=MiB] kwic_peer optimize INDEXDIR                (nothing to do)
//   kwic_peer query    INDEXDIR                < COMMAND<TAB>QUERY lines
//   kwic_peer bench    INDEXDIR QUERIES OUT.tsv
//                      [--warmup=N] [--runs=N] [--max-ms=N] [--with-ids]
//
// COMMAND is COUNT, TOP_10 or TOP_10_COUNT. The text is analyzed by the simple
// analyzer (AnalyzerKind::kSimple), title and body as one.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "bench/peer/peer_query.h"
#include "bench/peer/peer_timing.h"
#include "format/document_table.h"
#include "kwic/corpus.h"
#include "kwic/index_builder.h"
#include "query/executor.h"

namespace kwic::bench {
namespace {

using Flags = std::map<std::string, std::string>;

void note(const std::string& message) {
  std::fprintf(stderr, "kwic_peer: %s\n", message.c_str());
}

int fail(const std::string& message) {
  note(message);
  return 1;
}

long number(const Flags& flags, const std::string& name, long otherwise) {
  const auto at = flags.find(name);
  return at == flags.end() ? otherwise
                           : std::strtol(at->second.c_str(), nullptr, 10);
}

std::string file_in(const std::string& folder) { return folder + "/kwic.kwic"; }

int build(const std::string& corpus, const std::string& folder,
          const Flags& flags) {
  mkdir(folder.c_str(), 0755);
  BuildOptions options;
  options.analyzer = AnalyzerKind::kSimple;
  options.keep_text = flags.count("store") != 0;
  // The other engines keep no hashes of texts.
  options.keep_hashes = options.keep_text;
  options.fast_store = flags.count("fast") != 0;
  options.threads = static_cast<unsigned>(number(flags, "threads", 1));
  options.memory_bytes =
      static_cast<std::uint64_t>(number(flags, "memory", 512)) << 20;
  Result<IndexBuilder> builder = IndexBuilder::create(file_in(folder), options);
  if (!builder) return fail(builder.error().message());
  CorpusOptions read;
  read.paths = {corpus};
  read.skipped = [](std::string_view path, SkipReason reason,
                    std::string_view detail) {
    note(std::string(path) + ": " + std::string(skip_reason_name(reason)) +
         " " + std::string(detail));
  };
  const Result<CorpusReport> report = read_corpus(
      read, [&](const Document& document) { return builder->add(document); });
  if (!report) return fail(report.error().message());
  const Result<BuildSummary> summary = builder->finish();
  if (!summary) return fail(summary.error().message());
  note(std::to_string(summary->documents) + " documents, " +
       std::to_string(summary->file_bytes) + " bytes");
  return 0;
}

// An opened index and what answers queries on it.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> open(const std::string& folder) {
    auto file = IndexFile::open_path(file_in(folder), {});
    if (!file) return file.error();
    return std::unique_ptr<Engine>(new Engine(*file));
  }

  Status run(Command command, const PeerQuery& query) {
    make_tree(query, tree_);
    if (command == Command::kCount) {
      return executor_.count(tree_, result_.total);
    }
    return executor_.search(tree_, 10, command == Command::kTop10Count,
                            result_);
  }

  const ExecutorResult& result() const { return result_; }

  // Says that the ids of the result will be asked for.
  void will_need_ids() const {
    documents_.will_need(result_.top.size(),
                         [&](std::size_t i) { return result_.top[i].doc; });
  }

  std::string id_of(DocId doc) const {
    std::string id, title;
    return documents_.name(doc, id, title) ? id : std::string();
  }

 private:
  explicit Engine(std::shared_ptr<const IndexFile> file)
      : file_(std::move(file)),
        dictionary_(*file_),
        documents_(*file_),
        executor_(*file_, dictionary_) {}

  std::shared_ptr<const IndexFile> file_;
  TermDictionary dictionary_;
  DocumentTable documents_;
  Executor executor_;
  QueryTree tree_;
  ExecutorResult result_;
};

std::string answer_of(const Engine& engine, Command command) {
  const ExecutorResult& result = engine.result();
  if (command == Command::kCount) return std::to_string(result.total);
  std::string out = "{";
  if (command == Command::kTop10Count) {
    out += "\"count\":" + std::to_string(result.total) + ",";
  }
  out += "\"hits\":[";
  const char* separator = "";
  engine.will_need_ids();
  for (const ScoredDoc& hit : result.top) {
    char score[40];
    std::snprintf(score, sizeof(score), "%.6g", double{hit.score});
    out += separator;
    out += "[" + quoted(engine.id_of(hit.doc)) + "," + score + "]";
    separator = ",";
  }
  return out + "]}";
}

// False at the end of the input.
bool read_line(std::string& line) {
  line.clear();
  int c = getc_unlocked(stdin);
  for (; c != EOF && c != '\n'; c = getc_unlocked(stdin)) {
    line.push_back(static_cast<char>(c));
  }
  return c != EOF || !line.empty();
}

// (No iostreams: setting them up is part of the time to the first answer.)
int serve(Engine& engine) {
  std::string line;
  while (read_line(line)) {
    const std::size_t tab = line.find('\t');
    const auto command = command_of(std::string_view(line).substr(0, tab));
    std::string answer = "UNSUPPORTED";
    if (command && tab != std::string::npos) {
      const PeerQuery query =
          tokenize_query(std::string_view(line).substr(tab + 1));
      if (const Status s = engine.run(*command, query); !s) {
        return fail(s.message());
      }
      answer = answer_of(engine, *command);
    }
    std::puts(answer.c_str());
    std::fflush(stdout);
  }
  return 0;
}

// ------------------------------------------------------------------- timing

// Lines are COMMAND<TAB>QUERY, or a query alone, which stands for each command.
std::vector<Timed> read_timed(std::ifstream& in) {
  std::vector<Timed> with;
  std::vector<Timed> alone[3];
  for (std::string line; std::getline(in, line);) {
    const std::size_t tab = line.find('\t');
    const std::string text =
        tab == std::string::npos ? line : line.substr(tab + 1);
    const PeerQuery query = tokenize_query(text);
    if (query.clauses.empty()) continue;
    if (tab != std::string::npos) {
      const auto command = command_of(std::string_view(line).substr(0, tab));
      if (command) with.push_back({*command, text, query});
      continue;
    }
    int i = 0;
    for (const Command command :
         {Command::kCount, Command::kTop10, Command::kTop10Count}) {
      alone[i++].push_back({command, text, query});
    }
  }
  for (std::vector<Timed>& part : alone) {
    std::move(part.begin(), part.end(), std::back_inserter(with));
  }
  return with;
}

int time_queries(Engine& engine, const std::string& queries,
                 const std::string& out_path, const Flags& flags) {
  std::ifstream in(queries);
  if (!in) return fail("cannot read " + queries);
  std::vector<Timed> items = read_timed(in);
  const bool with_ids = flags.count("with-ids") != 0;
  Status failed;
  const TimingOptions options{number(flags, "warmup", 2),
                              number(flags, "runs", 7),
                              number(flags, "max-ms", 2000)};
  time_rounds(items, options, [&](const Timed& item) -> std::uint64_t {
    if (Status s = engine.run(item.command, item.query); !s) failed = s;
    std::size_t bytes = 0;
    if (with_ids) {
      for (const ScoredDoc& hit : engine.result().top) {
        bytes += engine.id_of(hit.doc).size();
      }
    }
    asm volatile("" : : "g"(bytes) : "memory");
    return item.command == Command::kTop10 ? engine.result().top.size()
                                           : engine.result().total;
  });
  if (!failed) return fail(failed.message());
  if (!write_times("kwic", items, out_path)) {
    return fail("cannot write " + out_path);
  }
  return 0;
}

int usage() {
  std::fputs(
      "usage: kwic_peer build CORPUS.jsonl DIR [--store] [--fast] "
      "[--threads=N] [--memory=MiB]\n"
      "       kwic_peer optimize DIR\n"
      "       kwic_peer query DIR < COMMAND<TAB>QUERY lines\n"
      "       kwic_peer bench DIR QUERIES OUT.tsv [--warmup=N] "
      "[--runs=N] [--max-ms=N] [--with-ids]\n",
      stderr);
  return 2;
}

int run(int argc, char** argv) {
  std::vector<std::string> words;
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--", 0) != 0) {
      words.push_back(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    flags[word.substr(2, equals - 2)] =
        equals == std::string::npos ? "" : word.substr(equals + 1);
  }
  if (words.size() == 3 && words[0] == "build") {
    return build(words[1], words[2], flags);
  }
  if (words.size() == 2 && words[0] == "optimize") return 0;
  const bool timing = words.size() == 4 && words[0] == "bench";
  if (!timing && !(words.size() == 2 && words[0] == "query")) return usage();
  auto engine = Engine::open(words[1]);
  if (!engine) return fail(engine.error().message());
  return timing ? time_queries(**engine, words[2], words[3], flags)
                : serve(**engine);
}

}  // namespace
}  // namespace kwic::bench

int main(int argc, char** argv) { return kwic::bench::run(argc, argv); }
