// SPDX-License-Identifier: Apache-2.0
// The verbs that every driver of an engine has, for engines that are not ours:
//
//   NAME_peer build    CORPUS.jsonl FOLDER [--store]
//   NAME_peer optimize FOLDER
//   NAME_peer query    FOLDER                   < COMMAND<TAB>QUERY lines
//   NAME_peer bench    FOLDER QUERIES OUT.tsv
//                      [--warmup=N] [--runs=N] [--max-ms=N]
//
// They are those of kwic_peer, and a query is timed in the same way: from a
// tokenized query to the numbers of its best documents.
#ifndef KWIC_BENCH_RIVALS_PEER_DRIVER_H_
#define KWIC_BENCH_RIVALS_PEER_DRIVER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/peer/peer_query.h"

namespace kwic::bench {

struct PeerHit {
  std::uint64_t doc;
  double score;
};

struct PeerAnswer {
  std::uint64_t count = 0;   // for COUNT and TOP_10_COUNT
  std::vector<PeerHit> top;  // for TOP_10 and TOP_10_COUNT
};

// One engine. Errors are thrown (the engines' own libraries throw too) as
// std::exception or, by Xapian, as Xapian::Error, which `main` turns into one.
class PeerEngine {
 public:
  virtual ~PeerEngine() = default;

  virtual void begin_build(const std::string& folder, bool keep_text) = 0;
  virtual void add(std::string_view id, std::string_view text) = 0;
  virtual void end_build() = 0;
  virtual void optimize(const std::string& folder) = 0;

  virtual void open(const std::string& folder) = 0;
  // REQUIRES: query.kind is not "mixed".
  virtual void run(Command command, const PeerQuery& query,
                   PeerAnswer& answer) = 0;
  virtual std::string id_of(std::uint64_t doc) = 0;
};

// What `main` returns.
int run_peer(const char* name, PeerEngine& engine, int argc, char** argv);

}  // namespace kwic::bench

#endif  // KWIC_BENCH_RIVALS_PEER_DRIVER_H_
