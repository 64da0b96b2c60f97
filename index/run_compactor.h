// SPDX-License-Identifier: Apache-2.0
// Here are too many runs to be open at once within the memory: merge neighbours
// into longer ones.
#ifndef KWIC_INDEX_RUN_COMPACTOR_H_
#define KWIC_INDEX_RUN_COMPACTOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/file_system.h"
#include "index/run_format.h"
#include "index/run_merger.h"
#include "kwic/status.h"

namespace kwic {

struct CompactionOptions {
  std::size_t width = 256;       // runs merged at once; at least 2
  std::size_t buffer_bytes = 0;  // for each run read
  RunMerger::Checkpoint checkpoint;
  std::function<Result<std::unique_ptr<WritableFile>>()> new_file;
};

// Replaces groups of neighbours in `runs`, keeping their order, until there are
// no more than options.width, or too long to be merged: the places of a run are
// numbered. Files it makes go to `files`. REQUIRES: their predecessors are set.
Status compact_runs(const CompactionOptions& options, std::vector<Run>& runs,
                    std::vector<std::unique_ptr<WritableFile>>& files);

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_COMPACTOR_H_
