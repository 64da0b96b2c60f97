// SPDX-License-Identifier: Apache-2.0
#include "bench/peer/peer_timing.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>

namespace kwic::bench {
namespace {

void time_once(Timed& item, const TimedCall& call, bool measured) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  item.result = call(item);
  const double micros =
      std::chrono::duration<double, std::micro>(Clock::now() - start).count();
  item.spent += micros;
  if (measured) item.micros.push_back(micros);
}

}  // namespace

void time_rounds(std::vector<Timed>& items, const TimingOptions& options,
                 const TimedCall& call) {
  const double most = 1000.0 * static_cast<double>(options.max_ms);
  for (long round = 0; round < options.warmup + options.runs; ++round) {
    const bool measured = round >= options.warmup;
    for (Timed& item : items) {
      const bool needed = measured && item.micros.empty();
      const double allowed = measured ? most : most / 2;
      if (needed || item.spent <= allowed) time_once(item, call, measured);
    }
  }
}

bool write_times(const std::string& engine, std::vector<Timed>& items,
                 const std::string& path) {
  std::ofstream out(path);
  out << "engine\tcmd\tkind\tterms\tquery\tresult\tbest_us\tmedian_us\truns\n";
  for (Timed& item : items) {
    if (item.micros.empty()) continue;
    std::sort(item.micros.begin(), item.micros.end());
    char times[64];
    std::snprintf(times, sizeof times, "%.3f\t%.3f", item.micros.front(),
                  item.micros[item.micros.size() / 2]);
    out << engine << '\t' << command_name(item.command) << '\t'
        << item.query.kind << '\t' << item.query.term_count() << '\t'
        << item.line << '\t' << item.result << '\t' << times << '\t'
        << item.micros.size() << '\n';
  }
  return static_cast<bool>(out.flush());
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace kwic::bench
