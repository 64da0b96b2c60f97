// SPDX-License-Identifier: Apache-2.0
#include "bench/rivals/peer_driver.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>

#include "bench/peer/peer_timing.h"
#include "kwic/corpus.h"

namespace kwic::bench {
namespace {

// The command line: words, and --name=value.
struct Arguments {
  std::vector<std::string> words;
  std::map<std::string, std::string> flags;

  Arguments(int argc, char** argv) {
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
  }
  bool has(const std::string& name) const { return flags.count(name) != 0; }
  long number(const std::string& name, long otherwise) const {
    const auto at = flags.find(name);
    return at == flags.end() ? otherwise
                             : std::strtol(at->second.c_str(), nullptr, 10);
  }
};

void build(PeerEngine& engine, const Arguments& arguments) {
  const std::string& folder = arguments.words[2];
  mkdir(folder.c_str(), 0755);
  engine.begin_build(folder, arguments.has("store"));
  CorpusOptions options;
  options.paths = {arguments.words[1]};
  std::string text;
  const auto report = read_corpus(options, [&](const Document& document) {
    text.assign(document.title);
    text += ' ';
    text += document.body;
    engine.add(document.id, text);
    return Status();
  });
  if (!report) throw std::runtime_error(report.error().message());
  engine.end_build();
}

// ------------------------------------------------------------------- answers

void print(PeerEngine& engine, Command command, const PeerAnswer& answer) {
  if (command == Command::kCount) {
    std::cout << answer.count << std::endl;
    return;
  }
  std::cout << '{';
  if (command == Command::kTop10Count) {
    std::cout << "\"count\":" << answer.count << ',';
  }
  std::cout << "\"hits\":[";
  const char* separator = "";
  for (const PeerHit& hit : answer.top) {
    std::cout << separator << '[' << quoted(engine.id_of(hit.doc)) << ','
              << hit.score << ']';
    separator = ",";
  }
  std::cout << "]}" << std::endl;
}

void serve(PeerEngine& engine) {
  PeerAnswer answer;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    const auto command = command_of(std::string_view(line).substr(0, tab));
    const PeerQuery query = tokenize_query(
        tab == std::string::npos ? std::string_view() : line.c_str() + tab + 1);
    if (!command || query.clauses.empty() || query.kind == "mixed") {
      std::cout << "UNSUPPORTED" << std::endl;
      continue;
    }
    engine.run(*command, query, answer);
    print(engine, *command, answer);
  }
}

// -------------------------------------------------------------------- timing

std::vector<Timed> read_timed(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::vector<Timed> timed;
  for (std::string line; std::getline(in, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) continue;
    const auto command = command_of(std::string_view(line).substr(0, tab));
    PeerQuery query = tokenize_query(std::string_view(line).substr(tab + 1));
    if (!command || query.clauses.empty() || query.kind == "mixed") continue;
    timed.push_back({*command, line.substr(tab + 1), std::move(query)});
  }
  return timed;
}

void time_queries(const char* name, PeerEngine& engine,
                  const Arguments& arguments) {
  std::vector<Timed> items = read_timed(arguments.words[2]);
  const TimingOptions options{arguments.number("warmup", 2),
                              arguments.number("runs", 7),
                              arguments.number("max-ms", 2000)};
  PeerAnswer answer;
  time_rounds(items, options, [&](const Timed& item) -> std::uint64_t {
    engine.run(item.command, item.query, answer);
    return item.command == Command::kTop10 ? answer.top.size() : answer.count;
  });
  if (!write_times(name, items, arguments.words[3])) {
    throw std::runtime_error("cannot write " + arguments.words[3]);
  }
}

int usage(const char* name) {
  std::cerr << "usage: " << name << "_peer build CORPUS.jsonl FOLDER [--store]"
            << "\n       " << name << "_peer optimize FOLDER"
            << "\n       " << name << "_peer query FOLDER"
            << " < COMMAND<TAB>QUERY lines"
            << "\n       " << name << "_peer bench FOLDER QUERIES OUT.tsv"
            << " [--warmup=N] [--runs=N] [--max-ms=N]\n";
  return 2;
}

}  // namespace

int run_peer(const char* name, PeerEngine& engine, int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const std::vector<std::string>& words = arguments.words;
  const std::string verb = words.empty() ? "" : words[0];
  const std::size_t wanted = verb == "build" ? 3 : verb == "bench" ? 4 : 2;
  if (words.size() != wanted) return usage(name);
  std::ios::sync_with_stdio(false);
  try {
    if (verb == "build") {
      build(engine, arguments);
    } else if (verb == "optimize") {
      engine.optimize(words[1]);
    } else if (verb == "query" || verb == "bench") {
      engine.open(words[1]);
      if (verb == "query") {
        serve(engine);
      } else {
        time_queries(name, engine, arguments);
      }
    } else {
      return usage(name);
    }
  } catch (const std::exception& error) {
    std::cerr << name << "_peer: " << error.what() << "\n";
    return 1;
  }
  return 0;
}

}  // namespace kwic::bench
