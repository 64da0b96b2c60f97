// SPDX-License-Identifier: Apache-2.0
// SimdLevelScope: uses one set of kernels until its end, then again the one
// before it, which need not be the best: see tests/test_main.cc.
#ifndef KWIC_TESTS_SUPPORT_SIMD_LEVEL_H_
#define KWIC_TESTS_SUPPORT_SIMD_LEVEL_H_

#include <string_view>

#include "format/kernels.h"

namespace kwic::testing {

struct NamedSimdLevel {
  SimdLevel level;
  std::string_view name;  // that of its Kernels
};
inline constexpr NamedSimdLevel kSimdLevels[] = {
    {SimdLevel::kPortable, "portable"},
    {SimdLevel::kAvx2, "avx2"},
    {SimdLevel::kAvx512, "avx512"},
    {SimdLevel::kNeon, "neon"}};

inline SimdLevel simd_level_in_use() {
  for (const NamedSimdLevel& named : kSimdLevels) {
    if (named.name == kernels().name) return named.level;
  }
  return SimdLevel::kBest;
}

class SimdLevelScope {
 public:
  explicit SimdLevelScope(SimdLevel level)
      : before_(simd_level_in_use()), there_(force_simd_level(level)) {}
  SimdLevelScope(const SimdLevelScope&) = delete;
  SimdLevelScope& operator=(const SimdLevelScope&) = delete;
  ~SimdLevelScope() { force_simd_level(before_); }

  // False if the machine lacks the level: then nothing has changed.
  explicit operator bool() const { return there_; }

 private:
  SimdLevel before_;
  bool there_;
};

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_SIMD_LEVEL_H_
