// SPDX-License-Identifier: Apache-2.0
// Here is a run in files that knows too few words: find its predecessor codes
// anew.
//
// DESCRIPTION. The codes of a run are those of candidates
// (index/place_codes.h). Where a frequent word of the whole index is none, in a
// run of another language say, the places of the frequent words fill a table of
// four bits a place, and every entry of the run gets what the table says of its
// place. The entries are written where they were.
#ifndef KWIC_INDEX_RUN_RECODER_H_
#define KWIC_INDEX_RUN_RECODER_H_

#include <cstddef>
#include <functional>

#include "format/frequent_words.h"
#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

struct RecodingOptions {
  const FrequentWords* words = nullptr;
  std::size_t buffer_bytes = 0;
  std::function<Status()> checkpoint;  // called now and then
};

// Sets run.predecessors. Rewrites entries only if it must.
Status recode(const RecodingOptions& options, Run& run);

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_RECODER_H_
