// SPDX-License-Identifier: Apache-2.0
#include "index/memory_plan.h"

#include <algorithm>
#include <thread>

#include "index/accumulator.h"
#include "index/worker_pool.h"

namespace kwic {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kSmallestCap = 16 * kMiB;
constexpr std::uint64_t kBytesPerWorker = 4 * kMiB;  // at least
constexpr unsigned kMostWorkers = 64;
// Token, text and file buffers of a worker.
constexpr std::uint64_t kBuffersPerWorker = 2 * kMiB;
// Of the memory, what runs kept in it may take while all are merged. The rest
// is for IndexAssembler.
constexpr std::uint64_t kKeptShare = 2;

}  // namespace

MemoryPlan plan_memory(const BuildOptions& options, const BuildTuning& tuning) {
  MemoryPlan plan;
  plan.memory_bytes = std::max(options.memory_bytes, kSmallestCap);
  const unsigned wanted = options.threads != 0
                              ? options.threads
                              : std::thread::hardware_concurrency();
  const auto affordable = static_cast<unsigned>(std::min<std::uint64_t>(
      plan.memory_bytes / kBytesPerWorker, kMostWorkers));
  plan.workers = std::clamp(wanted, 1u, affordable);
  plan.batch_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(
      tuning.batch_bytes, plan.memory_bytes / 16 / plan.workers));
  const std::uint64_t taken =
      plan.workers * kBuffersPerWorker +
      WorkerPool::batch_count(plan.workers) * plan.batch_bytes;
  plan.accumulator_bytes = static_cast<std::size_t>(std::max<std::uint64_t>(
      (plan.memory_bytes - taken) / plan.workers, Accumulator::kMinBytes));
  plan.kept_bytes = std::min(
      tuning.kept_bytes,
      static_cast<std::size_t>(plan.memory_bytes / kKeptShare / plan.workers));
  return plan;
}

}  // namespace kwic
