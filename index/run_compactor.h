// SPDX-License-Identifier: Apache-2.0
// Here are too many runs to be open at once within the memory: merge neighbours
// into longer ones.
#ifndef KWIC_INDEX_RUN_COMPACTOR_H_
#define KWIC_INDEX_RUN_COMPACTOR_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "base/file_system.h"
#include "format/temporary_files.h"
#include "index/run_format.h"
#include "index/run_merger.h"
#include "kwic/status.h"

namespace kwic {

struct CompactionOptions {
  std::size_t width = 256;       // runs merged at once; at least 2
  std::size_t buffer_bytes = 0;  // for each run read
  // Of what is known of the documents of runs merged at once, at most, but for
  // a single one.
  std::size_t table_bytes = ~std::size_t{0};
  RunMerger::Checkpoint checkpoint;
  NewFile new_file;
};

// Replaces groups of neighbours in `runs`, keeping their order, until there are
// no more than options.width, or too long to be merged: the places of a run are
// numbered, and what is known of its documents must fit the memory. Files it
// makes go to `files`. REQUIRES: their predecessors are set.
Status compact_runs(const CompactionOptions& options, std::vector<Run>& runs,
                    std::vector<std::unique_ptr<WritableFile>>& files);

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_COMPACTOR_H_
