// SPDX-License-Identifier: Apache-2.0
#include "index/text_spill.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/memory_file.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

constexpr std::size_t kChunk = TextSpill::kChunkBytes;

std::string random_text(std::size_t size, testing::Random& random) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random.below(256));
  return text;
}

TEST(TextSpill, GivesBackWhatWasPutInFromAnyOfSeveral) {
  testing::Random random(testing::test_seed());
  TextSpill a(std::make_unique<MemoryFile>());
  TextSpill b(std::make_unique<MemoryFile>());
  struct Piece {
    std::uint32_t spill;
    std::uint64_t address;
    std::string text;
  };
  std::vector<Piece> pieces;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1,
        3 * kChunk, std::size_t{100}, std::size_t{0}, 7 * kChunk + 5}) {
    for (TextSpill* spill : {&a, &b}) {
      const std::uint32_t number = spill == &a ? 0 : 1;
      pieces.push_back({number, spill->size(), random_text(size, random)});
      ASSERT_TRUE(spill->append(pieces.back().text));
    }
  }
  ASSERT_TRUE(a.finish());
  ASSERT_TRUE(b.finish());
  TextReader reader({&a, &b}, 0);
  for (int i = 0; i < 100; ++i) {
    const Piece& piece = pieces[random.below(pieces.size())];
    auto text = reader.read(piece.spill, piece.address, piece.text.size());
    ASSERT_TRUE(text) << text.error().message();
    EXPECT_EQ(*text, piece.text);
  }
}

TEST(TextSpill, WhatWasNotWrittenIsAnError) {
  TextSpill spill(std::make_unique<MemoryFile>());
  ASSERT_TRUE(spill.append("abc"));
  ASSERT_TRUE(spill.finish());
  TextReader reader({&spill}, 0);
  EXPECT_EQ(reader.read(0, 0, 4).error().code(), StatusCode::kIo);
  EXPECT_EQ(reader.read(0, kChunk, 1).error().code(), StatusCode::kIo);
  EXPECT_EQ(reader.read(1, 0, 1).error().code(), StatusCode::kIo);
  EXPECT_EQ(*reader.read(0, 1, 2), "bc");
}

TEST(TextSpill, DamagedChunksAreErrors) {
  auto file = std::make_unique<MemoryFile>();
  MemoryFile& memory = *file;
  TextSpill spill(std::move(file));
  ASSERT_TRUE(spill.append(std::string(1000, 'x')));
  ASSERT_TRUE(spill.finish());
  for (std::uint8_t& byte : memory.bytes()) byte = 0xff;
  TextReader reader({&spill}, 0);
  EXPECT_EQ(reader.read(0, 0, 1000).error().code(), StatusCode::kIo);
}

}  // namespace
}  // namespace kwic
