// SPDX-License-Identifier: Apache-2.0
// Runs a benchmark at one SIMD level; skipped where the machine lacks it.
#ifndef KWIC_BENCH_MICRO_LEVELS_H_
#define KWIC_BENCH_MICRO_LEVELS_H_

#include <benchmark/benchmark.h>

#include "format/kernels.h"

namespace kwic::bench {

class AtLevel {
 public:
  AtLevel(benchmark::State& state, std::int64_t level) {
    if (!force_simd_level(static_cast<SimdLevel>(level))) {
      state.SkipWithError("this machine has no such instructions");
    }
    state.SetLabel(kernels().name);
  }
  AtLevel(const AtLevel&) = delete;
  AtLevel& operator=(const AtLevel&) = delete;
  ~AtLevel() { force_simd_level(SimdLevel::kBest); }
};

// The argument "level" of a benchmark: portable, AVX2, AVX-512; or all four
// with NEON.
inline constexpr std::int64_t kFirstLevel = 0;
#if defined(KWIC_HAS_NEON)
inline constexpr std::int64_t kLastLevel = 3;
#else
inline constexpr std::int64_t kLastLevel = 2;
#endif

}  // namespace kwic::bench

#endif  // KWIC_BENCH_MICRO_LEVELS_H_
