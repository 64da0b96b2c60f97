// SPDX-License-Identifier: Apache-2.0
#include "format/root.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "format/version.h"

namespace kwic {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kPartSize = 128;
constexpr std::uint64_t kMax64 = std::numeric_limits<std::uint64_t>::max();

// The figures of a root as plain integers, to be spoilt by a test.
struct Plain {
  std::uint16_t major = kFormatMajor, minor = kFormatMinor;
  std::uint16_t analyzer = 0;
  std::uint64_t incompatible = 0;
  std::uint64_t root_size = 0, file_size = 0;
  std::uint64_t documents = 5;
  std::uint64_t part_size = kPartSize;
  float k1 = 1.2F, b = 0.75F;
  struct Entry {
    std::uint16_t kind;
    std::uint8_t element, flags;
    std::uint32_t part;
    std::uint64_t offset, size, payload;
  };
  std::vector<Entry> entries;

  void add(std::uint16_t kind, std::uint32_t part, std::uint64_t payload,
           std::uint8_t element = 1, std::uint8_t flags = 0) {
    entries.push_back(
        {kind, element, flags, part, 0, part_bytes(payload), payload});
  }
  // Sets offsets and sizes to what they must be.
  void settle() {
    root_size = root_bytes(entries.size());
    file_size = first_part_offset(entries.size());
    for (Entry& entry : entries) {
      entry.offset = file_size;
      file_size += entry.size;
    }
  }
  Root root() const {
    Root out;
    out.header =
        fb::Header(major, minor, analyzer, 1, 0, incompatible, root_size,
                   file_size, documents, 2, 3, 4, 6, part_size, k1, b);
    for (const Entry& e : entries) {
      out.entries.emplace_back(e.kind, e.element, e.flags, e.part, e.offset,
                               e.size, e.payload, 11, 22);
    }
    return out;
  }
};

Plain sample() {
  Plain plain;
  plain.add(1, 0, 64, 8);
  plain.add(4, 0, kPartSize);
  plain.add(4, 1, kPartSize);
  plain.add(4, 2, 1);
  plain.add(6, 0, 6, 2);
  plain.settle();
  return plain;
}

// A file of `size` bytes (settled, if 0) with that root and nothing else.
std::vector<std::uint8_t> file_of(const Plain& plain, std::uint64_t size = 0) {
  std::vector<std::uint8_t> out = encode_root(plain.root());
  out.resize(size != 0 ? size : plain.file_size);
  return out;
}

Status decoded(const Plain& plain, std::uint64_t size = 0) {
  return decode_root(file_of(plain, size)).error();
}

TEST(RootTest, RoundTrip) {
  const Plain plain = sample();
  const auto root = decode_root(file_of(plain));
  ASSERT_TRUE(root.ok()) << root.error().message();
  EXPECT_EQ(root->header.file_size(), plain.file_size);
  EXPECT_EQ(root->header.documents(), 5u);
  EXPECT_EQ(root->header.text_bytes(), 6u);
  EXPECT_EQ(root->header.bm25_b(), 0.75F);
  ASSERT_EQ(root->entries.size(), plain.entries.size());
  for (std::size_t i = 0; i < plain.entries.size(); ++i) {
    EXPECT_EQ(root->entries[i].kind(), plain.entries[i].kind);
    EXPECT_EQ(root->entries[i].part(), plain.entries[i].part);
    EXPECT_EQ(root->entries[i].offset(), plain.entries[i].offset);
    EXPECT_EQ(root->entries[i].payload(), plain.entries[i].payload);
    EXPECT_EQ(root->entries[i].hash_high(), 22u);
  }
}

TEST(RootTest, ARootWithoutSections) {
  Plain plain;
  plain.settle();
  EXPECT_EQ(plain.file_size, 192u);
  EXPECT_TRUE(decoded(plain).ok());
}

TEST(RootTest, HasTheLayoutThatIsDocumented) {
  const std::vector<std::uint8_t> bytes = encode_root(sample().root());
  EXPECT_EQ(as_text(ByteView(bytes).subspan(4, 4)), "KWIC");
  EXPECT_EQ(load_le<std::uint16_t>(&bytes[24]), kFormatMajor);
  EXPECT_EQ(load_le<std::uint16_t>(&bytes[26]), kFormatMinor);
  EXPECT_EQ(load_le<std::uint32_t>(&bytes[124]), 5u);
  EXPECT_EQ(load_le<std::uint16_t>(&bytes[128]), 1u);
  const Hash128 hash = hash128(ByteView(bytes).first(128 + 5 * 48));
  EXPECT_EQ(load_le<std::uint64_t>(&bytes[128 + 5 * 48]), hash.low);
  EXPECT_EQ(load_le<std::uint64_t>(&bytes[128 + 5 * 48 + 8]), hash.high);
  EXPECT_EQ(bytes.size() % 64, 0u);
}

TEST(RootTest, OtherFilesAreNotIndexes) {
  const std::string_view texts[] = {"", "KWIC", "hello", "0123KWIX",
                                    "a text file given as index, long enough"};
  for (const std::string_view text : texts) {
    const auto root = decode_root(as_bytes(text));
    EXPECT_EQ(root.error().code(), StatusCode::kNotAnIndex) << text;
    EXPECT_THAT(root.error().message(), HasSubstr("is not a kwic index"));
  }
}

TEST(RootTest, EveryLengthButTheRightOneIsRefused) {
  const Plain plain = sample();
  const std::vector<std::uint8_t> bytes = file_of(plain, plain.file_size + 9);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto root = decode_root(ByteView(bytes).first(size));
    if (size == plain.file_size) {
      EXPECT_TRUE(root.ok());
    } else if (size >= 8) {
      EXPECT_EQ(root.error().code(), StatusCode::kCorrupt);
      EXPECT_THAT(root.error().message(),
                  HasSubstr(size < plain.file_size ? "is cut short: "
                                                   : "bytes follow its end"));
    }
  }
}

