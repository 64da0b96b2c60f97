// SPDX-License-Identifier: Apache-2.0
#include "format/length_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "tests/support/memory_file.h"
#include "tests/support/memory_section.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

using testing::Random;

class LengthTableTest : public ::testing::Test {
 protected:
  void expect_found(LengthTable& table,
                    const std::vector<std::uint32_t>& lengths) {
    for (const std::uint32_t stride : {1U, 7U, 3000U, 50'000U}) {
      std::vector<std::uint32_t> documents, expected;
      for (auto d = static_cast<std::uint32_t>(random_.below(stride));
           d < lengths.size(); d += stride) {
        documents.push_back(d);
        expected.push_back(lengths[d]);
      }
      std::vector<std::uint32_t> found(documents.size());
      ASSERT_TRUE(table.find(documents, found.data()));
      EXPECT_TRUE(found == expected) << "every " << stride;
    }
  }

  Random random_{testing::test_seed()};
};

// In memory, in a file and all in the cache, and in more pages than it holds.
TEST_F(LengthTableTest, InMemoryAndInFiles) {
  for (const std::uint32_t largest : {255U, 256U, 65'535U, 65'536U}) {
    std::vector<std::uint32_t> lengths(400'000);
    for (std::uint32_t& length : lengths) {
      length = static_cast<std::uint32_t>(random_.below(largest + 1));
    }
    lengths[1234] = largest;
    std::vector<std::uint8_t> expected;
    for (const std::size_t memory :
         {std::size_t{2} << 20, std::size_t{1} << 20, std::size_t{0}}) {
      LengthTable table(lengths.size(), memory, new_memory_file);
      for (const std::uint32_t length : lengths) {
        ASSERT_TRUE(table.add(length));
      }
      ASSERT_EQ(table.size(), lengths.size());
      EXPECT_EQ(table.element(), largest <= 0xff     ? ElementType::kByte
                                 : largest <= 0xffff ? ElementType::kU16
                                                     : ElementType::kU32);
      MemorySection section(kDefaultPartSize);
      ASSERT_TRUE(table.finish(section));
      if (expected.empty()) expected = section.bytes();
      EXPECT_TRUE(section.bytes() == expected) << memory << " bytes";
      expect_found(table, lengths);
    }
  }
}

TEST_F(LengthTableTest, LessThanAPage) {
  for (const std::size_t count : {0U, 1U, 5U}) {
    LengthTable table(count, 0, new_memory_file);
    std::vector<std::uint32_t> lengths;
    for (std::size_t i = 0; i < count; ++i) {
      lengths.push_back(static_cast<std::uint32_t>(i));
      ASSERT_TRUE(table.add(lengths.back()));
    }
    MemorySection section(kDefaultPartSize);
    ASSERT_TRUE(table.finish(section));
    EXPECT_EQ(section.size(), count);
    if (count > 0) expect_found(table, lengths);
  }
}

TEST_F(LengthTableTest, AFileThatCannotBeRead) {
  MemoryFile* file = nullptr;
  LengthTable table(400'000, 0, [&]() -> Result<std::unique_ptr<WritableFile>> {
    auto made = std::make_unique<MemoryFile>();
    file = made.get();
    return std::unique_ptr<WritableFile>(std::move(made));
  });
  for (std::uint32_t i = 0; i < 400'000; ++i) ASSERT_TRUE(table.add(i));
  MemorySection section(kDefaultPartSize);
  ASSERT_TRUE(table.finish(section));
  const std::vector<std::uint32_t> last = {399'999};
  std::uint32_t found = 0;
  file->bytes().resize(1000);
  EXPECT_FALSE(table.find(last, &found));
}

}  // namespace
}  // namespace kwic
