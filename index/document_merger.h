// SPDX-License-Identifier: Apache-2.0
// Here are runs, give me their documents in one stream, each once.
//
// Of several documents with one id the one added last stays. Parts of one
// become one.
#ifndef KWIC_INDEX_DOCUMENT_MERGER_H_
#define KWIC_INDEX_DOCUMENT_MERGER_H_

#include <cstddef>
#include <functional>
#include <span>

#include "index/run_format.h"
#include "index/run_tables.h"
#include "kwic/status.h"

namespace kwic {

using DocumentSink = std::function<Status(const RunDocument&)>;

// Documents in order, their lengths summed up; and to `numbers` what they are
// called in that stream. `buffer_bytes`: for each run.
Status merge_documents(std::span<const Run> runs, std::size_t buffer_bytes,
                       NumberSink& numbers, const DocumentSink& sink);

}  // namespace kwic

#endif  // KWIC_INDEX_DOCUMENT_MERGER_H_
