// SPDX-License-Identifier: Apache-2.0
// What happens to runs before the last merge: they get their predecessor codes,
// and are merged into fewer, so that all of them can be open at once within its
// memory.
#ifndef KWIC_INDEX_RUN_COMPACTOR_H_
#define KWIC_INDEX_RUN_COMPACTOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/file_system.h"
#include "format/frequent_words.h"
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

// Gives each run in a file its predecessor codes: it is written again. Files it
// makes go to `files`.
Status add_predecessors(const CompactionOptions& options,
                        const FrequentWords& words, std::vector<Run>& runs,
                        std::vector<std::unique_ptr<WritableFile>>& files);

// Replaces groups of neighbours in `runs`, keeping their order, until there are
// no more than options.width. Files it makes go to `files`.
Status compact_runs(const CompactionOptions& options, std::vector<Run>& runs,
                    std::vector<std::unique_ptr<WritableFile>>& files);

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_COMPACTOR_H_
