// SPDX-License-Identifier: Apache-2.0
// build_index: documents in memory as an opened index file.
#ifndef KWIC_TESTS_SUPPORT_BUILD_INDEX_H_
#define KWIC_TESTS_SUPPORT_BUILD_INDEX_H_

#include <string>
#include <vector>

#include "kwic/index.h"
#include "kwic/index_builder.h"
#include "tests/support/reference_engine.h"
#include "tests/support/temporary_folder.h"

namespace kwic::testing {

using kwic::TemporaryFolder;

// Builds an index of the documents at `path`.
Status build_index_file(const std::vector<TextDocument>& documents,
                        const std::string& path, BuildOptions options = {});

// Builds an index in a temporary folder and opens it. The file is gone
// afterwards; the mapping stays.
Result<Index> build_index(const std::vector<TextDocument>& documents,
                          BuildOptions options = {});

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_BUILD_INDEX_H_