TEST(RootTest, OtherVersions) {
  Plain newer = sample();
  ++newer.minor;
  EXPECT_EQ(decoded(newer).code(), StatusCode::kTooNew);
  newer.major = kFormatMajor + 1;
  newer.minor = 0;
  EXPECT_EQ(decoded(newer).code(), StatusCode::kTooNew);
  EXPECT_THAT(decoded(newer).message(), HasSubstr("use a newer kwic"));
  Plain older = sample();
  older.minor = 0;
  EXPECT_EQ(decoded(older).code(), StatusCode::kTooOld);
  // The version is told even where nothing else can be understood.
  std::vector<std::uint8_t> bytes = file_of(newer);
  std::fill(bytes.begin() + 8, bytes.begin() + 24, std::uint8_t{0xee});
  EXPECT_EQ(decode_root(bytes).error().code(), StatusCode::kTooNew);
}

TEST(RootTest, FlippedBitsOfTheRootAreFound) {
#ifdef KWIC_TEST_NO_HASHES
  GTEST_SKIP() << "hashes are not checked";
#endif
  const Plain plain = sample();
  std::vector<std::uint8_t> bytes = file_of(plain);
  const std::size_t covered = plain.root_size + kRootHashBytes;
  for (std::size_t bit = 0; bit < covered * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(decode_root(bytes).ok()) << bit;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
  EXPECT_TRUE(decode_root(bytes).ok());
}

// Roots with a right hash that nobody but an enemy writes.
void huge_size(Plain& p) { p.entries[2].size = kMax64; }

struct Spoilt {
  const char* name;
  StatusCode code;
  std::function<void(Plain&)> spoil;
};

class SpoiltRootTest : public ::testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltRootTest, IsRefused) {
  Plain plain = sample();
  const std::uint64_t size = plain.file_size;
  GetParam().spoil(plain);
  const Status status = decoded(plain, size);
  EXPECT_EQ(status.code(), GetParam().code) << status.message();
}

