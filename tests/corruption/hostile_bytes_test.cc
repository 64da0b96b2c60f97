// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes of an index are: opening and asking it never reads outside
// them, always ends soon, and takes little memory.
//
// The root's hash is made anew after each damage, so that damaged roots get
// past it. The store's blocks have hashes of their own: what is behind those is
// tested where they are not checked (KWIC_TEST_NO_HASHES), and there every byte
// is damaged, else only some.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <tuple>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "format/root.h"
#include "tests/corruption/hostile_reader.h"
#include "tests/support/guarded_bytes.h"
#include "tests/support/random_corpus.h"
#include "tests/support/small_index.h"

namespace kwic::testing {
namespace {

#ifdef KWIC_TEST_NO_HASHES
constexpr std::size_t kStride = 1;
constexpr int kRounds = 3000;
#else
constexpr std::size_t kStride = 10;
constexpr int kRounds = 700;
#endif
constexpr int kLongRounds = 50'000;
constexpr std::size_t kDeepStride = 16;  // every so many are verified too
constexpr int kMaxFailures = 10;

class HostileBytes {
 public:
  explicit HostileBytes(SmallIndex which)
      : sound_(small_index_bytes(which).value()), bytes_(sound_) {
    const auto index = Index::open_memory(bytes_.bytes());
    root_bytes_ =
        kRootFixedBytes + index->sections().size() * sizeof(fb::SectionEntry);
  }

  std::size_t size() const { return sound_.size(); }
  std::size_t root_bytes() const { return root_bytes_; }
  GuardedBytes& bytes() { return bytes_; }
  HostileReader& reader() { return reader_; }

  // Reads the bytes as they are now and makes them sound again.
  void read(const std::string& what) {
    if (std::memcmp(bytes_.data(), sound_.data(), root_bytes_) != 0) {
      const Hash128 hash = hash128({bytes_.data(), root_bytes_});
      store_le(bytes_.data() + root_bytes_, hash.low);
      store_le(bytes_.data() + root_bytes_ + 8, hash.high);
    }
    const std::string broken =
        reader_.read(bytes_.bytes(), ++reads_ % kDeepStride == 0);
    EXPECT_EQ(broken, "") << what;
    failures_ += broken.empty() ? 0 : 1;
    std::memcpy(bytes_.data(), sound_.data(), sound_.size());
  }
  bool too_many_failures() const { return failures_ >= kMaxFailures; }

  // For people who look at how far the limits are.
  void print() const { std::printf("%s\n", reader_.figures().c_str()); }

