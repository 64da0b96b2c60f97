// SPDX-License-Identifier: Apache-2.0
// Blocks of documents made by hand: what no writer would write.
#include "format/document_block.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/varint.h"

namespace kwic {
namespace {

// A block of two documents by hand: ids "a" and "b", sizes without a width, and
// these titles.
std::vector<std::uint8_t> block_of(std::uint8_t other_titles,
                                   const std::vector<std::uint8_t>& titles) {
  std::vector<std::uint8_t> block = {4, 1, 'a', 0x11, 'b', 0, other_titles};
  for (const std::uint8_t byte : titles) block.push_back(byte);
  return block;
}

// What a title takes away and adds.
std::vector<std::uint8_t> change(std::uint64_t drop, std::uint64_t add,
                                 std::size_t bytes) {
  std::vector<std::uint8_t> out = {0xff};
  append_varint(out, drop - 15);
  append_varint(out, add - 15);
  out.resize(out.size() + bytes, 't');
  return out;
}

// Reads both titles; false if one cannot be read.
bool titles_read(std::vector<std::uint8_t> bytes, std::string& title) {
  const std::size_t size = bytes.size();
  bytes.resize(size + 8);
  DocumentBlock block;
  return block.open({bytes.data(), size}, 2) && block.next_title(title) &&
         block.next_title(title);
}

TEST(DocumentBlockTest, TitlesThatMakeNoSense) {
  std::string title = "left over";
  EXPECT_TRUE(titles_read(block_of(0, {}), title));
  EXPECT_EQ(title, "");
  EXPECT_TRUE(titles_read(block_of(1, {2, 'O', 'x'}), title));
  EXPECT_EQ(title, "Ox");
  EXPECT_TRUE(titles_read(block_of(2, {2, 'O', 'x'}), title));
  EXPECT_EQ(title, "Ox");
  EXPECT_TRUE(titles_read(block_of(3, {2, 'O', 'x', 0x10}), title));
  EXPECT_EQ(title, "O");
  // Of a document that is not there.
  EXPECT_FALSE(titles_read(block_of(4, {2, 'O', 'x'}), title));
  // Cut off.
  EXPECT_FALSE(titles_read(block_of(1, {}), title));
  EXPECT_FALSE(titles_read(block_of(1, {2, 'O'}), title));
  EXPECT_FALSE(titles_read(block_of(1, {0xf0}), title));
  EXPECT_FALSE(titles_read(block_of(1, {15, 0x80}), title));
  // More taken away than there is.
  EXPECT_FALSE(titles_read(block_of(1, {0x10}), title));
  EXPECT_FALSE(titles_read(block_of(3, {2, 'O', 'x', 0x30}), title));
  // More than there are bytes, or than any number should be.
  std::vector<std::uint8_t> titles = {15};
  append_varint(titles, ~std::uint64_t{0});
  EXPECT_FALSE(titles_read(block_of(1, titles), title));
  EXPECT_FALSE(
      titles_read(block_of(1, change(~std::uint64_t{0}, 15, 15)), title));
  // Longer than a title may be, at once or by and by.
  titles = {15};
  append_varint(titles, kMaxTitleBytes - 15);
  titles.resize(titles.size() + kMaxTitleBytes, 't');
  EXPECT_TRUE(titles_read(block_of(1, titles), title));
  EXPECT_EQ(title.size(), kMaxTitleBytes);
  titles.push_back(1);
  titles.push_back('t');
  EXPECT_FALSE(titles_read(block_of(3, titles), title));
  titles = {15};
  append_varint(titles, kMaxTitleBytes + 1 - 15);
  titles.resize(titles.size() + kMaxTitleBytes + 1, 't');
  EXPECT_FALSE(titles_read(block_of(1, titles), title));
}

}  // namespace
}  // namespace kwic
