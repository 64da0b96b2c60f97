// SPDX-License-Identifier: Apache-2.0
// What it costs a program to have an index open, by the public interface:
//
//     kwic_using INDEX.kwic < QUERIES        a query a line
//
// prints "figure,value" lines. Opening: page faults (the system maps up to 16
// pages at a fault) and µs, median of 101. Memory that belongs to
// this process alone (RssAnon, KiB): of the open index, of a searcher when it
// has answered every query (top ten and count) twice, and of a second one.
// Documents of random numbers read from the store: µs, median and 99th
// percentile. The file should be in the page cache.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kwic/index.h"
#include "kwic/searcher.h"

namespace {

using Clock = std::chrono::steady_clock;

double micros_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin)
      .count();
}

double percentile(std::vector<double>& values, std::size_t percent) {
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) * percent / 100];
}

long page_faults() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return use.ru_minflt + use.ru_majflt;
}

// KiB; 0 where the system does not say.
long own_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long kib = 0;
    if (word == "RssAnon:" && status >> kib) return kib;
    status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return 0;
}

template <typename Value>
void print(const char* figure, Value value) {
  std::cout << figure << ',' << value << '\n';
}

void fail(const kwic::Status& error) {
  std::cerr << "kwic_using: " << error.message() << "\n";
}

std::vector<std::string> read_queries() {
  std::vector<std::string> queries;
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty()) queries.push_back(line);
  }
  return queries;
}

bool measure_opening(const std::string& path) {
  constexpr int kTimes = 101;
  std::vector<double> micros;
  for (int i = 0; i < kTimes; ++i) {
    const auto begin = Clock::now();
    const auto index = kwic::Index::open(path);
    micros.push_back(micros_since(begin));
    if (!index) return fail(index.error()), false;
  }
  print("open_us", percentile(micros, 50));
  return true;
}

bool answer_all(kwic::Searcher& searcher,
                const std::vector<std::string>& queries) {
  kwic::SearchOptions options;
  options.operation = kwic::Operator::kOr;
  options.fill = false;
  kwic::SearchResult result;
  for (int round = 0; round < 2; ++round) {
    for (const std::string& query : queries) {
      const kwic::Status status = searcher.search(query, options, result);
      if (!status.ok()) return fail(status), false;
    }
  }
  return true;
}

bool measure_searchers(const kwic::Index& index,
                       const std::vector<std::string>& queries) {
  std::vector<std::unique_ptr<kwic::Searcher>> searchers;
  for (const char* figure : {"searcher_kib", "second_searcher_kib"}) {
    const long before = own_memory();
    searchers.push_back(std::make_unique<kwic::Searcher>(index));
    if (!answer_all(*searchers.back(), queries)) return false;
    print(figure, own_memory() - before);
  }
  return true;
}

bool measure_documents(const kwic::Index& index) {
  const std::uint64_t documents = index.stats().documents;
  if (!index.stats().has_text || documents == 0) return true;
  constexpr int kTimes = 10000;
  std::mt19937 random(1);
  std::vector<double> micros;
  std::size_t bytes = 0;
  for (int i = 0; i < kTimes; ++i) {
    const auto doc = static_cast<kwic::DocId>(random() % documents);
    const auto begin = Clock::now();
    const auto text = index.text(doc);
    micros.push_back(micros_since(begin));
    if (!text) return fail(text.error()), false;
    bytes += text->body.size();
  }
  print("document_us", percentile(micros, 50));
  print("document_p99_us", percentile(micros, 99));
  print("document_bytes", bytes / kTimes);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: kwic_using INDEX.kwic < QUERIES\n";
    return 2;
  }
  const std::vector<std::string> queries = read_queries();
  const long memory = own_memory();
  const long faults = page_faults();
  const auto index = kwic::Index::open(argv[1]);
  if (!index) return fail(index.error()), 1;
  print("open_faults", page_faults() - faults);
  print("documents", index->stats().documents);
  print("file_bytes", index->stats().file_bytes);
  print("index_kib", own_memory() - memory);
  const bool good = measure_opening(argv[1]) &&
                    measure_searchers(*index, queries) &&
                    measure_documents(*index);
  return good ? 0 : 1;
}
