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
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "bench/peer/peer_query.h"
#include "format/document_table.h"
#include "kwic/corpus.h"
#include "kwic/index_builder.h"
#include "query/executor.h"

namespace kwic::bench {
namespace {

using Flags = std::map<std::string, std::string>;

int fail(const std::string& message) {
  std::cerr << "kwic_peer: " << message << "\n";
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
    std::cerr << "kwic_peer: " << path << ": " << skip_reason_name(reason)
              << " " << detail << "\n";
  };
  const Result<CorpusReport> report = read_corpus(
      read, [&](const Document& document) { return builder->add(document); });
  if (!report) return fail(report.error().message());
  const Result<BuildSummary> summary = builder->finish();
  if (!summary) return fail(summary.error().message());
  std::cerr << "kwic_peer: " << summary->documents << " documents, "
            << summary->file_bytes << " bytes\n";
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

  std::string id_of(DocId doc) const {
    const Result<DocumentInfo> info = documents_.info(doc);
    return info ? info->id : std::string();
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

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void print_answer(const Engine& engine, Command command) {
  const ExecutorResult& result = engine.result();
  if (command == Command::kCount) {
    std::cout << result.total << std::endl;
    return;
  }
  std::cout << "{";
  if (command == Command::kTop10Count) {
    std::cout << "\"count\":" << result.total << ",";
  }
  std::cout << "\"hits\":[";
  const char* separator = "";
  for (const ScoredDoc& hit : result.top) {
    char score[40];
    std::snprintf(score, sizeof(score), "%.6g", double{hit.score});
    std::cout << separator << "[" << quoted(engine.id_of(hit.doc)) << ","
              << score << "]";
    separator = ",";
  }
  std::cout << "]}" << std::endl;
}

int serve(Engine& engine) {
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::size_t tab = line.find('\t');
    const auto command = command_of(std::string_view(line).substr(0, tab));
    if (!command || tab == std::string::npos) {
      std::cout << "UNSUPPORTED" << std::endl;
      continue;
    }
    const PeerQuery query =
        tokenize_query(std::string_view(line).substr(tab + 1));
    if (const Status s = engine.run(*command, query); !s) {
      return fail(s.message());
    }
    print_answer(engine, *command);
  }
  return 0;
}

// ------------------------------------------------------------------- timing

struct Timed {
  Command command;
  std::string line;
  PeerQuery query;
  std::uint64_t result = 0;
  double spent = 0;
  std::vector<double> micros = {};
};

// Lines are COMMAND<TAB>QUERY, or a query alone, which stands for each command.
std::vector<Timed> read_timed(std::ifstream& in) {
  std::vector<Timed> with;
  std::vector<Timed> alone[3];
  std::string line;
  while (std::getline(in, line)) {
    const std::size_t tab = line.find('\t');
    if (line.empty()) continue;
    if (tab != std::string::npos) {
      const std::string text = line.substr(tab + 1);
      const auto command = command_of(std::string_view(line).substr(0, tab));
      if (command) with.push_back({*command, text, tokenize_query(text)});
      continue;
    }
    int i = 0;
    for (const Command command :
         {Command::kCount, Command::kTop10, Command::kTop10Count}) {
      alone[i++].push_back({command, line, tokenize_query(line)});
    }
  }
  for (std::vector<Timed>& part : alone) {
    std::move(part.begin(), part.end(), std::back_inserter(with));
  }
  return with;
}

Status time_once(Engine& engine, Timed& item, bool with_ids, bool measured) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  Status status = engine.run(item.command, item.query);
  std::size_t bytes = 0;
  if (with_ids) {
    for (const ScoredDoc& hit : engine.result().top) {
      bytes += engine.id_of(hit.doc).size();
    }
  }
  const double micros =
      std::chrono::duration<double, std::micro>(Clock::now() - start).count();
  asm volatile("" : : "g"(bytes) : "memory");
  item.result = item.command == Command::kTop10 ? engine.result().top.size()
                                                : engine.result().total;
  item.spent += micros;
  if (measured) item.micros.push_back(micros);
  return status;
}

// Whole rounds, so that no query follows itself; a query that has used up its
// time is left out of further rounds.
int time_queries(Engine& engine, const std::string& queries,
                 const std::string& out_path, const Flags& flags) {
  std::ifstream in(queries);
  if (!in) return fail("cannot read " + queries);
  std::vector<Timed> items = read_timed(in);
  const long warmup = number(flags, "warmup", 2);
  const long runs = number(flags, "runs", 7);
  const double cap =
      1000.0 * static_cast<double>(number(flags, "max-ms", 2000));
  const bool with_ids = flags.count("with-ids") != 0;
  for (long round = 0; round < warmup + runs; ++round) {
    const bool measured = round >= warmup;
    for (Timed& item : items) {
      if (item.query.clauses.empty()) continue;
      if (measured ? item.spent > cap && !item.micros.empty()
                   : item.spent * 2 > cap) {
        continue;
      }
      if (Status s = time_once(engine, item, with_ids, measured); !s) {
        return fail(item.line + ": " + s.message());
      }
    }
  }
  std::ofstream out(out_path);
  out << "engine\tcmd\tkind\tterms\tquery\tresult\tbest_us\tmedian_us\truns\n";
  for (Timed& item : items) {
    if (item.micros.empty()) continue;
    std::sort(item.micros.begin(), item.micros.end());
    char times[64];
    std::snprintf(times, sizeof(times), "%.3f\t%.3f", item.micros.front(),
                  item.micros[item.micros.size() / 2]);
    out << "kwic\t" << command_name(item.command) << "\t" << item.query.kind
        << "\t" << item.query.term_count() << "\t" << item.line << "\t"
        << item.result << "\t" << times << "\t" << item.micros.size() << "\n";
  }
  return out.flush() ? 0 : fail("cannot write " + out_path);
}

int usage() {
  std::cerr << "usage: kwic_peer build CORPUS.jsonl DIR [--store] [--fast] "
               "[--threads=N] [--memory=MiB]\n"
               "       kwic_peer optimize DIR\n"
               "       kwic_peer query DIR < COMMAND<TAB>QUERY lines\n"
               "       kwic_peer bench DIR QUERIES OUT.tsv [--warmup=N] "
               "[--runs=N] [--max-ms=N] [--with-ids]\n";
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
  std::ios::sync_with_stdio(false);
  return timing ? time_queries(**engine, words[2], words[3], flags)
                : serve(**engine);
}

}  // namespace
}  // namespace kwic::bench

int main(int argc, char** argv) { return kwic::bench::run(argc, argv); }
