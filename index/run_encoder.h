// SPDX-License-Identifier: Apache-2.0
// Here is an inverted run, write it to a temporary file (index/run_format.h).
#ifndef KWIC_INDEX_RUN_ENCODER_H_
#define KWIC_INDEX_RUN_ENCODER_H_

#include "index/file_appender.h"
#include "index/inverted_run.h"
#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

// Appends the run to `out` and describes it in `run`.
Status encode_run(const InvertedRun& source,
                  const InvertedRun::Checkpoint& checkpoint, FileAppender& out,
                  Run& run);

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_ENCODER_H_
