// SPDX-License-Identifier: Apache-2.0
// main() of the test programs. KWIC_TEST_SIMD (portable, avx2, avx512, neon)
// runs all their tests with that set of kernels; unlike KWIC_SIMD, which the
// library reads, it never falls back to another.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/support/simd_level.h"

namespace kwic::testing {
namespace {

constexpr int kUsageError = 2;
constexpr int kSkipped = 77;  // as tests/CMakeLists.txt tells ctest

// Uses the level asked for; otherwise says why not and returns an exit code.
int use_level(const char* asked) {
  for (const NamedSimdLevel& named : kSimdLevels) {
    if (named.name != asked) continue;
    if (force_simd_level(named.level)) return 0;
    std::fprintf(stderr, "KWIC_TEST_SIMD: this machine has no %s\n", asked);
    return kSkipped;
  }
  std::fprintf(stderr, "KWIC_TEST_SIMD: no level is called \"%s\"\n", asked);
  return kUsageError;
}

// A test that left another level behind would move those after it there.
class LevelStays : public ::testing::EmptyTestEventListener {
  void OnTestEnd(const ::testing::TestInfo& /*test*/) override {
    EXPECT_STREQ(kernels().name, level_->name)
        << "the test ended at another SIMD level than it began";
  }

  const Kernels* const level_ = &kernels();
};

}  // namespace
}  // namespace kwic::testing

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (const char* asked = std::getenv("KWIC_TEST_SIMD"); asked != nullptr) {
    const int failure = kwic::testing::use_level(asked);
    if (failure != 0) return failure;
  }
  ::testing::UnitTest::GetInstance()->listeners().Append(
      new kwic::testing::LevelStays);
  return RUN_ALL_TESTS();
}