 private:
  std::string sound_;
  GuardedBytes bytes_;
  std::size_t root_bytes_ = 0;
  HostileReader reader_;
  std::size_t reads_ = 0;
  int failures_ = 0;
};

// Damages every kStride-th byte of one of kShards stretches of the file.
constexpr std::size_t kShards = 4;
using Shard = std::tuple<SmallIndex, std::size_t>;

std::string shard_name(const ::testing::TestParamInfo<Shard>& info) {
  return small_index_name(std::get<0>(info.param)) +
         std::to_string(std::get<1>(info.param));
}

class DamagedByteTest : public ::testing::TestWithParam<Shard> {
 protected:
  // Applies `each` of the masks, from byte to byte another, to each stride-th
  // byte, and to all of the root.
  void damage(std::size_t stride, const std::vector<std::uint8_t>& masks,
              std::size_t each) {
    const auto [which, shard] = GetParam();
    HostileBytes hostile(which);
    const std::size_t end = hostile.size() * (shard + 1) / kShards;
    for (std::size_t at = hostile.size() * shard / kShards; at < end;
         at += at < hostile.root_bytes() ? 1 : stride) {
      for (std::size_t i = 0; i < each; ++i) {
        const std::uint8_t mask = masks[(at / stride + i) % masks.size()];
        hostile.bytes()[at] ^= mask;
        hostile.read("byte " + std::to_string(at) + " ^ " +
                     std::to_string(mask));
        if (hostile.too_many_failures()) return;
      }
    }
    hostile.print();
  }
};

TEST_P(DamagedByteTest, IsSafe) { damage(kStride, {0x01, 0x80, 0xFF}, 1); }

INSTANTIATE_TEST_SUITE_P(
    Each, DamagedByteTest,
    ::testing::Combine(::testing::ValuesIn(kSmallIndexes),
                       ::testing::Range<std::size_t>(0, kShards)),
    shard_name);

class LongDamagedByteTest : public DamagedByteTest {};

TEST_P(LongDamagedByteTest, IsSafe) {
  damage(1, {1, 2, 4, 8, 16, 32, 64, 128, 255}, 9);
}

INSTANTIATE_TEST_SUITE_P(
    Long, LongDamagedByteTest,
    ::testing::Combine(::testing::ValuesIn(kSmallIndexes),
                       ::testing::Range<std::size_t>(0, kShards)),
    shard_name);

// Offsets and sizes that point far outside: the largest number, wherever one
// may stand in the lists and the tables over them.
class HugeNumberTest : public ::testing::TestWithParam<SmallIndex> {};

TEST_P(HugeNumberTest, IsSafe) {
  HostileBytes hostile(GetParam());
  const auto index = Index::open_memory(hostile.bytes().bytes());
  for (const SectionInfo& info : index->sections()) {
    if (info.name != "postings" && info.name != "term block offsets" &&
        info.name != "document blocks" && info.name != "store index" &&
        info.name != "store sizes") {
      continue;
    }
    const auto begin = static_cast<std::size_t>(info.offset);
    const auto end = begin + static_cast<std::size_t>(info.size) - 4;
    for (std::size_t at = begin; at < end; ++at) {
      std::memset(hostile.bytes().data() + at, 0xff, 4);
      hostile.read("number at " + std::to_string(at));
      if (hostile.too_many_failures()) return;
    }
  }
  hostile.print();
}

// One thing that damages bytes, at a random place.
void damage_once(GuardedBytes& bytes, std::size_t from, Random& random) {
  static constexpr std::uint64_t kNumbers[] = {0,
                                               1,
                                               0x7f,
                                               0x80,
                                               0xff,
                                               0x7fff,
                                               0xffff,
                                               0x7fff'ffff,
                                               0xffff'ffff,
                                               0x1'0000'0000,
                                               ~std::uint64_t{0},
                                               ~std::uint64_t{0} >> 1};
  const std::size_t size = bytes.size();
  const std::size_t at = from + random.below(size - from);
  const std::size_t n = std::min(1 + random.below(64), size - at);
  switch (random.below(6)) {
    case 0: bytes[at] ^= static_cast<std::uint8_t>(1 << random.below(8)); break;
    case 1: bytes[at] = static_cast<std::uint8_t>(random.below(256)); break;
    case 2:
      for (std::size_t i = 0; i < n; ++i) {
        bytes[at + i] = static_cast<std::uint8_t>(random.below(256));
      }
      break;
    case 3:
      std::memset(bytes.data() + at, random.chance(0.5) ? 0 : 255, n);
      break;
    case 4:
      std::memmove(bytes.data() + at, bytes.data() + random.below(size - n + 1),
                   n);
      break;
    default: {
      // A number where numbers may be.
      const std::size_t width = std::size_t{1} << random.below(4);
      const std::size_t place = at / width * width;
      if (place < from || width > size - place) break;
      std::uint8_t number[8];
      store_le(number, kNumbers[random.below(std::size(kNumbers))]);
      std::memcpy(bytes.data() + place, number, width);
    }
  }
}

class DamagedAtRandomTest : public ::testing::TestWithParam<SmallIndex> {
 protected:
  void damage(int rounds) {
    HostileBytes hostile(GetParam());
    for (int round = 0; round < rounds; ++round) {
      // So that each round can be repeated alone.
      const std::uint64_t seed =
          test_seed() + static_cast<std::uint64_t>(round);
      Random random(seed);
      // Most damage to the root is refused at once.
      const std::size_t from = random.chance(0.1)
                                   ? kRootHeaderOffset
                                   : hostile.root_bytes() + kRootHashBytes;
      for (std::size_t n = 1 + random.below(8); n > 0; --n) {
        damage_once(hostile.bytes(), from, random);
      }
      hostile.read("KWIC_TEST_SEED=" + std::to_string(seed));
      if (hostile.too_many_failures()) return;
    }
    hostile.print();
  }
};

TEST_P(DamagedAtRandomTest, IsSafe) { damage(kRounds); }

std::string index_name(const ::testing::TestParamInfo<SmallIndex>& info) {
  return small_index_name(info.param);
}

INSTANTIATE_TEST_SUITE_P(Each, HugeNumberTest,
                         ::testing::ValuesIn(kSmallIndexes), index_name);

INSTANTIATE_TEST_SUITE_P(Each, DamagedAtRandomTest,
                         ::testing::ValuesIn(kSmallIndexes), index_name);

class LongDamagedAtRandomTest : public DamagedAtRandomTest {};

TEST_P(LongDamagedAtRandomTest, IsSafe) { damage(kLongRounds); }

INSTANTIATE_TEST_SUITE_P(Long, LongDamagedAtRandomTest,
                         ::testing::ValuesIn(kSmallIndexes), index_name);

// What loops run up to is checked where an index is opened.
TEST(HostileRoot, MoreDocumentsThanLengthsAreRefused) {
  constexpr std::size_t kDocumentsOffset = kRootHeaderOffset + 40;
  for (const SmallIndex which : kSmallIndexes) {
    std::string bytes = small_index_bytes(which).value();
    auto* const root = reinterpret_cast<std::uint8_t*>(bytes.data());
    const auto index = Index::open_memory(std::as_bytes(std::span(bytes)));
    const std::uint64_t documents = index->stats().documents;
    ASSERT_EQ(load_le<std::uint64_t>(root + kDocumentsOffset), documents);
    const std::size_t size =
        kRootFixedBytes + index->sections().size() * sizeof(fb::SectionEntry);
    for (const std::uint64_t lie :
         {documents - 1, documents + 1, std::uint64_t{0xffff'fff0}}) {
      store_le(root + kDocumentsOffset, lie);
      const Hash128 hash = hash128({root, size});
      store_le(root + size, hash.low);
      store_le(root + size + 8, hash.high);
      const auto opened = Index::open_memory(std::as_bytes(std::span(bytes)));
      ASSERT_FALSE(opened) << lie;
      EXPECT_EQ(opened.error().code(), StatusCode::kCorrupt);
      EXPECT_TRUE(opened.error().message().find("lengths") != std::string::npos)
          << opened.error().message();
    }
  }
}

// The queries find something, so that damage meets the code it is meant for.
TEST(HostileReader, UsesASoundIndex) {
  for (const SmallIndex which : kSmallIndexes) {
    HostileReader reader;
    const std::string bytes = small_index_bytes(which).value();
    EXPECT_EQ(reader.read(std::as_bytes(std::span(bytes)), true), "");
    EXPECT_EQ(reader.opened(), 1U);
    // text() of an index without texts.
    EXPECT_EQ(reader.errors(), which == SmallIndex::kBlocks ? 3U : 0U);
    EXPECT_GT(reader.hits(), 15U) << small_index_name(which);
  }
}

}  // namespace
}  // namespace kwic::testing
