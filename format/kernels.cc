// SPDX-License-Identifier: Apache-2.0
#include "format/kernels.h"

#include <atomic>
#include <cstdlib>
#include <string_view>

namespace kwic {
namespace {

bool machine_has(SimdLevel level) noexcept {
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") != 0 &&
                    __builtin_cpu_supports("bmi") != 0 &&
                    __builtin_cpu_supports("bmi2") != 0 &&
                    __builtin_cpu_supports("popcnt") != 0;
  if (level == SimdLevel::kAvx2) return avx2;
  if (level == SimdLevel::kAvx512) {
    return avx2 && __builtin_cpu_supports("avx512f") != 0 &&
           __builtin_cpu_supports("avx512bw") != 0 &&
           __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("avx512dq") != 0 &&
           __builtin_cpu_supports("avx512vbmi") != 0 &&
           __builtin_cpu_supports("avx512vbmi2") != 0 &&
           __builtin_cpu_supports("avx512bitalg") != 0 &&
           __builtin_cpu_supports("avx512vpopcntdq") != 0;
  }
#endif
#if defined(KWIC_HAS_NEON)
  if (level == SimdLevel::kNeon) return true;
#endif
  return level == SimdLevel::kPortable;
}

const Kernels* kernels_of(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::kAvx512) return &avx512::kKernels;
  if (level == SimdLevel::kAvx2) return &avx2::kKernels;
#endif
#if defined(KWIC_HAS_NEON)
  if (level == SimdLevel::kNeon) return &neon::kKernels;
#endif
  (void)level;
  return &portable::kKernels;
}

SimdLevel best_level() noexcept {
  if (machine_has(SimdLevel::kNeon)) return SimdLevel::kNeon;
  if (machine_has(SimdLevel::kAvx512)) return SimdLevel::kAvx512;
  if (machine_has(SimdLevel::kAvx2)) return SimdLevel::kAvx2;
  return SimdLevel::kPortable;
}

// What KWIC_SIMD asks for, if the machine has it.
SimdLevel initial_level() noexcept {
  const char* asked = std::getenv("KWIC_SIMD");
  if (asked == nullptr) return best_level();
  const std::string_view name = asked;
  if (name == "portable") return SimdLevel::kPortable;
  if (name == "avx2" && machine_has(SimdLevel::kAvx2)) return SimdLevel::kAvx2;
  return best_level();
}

std::atomic<const Kernels*>& current() noexcept {
  static std::atomic<const Kernels*> kernels = kernels_of(initial_level());
  return kernels;
}

}  // namespace

const Kernels& kernels() noexcept {
  return *current().load(std::memory_order_relaxed);
}

bool force_simd_level(SimdLevel level) noexcept {
  if (level == SimdLevel::kBest) level = best_level();
  if (!machine_has(level)) return false;
  current().store(kernels_of(level), std::memory_order_relaxed);
  return true;
}

}  // namespace kwic
