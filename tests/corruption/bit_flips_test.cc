// SPDX-License-Identifier: Apache-2.0
// Every single flipped bit of an index is found, where it is; every cut or
// lengthened file is refused.
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "kwic/index.h"
#include "tests/support/guarded_bytes.h"
#include "tests/support/small_index.h"

namespace kwic {
namespace {

using testing::GuardedBytes;
using testing::SmallIndex;

class DamageTest : public ::testing::TestWithParam<SmallIndex> {
 protected:
  void SetUp() override {
    auto bytes = testing::small_index_bytes(GetParam());
    ASSERT_TRUE(bytes) << bytes.error().message();
    sound_ = *std::move(bytes);
    ASSERT_EQ(sound_.size() % 64, 0U);
    auto index = Index::open_memory(std::as_bytes(std::span(sound_)));
    ASSERT_TRUE(index) << index.error().message();
    sections_ = index->sections();
  }

  // The section of a byte; null for the root.
  const SectionInfo* section_at(std::size_t at) const {
    for (const SectionInfo& info : sections_) {
      if (at >= info.offset && at - info.offset < info.size) return &info;
    }
    return nullptr;
  }

  std::string sound_;
  std::vector<SectionInfo> sections_;
};

std::string name_of(const ::testing::TestParamInfo<SmallIndex>& info) {
  return testing::small_index_name(info.param);
}

INSTANTIATE_TEST_SUITE_P(Each, DamageTest,
                         ::testing::ValuesIn(testing::kSmallIndexes), name_of);

TEST_P(DamageTest, TheSoundIndexVerifies) {
  const auto index = Index::open_memory(std::as_bytes(std::span(sound_)));
  ASSERT_TRUE(index);
  const auto report = index->verify(VerifyLevel::kDeep);
  ASSERT_TRUE(report);
  for (const VerifyProblem& problem : report->problems) {
    ADD_FAILURE() << problem.section << " at " << problem.offset << ": "
                  << problem.message;
  }
}

#ifndef KWIC_TEST_NO_HASHES
// What is wrong with the answer to a bit of byte `at` flipped; empty if it
// is the right one.
std::string flaw(const Result<Index>& index, const SectionInfo* section,
                 std::size_t at) {
  if (!index) {
    if (section == nullptr) return {};
    return "refused at open: " + index.error().message();
  }
  const auto report = index->verify(VerifyLevel::kHashes);
  if (!report) return report.error().message();
  if (report->ok()) return "not found";
  for (const VerifyProblem& problem : report->problems) {
    if (section == nullptr ? problem.section != "root"
                           : problem.section != section->name) {
      return "found in " + problem.section;
    }
    // The problem begins at the byte, or where the bytes begin that its hash
    // covers.
    const std::uint64_t begin = section == nullptr ? 0 : section->offset;
    if (problem.offset < begin || problem.offset > at) {
      return "found at byte " + std::to_string(problem.offset);
    }
  }
  return {};
}

TEST_P(DamageTest, EveryFlippedBitIsFoundWhereItIs) {
  GuardedBytes bytes(sound_);
  int failures = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const SectionInfo* section = section_at(at);
    for (int bit = 0; bit < 8; ++bit) {
      bytes[at] ^= static_cast<std::uint8_t>(1 << bit);
      const std::string wrong =
          flaw(Index::open_memory(bytes.bytes()), section, at);
      bytes[at] ^= static_cast<std::uint8_t>(1 << bit);
      EXPECT_EQ(wrong, "") << "byte " << at << " of "
                           << (section ? section->name : "root") << ", bit "
                           << bit;
      failures += wrong.empty() ? 0 : 1;
      ASSERT_LT(failures, 20);
    }
  }
}

// A frame or padding byte is named to the byte.
TEST_P(DamageTest, FramesAndPaddingAreNamedToTheByte) {
  GuardedBytes bytes(sound_);
  for (const SectionInfo& info : sections_) {
    const auto begin = static_cast<std::size_t>(info.offset);
    const std::size_t last = begin + static_cast<std::size_t>(info.size) - 1;
    for (const std::size_t at : {begin, begin + 20, begin + 63, last}) {
      bytes[at] ^= 0x10;
      const auto index = Index::open_memory(bytes.bytes());
      ASSERT_TRUE(index) << index.error().message();
      const auto report = index->verify(VerifyLevel::kHashes);
      ASSERT_TRUE(report && !report->ok());
      EXPECT_EQ(report->problems[0].section, info.name);
      EXPECT_EQ(report->problems[0].offset, at);
      bytes[at] ^= 0x10;
    }
  }
}
#endif  // KWIC_TEST_NO_HASHES

TEST_P(DamageTest, EveryCutFileIsRefused) {
  for (std::size_t size = 0; size < sound_.size(); ++size) {
    const auto index =
        Index::open_memory(std::as_bytes(std::span(sound_)).first(size));
    ASSERT_FALSE(index) << "cut to " << size << " bytes";
    // Without the eight bytes that tell what it is, it is none.
    EXPECT_EQ(index.error().code(),
              size < 8 ? StatusCode::kNotAnIndex : StatusCode::kCorrupt)
        << size << ": " << index.error().message();
  }
}

TEST_P(DamageTest, CutFilesAreNotReadBeyondTheirEnd) {
  for (std::size_t size = 0; size < sound_.size(); size += 64) {
    const GuardedBytes cut(std::string_view(sound_).substr(0, size));
    ASSERT_FALSE(Index::open_memory(cut.bytes())) << size;
  }
}

TEST_P(DamageTest, EveryLengthenedFileIsRefused) {
  for (const char fill : {'\0', '\xff'}) {
    std::string longer = sound_;
    for (int more = 1; more <= 300; ++more) {
      longer += fill;
      const auto index = Index::open_memory(std::as_bytes(std::span(longer)));
      ASSERT_FALSE(index) << more << " bytes too many";
      EXPECT_EQ(index.error().code(), StatusCode::kCorrupt);
    }
  }
  const std::string twice = sound_ + sound_;
  EXPECT_FALSE(Index::open_memory(std::as_bytes(std::span(twice))));
}

}  // namespace
}  // namespace kwic
