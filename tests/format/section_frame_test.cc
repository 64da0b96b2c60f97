// SPDX-License-Identifier: Apache-2.0
#include "format/section_frame.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "base/bytes.h"
#include "index_file_generated.h"

namespace kwic {
namespace {

// A whole part; element i of the payload is i + 1, little-endian.
template <typename T>
std::vector<std::uint8_t> make_part(std::size_t count) {
  const std::uint64_t payload = count * sizeof(T);
  std::vector<std::uint8_t> part(part_bytes(payload));
  const auto frame = section_frame(payload, sizeof(T));
  std::memcpy(part.data(), frame.data(), frame.size());
  for (std::size_t i = 0; i < count; ++i) {
    store_le(part.data() + kSectionHeaderBytes + i * sizeof(T),
             static_cast<T>(i + 1));
  }
  return part;
}

// That FlatBuffers itself accepts a part and finds the elements.
template <typename Table, typename T>
void expect_flatbuffer(std::size_t count) {
  const std::vector<std::uint8_t> part = make_part<T>(count);
  flatbuffers::Verifier verifier(part.data(), part.size());
  ASSERT_TRUE(verifier.VerifySizePrefixedBuffer<Table>(nullptr)) << count;
  const auto* table = flatbuffers::GetSizePrefixedRoot<Table>(part.data());
  ASSERT_NE(table->data(), nullptr);
  ASSERT_EQ(table->data()->size(), count);
  EXPECT_EQ(table->data()->Data(), part.data() + kSectionHeaderBytes);
  for (flatbuffers::uoffset_t i = 0; i < count; ++i) {
    ASSERT_EQ(table->data()->Get(i), static_cast<T>(i + 1));
  }
}

TEST(SectionFrameTest, IsAFlatBufferOfTheSchema) {
  for (std::size_t count = 0; count < 300; ++count) {
    expect_flatbuffer<fb::Bytes, std::uint8_t>(count);
    expect_flatbuffer<fb::Ushorts, std::uint16_t>(count);
    expect_flatbuffer<fb::Uints, std::uint32_t>(count);
    expect_flatbuffer<fb::Ulongs, std::uint64_t>(count);
  }
}

TEST(SectionFrameTest, SizesLeaveATailAndAreAligned) {
  for (std::uint64_t payload = 0; payload < 1000; ++payload) {
    EXPECT_EQ(part_bytes(payload) % kSectionAlignment, 0u);
    EXPECT_GE(part_tail_bytes(payload), kSectionTailBytes);
    EXPECT_LT(part_tail_bytes(payload), kSectionTailBytes + kSectionAlignment);
  }
}

TEST(SectionFrameTest, TheLargestPartFitsAFlatBuffer) {
  EXPECT_LT(part_bytes(kMaxPartSize), FLATBUFFERS_MAX_BUFFER_SIZE);
  const auto frame = section_frame(kMaxPartSize, 1);
  EXPECT_EQ(load_le<std::uint32_t>(frame.data()) + 4u,
            part_bytes(kMaxPartSize));
  EXPECT_EQ(load_le<std::uint32_t>(frame.data() + 60), kMaxPartSize);
}

TEST(SectionFrameTest, PartSizes) {
  EXPECT_TRUE(is_valid_part_size(kDefaultPartSize));
  EXPECT_TRUE(is_valid_part_size(64));
  EXPECT_TRUE(is_valid_part_size(kMaxPartSize));
  EXPECT_FALSE(is_valid_part_size(0));
  EXPECT_FALSE(is_valid_part_size(100));
  EXPECT_FALSE(is_valid_part_size(kMaxPartSize + 64));
}

}  // namespace
}  // namespace kwic
