// SPDX-License-Identifier: Apache-2.0
// build_index: documents in memory as an opened index file.
#ifndef KWIC_TESTS_SUPPORT_BUILD_INDEX_H_
#define KWIC_TESTS_SUPPORT_BUILD_INDEX_H_

#include <string>
#include <vector>

#include "kwic/index.h"
#include "kwic/index_builder.h"
#include "tests/support/reference_engine.h"

namespace kwic::testing {

// A folder of its own under the system's temporary folder, removed with all
// that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Builds an index of the documents at `path`.
Status build_index_file(const std::vector<TextDocument>& documents,
                        const std::string& path, BuildOptions options = {});

// Builds an index in a temporary folder and opens it. The file is gone
// afterwards; the mapping stays.
Result<Index> build_index(const std::vector<TextDocument>& documents,
                          BuildOptions options = {});

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_BUILD_INDEX_H_
