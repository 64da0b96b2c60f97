// SPDX-License-Identifier: Apache-2.0
// Text to tokens, and texts to an index file; in bytes of text per second.
#include <benchmark/benchmark.h>

#include "analysis/analyzer.h"
#include "bench/micro/sample_index.h"

namespace kwic::bench {
namespace {

std::int64_t sample_bytes() {
  std::int64_t bytes = 0;
  for (const std::string& text : sample_texts()) {
    bytes += static_cast<std::int64_t>(text.size());
  }
  return bytes;
}

void analyze(benchmark::State& state) {
  const Analyzer& analyzer =
      analyzer_for(static_cast<AnalyzerKind>(state.range(0)));
  state.SetLabel(state.range(0) == 0 ? "standard" : "simple");
  sample_texts();  // made before the clock starts
  TokenBuffer tokens;
  std::int64_t bytes = 0;
  std::size_t at = 0;
  for (auto _ : state) {
    const std::string& text = sample_texts()[at];
    tokens.clear();
    analyzer.analyze(text, 0, tokens);
    benchmark::DoNotOptimize(tokens.tokens.data());
    bytes += static_cast<std::int64_t>(text.size());
    at = (at + 1) % sample_texts().size();
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(analyze)->ArgName("kind")->Arg(0)->Arg(1);

// One thread, with fsync of the file, which is part of building.
void build_index(benchmark::State& state) {
  const bool keep_text = state.range(0) != 0;
  std::size_t size = 0;
  sample_texts();
  for (auto _ : state) size = build_sample(1, keep_text).size();
  if (size == 0) return state.SkipWithError("the index cannot be built");
  state.SetBytesProcessed(state.iterations() * sample_bytes());
}
BENCHMARK(build_index)
    ->ArgName("text")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kwic::bench
