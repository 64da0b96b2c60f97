// SPDX-License-Identifier: Apache-2.0
// The builder and the plain assembly give the same bytes.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/build_index.h"
#include "tests/support/plain_assembly.h"
#include "tests/support/random_corpus.h"

namespace kwic::testing {
namespace {

std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void check(const std::vector<TextDocument>& documents,
           const BuildOptions& options) {
  const TemporaryFolder folder;
  const std::string built = folder.file("built");
  const std::string plain = folder.file("plain");
  Status status = build_index_file(documents, built, options);
  ASSERT_TRUE(status) << status.message();
  status = assemble_plainly(documents, plain, options);
  ASSERT_TRUE(status) << status.message();
  EXPECT_EQ(file_bytes(built).size(), file_bytes(plain).size());
  EXPECT_TRUE(file_bytes(built) == file_bytes(plain))
      << "KWIC_TEST_SEED=" << test_seed();
}

TEST(Builder, AgreesWithPlainAssembly) {
  Random random(test_seed());
  for (const std::size_t size : {0U, 1U, 2U, 30U, 700U}) {
    CorpusShape shape;
    shape.documents = size;
    shape.edges = size > 100;
    const auto documents = random_corpus(shape, random);
    BuildOptions options;
    check(documents, options);
    options.keep_hashes = false;
    check(documents, options);
    options.keep_text = false;
    options.analyzer = AnalyzerKind::kSimple;
    check(documents, options);
  }
}

}  // namespace
}  // namespace kwic::testing
