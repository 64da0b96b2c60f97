// SPDX-License-Identifier: Apache-2.0
// Small but complete index files, for tests that damage every byte of them.
#ifndef KWIC_TESTS_SUPPORT_SMALL_INDEX_H_
#define KWIC_TESTS_SUPPORT_SMALL_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "kwic/index_builder.h"
#include "kwic/status.h"
#include "tests/support/reference_engine.h"

namespace kwic::testing {

// Together they have every section and every layout there is.
enum class SmallIndex {
  // Texts, times, titles; dense and short lists, positions in several chunks.
  kTexts,
  // The same with fewer documents, sections cut into parts of 1 KB.
  kParts,
  // No texts, but so many documents that lists have several blocks without
  // being dense.
  kBlocks,
};

inline constexpr SmallIndex kSmallIndexes[] = {
    SmallIndex::kTexts, SmallIndex::kParts, SmallIndex::kBlocks};

std::string small_index_name(SmallIndex which);

std::vector<TextDocument> small_corpus(SmallIndex which);

// What the builder makes of the corpus, the same every time.
Result<std::string> small_index_bytes(SmallIndex which);

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_SMALL_INDEX_H_
