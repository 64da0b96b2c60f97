// SPDX-License-Identifier: Apache-2.0
#include "tests/support/build_index.h"

#include <utility>

namespace kwic::testing {

Status build_index_file(const std::vector<TextDocument>& documents,
                        const std::string& path, BuildOptions options) {
  options.threads = options.threads == 0 ? 1 : options.threads;
  auto builder = IndexBuilder::create(path, std::move(options));
  if (!builder) return builder.error();
  for (const TextDocument& document : documents) {
    Document shown;
    shown.id = document.id;
    shown.title = document.title;
    shown.body = document.body;
    if (Status status = builder->add(shown); !status) return status;
  }
  return builder->finish().error();
}

Result<Index> build_index(const std::vector<TextDocument>& documents,
                          BuildOptions options) {
  const TemporaryFolder folder;
  const std::string path = folder.file("test.kwic");
  Status status = build_index_file(documents, path, std::move(options));
  if (!status) return status;
  return Index::open(path);
}

}  // namespace kwic::testing
