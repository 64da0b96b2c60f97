// SPDX-License-Identifier: Apache-2.0
// What all drivers share of the protocol: how times are taken and written, and
// how an id is printed.
#ifndef KWIC_BENCH_PEER_PEER_TIMING_H_
#define KWIC_BENCH_PEER_PEER_TIMING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/peer/peer_query.h"

namespace kwic::bench {

// A query to be timed, and its times so far.
struct Timed {
  Command command;
  std::string line;
  PeerQuery query;
  std::uint64_t result = 0;  // hits of TOP_10, else the count
  double spent = 0;
  std::vector<double> micros = {};
};

struct TimingOptions {
  long warmup = 2;
  long runs = 7;
  long max_ms = 2000;  // for one query in all
};

// Answers a query and returns its `result`. All of the call is timed.
using TimedCall = std::function<std::uint64_t(const Timed&)>;

// Whole rounds, so that no query follows itself; a query that has used up its
// time is left out of further rounds.
void time_rounds(std::vector<Timed>& items, const TimingOptions& options,
                 const TimedCall& call);

// A table with a line for each query. False if it cannot be written.
bool write_times(const std::string& engine, std::vector<Timed>& items,
                 const std::string& path);

// The text as a JSON string.
std::string quoted(const std::string& text);

}  // namespace kwic::bench

#endif  // KWIC_BENCH_PEER_PEER_TIMING_H_
