// SPDX-License-Identifier: Apache-2.0
// What only a reading of the lists can find: hashes are right for whatever was
// written.
#include <gtest/gtest.h>

#include <string>

#include "kwic/index.h"
#include "tests/support/plain_assembly.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

using testing::PlainFault;

class VerifyDeepTest : public ::testing::Test {
 protected:
  VerifyReport verify(PlainFault fault, const BuildOptions& options = {}) {
    testing::CorpusShape shape;
    shape.documents = 700;
    shape.words = 30;
    const std::string path = folder_.file("x.kwic");
    EXPECT_TRUE(testing::assemble_plainly(
        testing::random_corpus(shape, random_), path, options, fault));
    const auto index = Index::open(path);
    EXPECT_TRUE(index);
    auto report = index->verify(VerifyLevel::kDeep);
    EXPECT_TRUE(report);
    return *report;
  }

  testing::Random random_{testing::test_seed()};
  TemporaryFolder folder_;
};

TEST_F(VerifyDeepTest, GoodFile) {
  EXPECT_TRUE(verify(PlainFault::kNone).ok());
}

TEST_F(VerifyDeepTest, WrongHash) {
  const VerifyReport report = verify(PlainFault::kWrongHash);
#ifdef KWIC_TEST_NO_HASHES
  EXPECT_TRUE(report.ok());
#else
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems[0].section, "content hashes");
#endif
}

// Without hashes there is nothing to hold texts against but their sum.
TEST_F(VerifyDeepTest, NoHashes) {
  BuildOptions options;
  options.keep_hashes = false;
  EXPECT_TRUE(verify(PlainFault::kNone, options).ok());
  EXPECT_TRUE(verify(PlainFault::kWrongHash, options).ok());
  const VerifyReport report = verify(PlainFault::kWrongText, options);
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.problems[0].message.find("bytes of text"), std::string::npos)
      << report.problems[0].message;
}

TEST_F(VerifyDeepTest, MissedPredecessor) {
  const VerifyReport report = verify(PlainFault::kPredecessorMissed);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems[0].message.find("predecessor code"),
            std::string::npos)
      << report.problems[0].message;
}

}  // namespace
}  // namespace kwic