using Code = StatusCode;
INSTANTIATE_TEST_SUITE_P(Root, SpoiltRootTest,
                         ::testing::
                             Values(
                                 Spoilt{"Feature", Code::kTooNew,
                                        [](Plain& p) {
                                          p.incompatible = std::uint64_t{1}
                                                           << 63;
                                        }},
                                 Spoilt{"Analyzer", Code::kTooNew,
                                        [](Plain& p) { p.analyzer = 256; }},
                                 Spoilt{"UnknownKind", Code::kTooNew,
                                        [](Plain& p) {
                                          p.entries[4].kind = kSectionKindLimit;
                                        }},
                                 Spoilt{
                                     "UnknownFlag", Code::kTooNew,
                                     [](Plain& p) { p.entries[4].flags = 2; }},
                                 Spoilt{"RootSize", Code::kCorrupt,
                                        [](Plain& p) { p.root_size += 48; }},
                                 Spoilt{"HugeRootSize", Code::kCorrupt,
                                        [](Plain& p) { p.root_size = kMax64; }},
                                 Spoilt{"FileSize", Code::kCorrupt,
                                        [](Plain& p) { ++p.file_size; }},
                                 Spoilt{"HugeFileSize", Code::kCorrupt,
                                        [](Plain& p) { p.file_size = kMax64; }},
                                 Spoilt{"Documents", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.documents = std::uint64_t{1} << 32;
                                        }},
                                 Spoilt{"NoPartSize", Code::kCorrupt,
                                        [](Plain& p) { p.part_size = 0; }},
                                 Spoilt{"OddPartSize", Code::kCorrupt,
                                        [](Plain& p) { p.part_size = 130; }},
                                 Spoilt{"HugePartSize", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.part_size = kMax64 - 63;
                                        }},
                                 Spoilt{"NaN", Code::kCorrupt,
                                        [](Plain& p) { p.k1 = std::nanf(""); }},
                                 Spoilt{"Infinity", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.k1 = std::numeric_limits<
                                              float>::infinity();
                                        }},
                                 Spoilt{"NegativeB", Code::kCorrupt,
                                        [](Plain& p) { p.b = -1; }},
                                 Spoilt{
                                     "KindZero", Code::kCorrupt,
                                     [](Plain& p) { p.entries[0].kind = 0; }},
                                 Spoilt{
                                     "KindsOutOfOrder", Code::kCorrupt,
                                     [](Plain& p) { p.entries[4].kind = 2; }},
                                 Spoilt{
                                     "KindTwice", Code::kCorrupt,
                                     [](Plain& p) { p.entries[4].kind = 4; }},
                                 Spoilt{
                                     "FirstPartMissing", Code::kCorrupt,
                                     [](Plain& p) { p.entries[0].part = 1; }},
                                 Spoilt{
                                     "PartMissing", Code::kCorrupt,
                                     [](Plain& p) { p.entries[3].part = 3; }},
                                 Spoilt{
                                     "PartTwice", Code::kCorrupt,
                                     [](Plain& p) { p.entries[3].part = 1; }},
                                 Spoilt{"ElementThree", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[0].element = 3;
                                        }},
                                 Spoilt{"ElementZero", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[0].element = 0;
                                        }},
                                 Spoilt{"HalfAnElement", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[4].element = 4;
                                        }},
                                 Spoilt{"ElementsDiffer", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[1].element = 2;
                                        }},
                                 Spoilt{"PayloadZero", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[4].payload = 0;
                                        }},
                                 Spoilt{"PayloadTooLarge", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[0].payload = 72;
                                        }},
                                 Spoilt{"HugePayload", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[0].payload = kMax64 - 7;
                                        }},
                                 Spoilt{"PartNotFull", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[2].payload = 120;
                                        }},
                                 Spoilt{
                                     "Size", Code::kCorrupt,
                                     [](Plain& p) { p.entries[2].size += 64; }},
                                 Spoilt{"HugeSize", Code::kCorrupt, huge_size},
                                 Spoilt{"Overlap", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[2].offset -= 64;
                                        }},
                                 Spoilt{
                                     "Gap", Code::kCorrupt,
                                     [](
                                         Plain&
                                             p) { p.entries[2].offset += 64; }},
                                 Spoilt{"HugeOffset", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries[2].offset = kMax64 - 63;
                                        }},
                                 Spoilt{"SectionMissing", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.entries.pop_back();
                                          p.root_size =
                                              root_bytes(p.entries.size());
                                        }},
                                 Spoilt{"PartsBeyondTheEnd", Code::kCorrupt,
                                        [](Plain& p) {
                                          p.add(7, 0, 100);
                                          const std::uint64_t size =
                                              p.file_size;
                                          p.settle();
                                          p.file_size = size;
                                        }}),
                         [](const auto& test) {
                           return std::string(test.param.name);
                         });

TEST(RootTest, AnOptionalSectionOfUnknownKindIsAccepted) {
  Plain plain = sample();
  plain.add(999, 0, 10, 1, kSectionOptional);
  plain.settle();
  EXPECT_TRUE(decoded(plain).ok());
}

TEST(RootTest, ACountThatMeansAHugeRootTouchesNothing) {
  std::vector<std::uint8_t> bytes = file_of(sample());
  store_le(&bytes[kRootCountOffset], std::uint32_t{0xffff'ffff});
  EXPECT_EQ(decode_root(bytes).error().code(), StatusCode::kCorrupt);
  store_le(&bytes[kRootCountOffset],
           static_cast<std::uint32_t>(kMaxSectionEntries));
  store_le(&bytes[kRootHeaderOffset + 24], root_bytes(kMaxSectionEntries));
  EXPECT_THAT(decode_root(bytes).error().message(),
              HasSubstr("larger than the file"));
}

}  // namespace
}  // namespace kwic
