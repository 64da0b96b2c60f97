// SPDX-License-Identifier: Apache-2.0
// MemoryPlan: who may take how much of BuildOptions::memory_bytes.
#ifndef KWIC_INDEX_MEMORY_PLAN_H_
#define KWIC_INDEX_MEMORY_PLAN_H_

#include <cstddef>
#include <cstdint>

#include "index/build_internal.h"
#include "kwic/index_builder.h"

namespace kwic {

struct MemoryPlan {
  std::uint64_t memory_bytes = 0;  // the cap, not below the smallest
  unsigned workers = 1;
  std::size_t accumulator_bytes = 0;  // of each worker
  std::size_t kept_bytes = 0;         // of each worker while runs are merged
  std::size_t batch_bytes = 0;
};

// Follows from the options and, if options.threads is 0, the number of cores.
MemoryPlan plan_memory(const BuildOptions& options, const BuildTuning& tuning);

}  // namespace kwic

#endif  // KWIC_INDEX_MEMORY_PLAN_H_
