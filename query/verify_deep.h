// SPDX-License-Identifier: Apache-2.0
// verify_deep: whether the parts of a file make sense and fit each other.
//
// The hashes say whether a file is as it was written; this says whether what
// was written is an index: orders, bounds, sums, references, and the stored
// texts against all that was derived from them.
#ifndef KWIC_QUERY_VERIFY_DEEP_H_
#define KWIC_QUERY_VERIFY_DEEP_H_

#include <cstdint>
#include <functional>

#include "analysis/analyzer.h"
#include "format/doc_store.h"
#include "format/document_table.h"
#include "format/index_file.h"
#include "format/problem_sink.h"
#include "format/term_dictionary.h"
#include "kwic/index.h"
#include "kwic/status.h"

namespace kwic {

// Views; what they refer to must outlive the call.
struct DeepParts {
  const IndexFile& file;
  const Analyzer& analyzer;
  const TermDictionary& dictionary;
  const DocumentTable& documents;
  const DocStore& store;
};

// Appends what is wrong to `report`. kInvalidArgument if `progress`, which
// gets bytes of text done and total, returns false.
Status verify_deep(
    const DeepParts& parts, VerifyReport& report,
    const std::function<bool(std::uint64_t, std::uint64_t)>& progress);

// Reads every posting list and position list that the dictionary refers to.
// Called by verify_deep() between dictionary and documents.
void check_postings(const IndexFile& file, const TermDictionary& dictionary,
                    const ProblemSink& report);

// Holds the predecessor codes against these lists. Called behind it.
void check_predecessors(const IndexFile& file, const TermDictionary& dictionary,
                        const ProblemSink& report);

}  // namespace kwic

#endif  // KWIC_QUERY_VERIFY_DEEP_H_
