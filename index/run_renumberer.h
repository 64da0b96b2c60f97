// SPDX-License-Identifier: Apache-2.0
// Here are runs whose tables do not all fit the memory: write them again as
// runs that need none.
//
// DESCRIPTION. To merge a run, its occurrences are looked up in tables of nine
// bytes a document (index/run_tables.h), for all runs at once. Where that is
// too much, neighbouring runs are merged in groups whose tables fit, into runs
// that hold the documents' numbers in the result. They are merged as streams
// and take a buffer each, however many documents there are.
//
// IMPLEMENTATION. A renumbered run is a stream of terms: u8 size, the bytes,
// postings, a 0. A posting is how far its document is from the one before (of
// the first: from -1), and its occurrences. An occurrence is how far the
// position is from the one before (of the first: from -1), the predecessor
// code, and whether it is the last, in one number. All numbers are varints.
#ifndef KWIC_INDEX_RUN_RENUMBERER_H_
#define KWIC_INDEX_RUN_RENUMBERER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/file_system.h"
#include "format/temporary_files.h"
#include "index/run_format.h"
#include "index/run_merger.h"
#include "index/run_reader.h"
#include "index/run_tables.h"
#include "kwic/status.h"

namespace kwic {

struct RenumberingOptions {
  std::uint32_t documents = 0;   // of the result
  std::size_t width = 256;       // runs merged at once; at least 2
  std::size_t table_bytes = 0;   // of those, but for a single one
  std::size_t buffer_bytes = 0;  // for each run read
  RunMerger::Checkpoint checkpoint;
  NewFile new_file;
};

// Replaces `runs` by at most options.width renumbered ones, in their order.
// Files it makes go to `files`. REQUIRES: `numbers` of all their documents.
Status renumber_runs(const RenumberingOptions& options, NumberFile& numbers,
                     std::vector<Run>& runs,
                     std::vector<std::unique_ptr<WritableFile>>& files);

// The terms of a renumbered run.
std::unique_ptr<TermSource> open_renumbered_terms(const Run& run,
                                                  std::size_t buffer_bytes);

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_RENUMBERER_H_
