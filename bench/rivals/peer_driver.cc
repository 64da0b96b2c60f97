// SPDX-License-Identifier: Apache-2.0
#include "bench/rivals/peer_driver.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>

#include "kwic/corpus.h"

namespace kwic::bench {
namespace {

using Clock = std::chrono::steady_clock;

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

void print_json_string(const std::string& text) {
  std::cout << '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    char escaped[8] = {c, 0};
    if (byte < 0x20) std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
    if (c == '"' || c == '\\') std::cout << '\\';
    std::cout << escaped;
  }
  std::cout << '"';
}

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
    std::cout << separator << '[';
    print_json_string(engine.id_of(hit.doc));
    std::cout << ',' << hit.score << ']';
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

struct Timed {
  Command command;
  std::string line;
  PeerQuery query;
  std::uint64_t result = 0;
  double spent = 0;
  std::vector<double> micros = {};
};

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

void time_once(PeerEngine& engine, Timed& item, PeerAnswer& answer,
               bool measured) {
  const Clock::time_point start = Clock::now();
  engine.run(item.command, item.query, answer);
  const double micros =
      std::chrono::duration<double, std::micro>(Clock::now() - start).count();
  item.result =
      item.command == Command::kTop10 ? answer.top.size() : answer.count;
  item.spent += micros;
  if (measured) item.micros.push_back(micros);
}

void write_times(const char* name, std::vector<Timed>& items,
                 const std::string& path) {
  std::ofstream out(path);
  out << "engine\tcmd\tkind\tterms\tquery\tresult\tbest_us\tmedian_us\truns\n";
  for (Timed& item : items) {
    if (item.micros.empty()) continue;
    std::sort(item.micros.begin(), item.micros.end());
    char times[64];
    std::snprintf(times, sizeof times, "%.3f\t%.3f", item.micros.front(),
                  item.micros[item.micros.size() / 2]);
    out << name << '\t' << command_name(item.command) << '\t' << item.query.kind
        << '\t' << item.query.term_count() << '\t' << item.line << '\t'
        << item.result << '\t' << times << '\t' << item.micros.size() << '\n';
  }
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

// Whole rounds, so that no query follows itself; a query that has used up its
// time is left out of further rounds.
void time_queries(const char* name, PeerEngine& engine,
                  const Arguments& arguments) {
  std::vector<Timed> items = read_timed(arguments.words[2]);
  const long warmup = arguments.number("warmup", 2);
  const long rounds = warmup + arguments.number("runs", 7);
  const double most =
      1000.0 * static_cast<double>(arguments.number("max-ms", 2000));
  PeerAnswer answer;
  for (long round = 0; round < rounds; ++round) {
    const bool measured = round >= warmup;
    for (Timed& item : items) {
      const bool needed = measured && item.micros.empty();
      const double allowed = measured ? most : most / 2;
      if (needed || item.spent <= allowed) {
        time_once(engine, item, answer, measured);
      }
    }
  }
  write_times(name, items, arguments.words[3]);
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
