// SPDX-License-Identifier: Apache-2.0
#include "format/index_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

#include "base/mapped_file.h"
#include "format/root.h"
#include "format/version.h"
#include "tests/support/sample_container.h"
#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Bytes that start at a multiple of 64 and may be changed.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::string_view bytes)
      : storage_(bytes.size() + 64), size_(bytes.size()) {
    void* p = storage_.data();
    std::size_t space = storage_.size();
    data_ = static_cast<std::uint8_t*>(std::align(64, size_, p, space));
    std::memcpy(data_, bytes.data(), bytes.size());
  }
  std::uint8_t* data() { return data_; }
  std::size_t size() const { return size_; }
  ByteView view() const { return {data_, size_}; }

 private:
  std::vector<std::uint8_t> storage_;
  std::size_t size_;
  std::uint8_t* data_;
};

class IndexFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto size = write_sample(posix_file_system(), path_);
    ASSERT_TRUE(size.ok()) << size.error().message();
    content_ = TemporaryFolder::read(path_);
    ASSERT_EQ(content_.size(), *size);
  }

  static std::string payload_of(const IndexFile& file, SectionKind kind) {
    const SectionView& view = file.section(kind);
    std::string out;
    for (std::uint64_t i = 0; i < view.size(); ++i) {
      out += static_cast<char>(*view.at(i, 1));
    }
    return out;
  }

  static void expect_sample(const IndexFile& file) {
    for (const SampleSection& section : sample_sections()) {
      EXPECT_EQ(payload_of(file, section.kind), as_text(section.payload));
      EXPECT_EQ(file.element_size(section.kind),
                static_cast<int>(section.element));
    }
    EXPECT_TRUE(file.section(SectionKind::kTimes).empty());
    VerifyReport report;
    EXPECT_TRUE(file.verify_hashes(report, {}).ok());
    EXPECT_TRUE(report.ok()) << report.problems[0].message;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("sample.kwic");
  std::string content_;
};

TEST_F(IndexFileTest, OpensAPath) {
  for (const bool copy : {false, true}) {
    const auto file = IndexFile::open_path(path_, {.copy = copy});
    ASSERT_TRUE(file.ok()) << file.error().message();
    expect_sample(**file);
  }
}

TEST_F(IndexFileTest, OpensADescriptorAtAnyOffset) {
  for (const std::size_t offset : {0U, 1U, 64U, 100U, 4096U, 5000U, 8256U}) {
    const std::string archive = folder_.file("archive");
    TemporaryFolder::write(archive,
                           std::string(offset, 'x') + content_ + "behind");
    const int fd = ::open(archive.c_str(), O_RDONLY | O_CLOEXEC);
    for (const bool copy : {false, true}) {
      const auto file =
          IndexFile::open_fd(fd, offset, content_.size(), {.copy = copy});
      ASSERT_TRUE(file.ok()) << file.error().message();
      expect_sample(**file);
    }
    ::close(fd);
  }
}

TEST_F(IndexFileTest, OpensMemoryAtAnyAddress) {
  for (std::size_t shift = 0; shift < 65; ++shift) {
    const AlignedBytes bytes(std::string(shift, ' ') + content_);
    const auto file = IndexFile::open_memory(bytes.view().subspan(shift));
    ASSERT_TRUE(file.ok()) << file.error().message();
    expect_sample(**file);
  }
}

TEST_F(IndexFileTest, OpenItselfWantsAlignedBytes) {
  const AlignedBytes bytes(" " + content_);
  const auto file = IndexFile::open(bytes.view().subspan(1), nullptr);
  EXPECT_EQ(file.error().code(), StatusCode::kInvalidArgument);
}

TEST_F(IndexFileTest, TellsItsFigures) {
  const auto file = IndexFile::open_path(path_, {});
  const IndexStats& stats = (*file)->stats();
  EXPECT_EQ(stats.documents, 3u);
  EXPECT_EQ(stats.terms, 20u);
  EXPECT_EQ(stats.tokens, 41u);
  EXPECT_EQ(stats.postings, 33u);
  EXPECT_EQ(stats.text_bytes, 555u);
  EXPECT_EQ(stats.file_bytes, content_.size());
  EXPECT_EQ(stats.analyzer, AnalyzerKind::kSimple);
  EXPECT_TRUE(stats.has_text);
  EXPECT_FALSE(stats.has_times);
  EXPECT_EQ(stats.format_minor, kFormatMinor);
  EXPECT_EQ((*file)->analyzer_version(), 7);
  EXPECT_EQ((*file)->bm25_k1(), 1.2F);
  EXPECT_EQ((*file)->bm25_b(), 0.75F);
}

TEST_F(IndexFileTest, SectionsFillTheFileWithoutGaps) {
  const auto file = IndexFile::open_path(path_, {});
  const std::vector<SectionInfo>& infos = (*file)->sections();
  ASSERT_EQ(infos.size(), 1u + 3 + 2 + 1 + 1);
  EXPECT_EQ(infos[0].name, "term heads");
  EXPECT_EQ(infos[0].count, 3u);
  EXPECT_EQ(infos[3].part, 2u);
  EXPECT_EQ(infos[3].count, 300u - 2 * kSamplePartSize);
  std::uint64_t end = first_part_offset(infos.size());
  for (const SectionInfo& info : infos) {
    EXPECT_EQ(info.offset, end);
    EXPECT_EQ(info.offset % 64, 0u);
    end += info.size;
  }
  EXPECT_EQ(end, content_.size());
}

// Whatever addresses are asked for: those outside the section are left out.
TEST_F(IndexFileTest, SectionsOfAMappedFileAreAskedForOnce) {
  constexpr std::uint64_t kHuge = ~std::uint64_t{0};
  const auto mapped = IndexFile::open_path(path_, {});
  ASSERT_TRUE(mapped.ok());
  bool news = false;
  for (int kind = 0; kind < kSectionKindLimit; ++kind) {
    const SectionView& view =
        (*mapped)->section(static_cast<SectionKind>(kind));
    EXPECT_FALSE(view.will_need(view.size(), 1));
    EXPECT_FALSE(view.will_need(kHuge, kHuge));
    news |= view.will_need(0, kHuge);
    EXPECT_FALSE(view.will_need(0, view.size()));
  }
  EXPECT_TRUE(news);
}

TEST_F(IndexFileTest, NothingIsAskedForOfBytesInMemory) {
  AlignedBytes bytes(content_);
  const auto in_memory = IndexFile::open_memory(bytes.view());
  OpenOptions copy;
  copy.copy = true;
  const auto copied = IndexFile::open_path(path_, copy);
  for (const auto* file : {&in_memory, &copied}) {
    ASSERT_TRUE(file->ok());
    for (int kind = 0; kind < kSectionKindLimit; ++kind) {
      const SectionView& view =
          (**file)->section(static_cast<SectionKind>(kind));
      EXPECT_FALSE(view.will_need(0, view.size()));
    }
  }
}

TEST_F(IndexFileTest, FileOffsetsOfAddresses) {
  const auto file = IndexFile::open_path(path_, {});
  const std::vector<SectionInfo>& infos = (*file)->sections();
  const SectionKind kind = SectionKind::kPostings;
  EXPECT_EQ((*file)->file_offset(kind, 0), infos[1].offset + 64);
  EXPECT_EQ((*file)->file_offset(kind, 128), infos[2].offset + 64);
  EXPECT_EQ((*file)->file_offset(kind, 299), infos[3].offset + 64 + 43);
  EXPECT_EQ((*file)->file_offset(kind, 300), infos[3].offset + 64 + 44);
  EXPECT_EQ((*file)->file_offset(kind, ~std::uint64_t{0}),
            infos[3].offset + 64 + 44);
  EXPECT_EQ((*file)->file_offset(SectionKind::kTimes, 5), 0u);
}

TEST_F(IndexFileTest, ErrorsNameTheFileAndTheRemedy) {
  TemporaryFolder::write(path_, "some text, not an index at all");
  const auto text = IndexFile::open_path(path_, {});
  EXPECT_EQ(text.error().code(), StatusCode::kNotAnIndex);
  EXPECT_THAT(text.error().message(),
              StartsWith(path_ + " is not a kwic index: "));
  TemporaryFolder::write(path_, content_.substr(0, 1000));
  EXPECT_THAT(IndexFile::open_path(path_, {}).error().message(),
              StartsWith(path_ + " is cut short: 1000 of " +
                         std::to_string(content_.size()) + " bytes"));
  TemporaryFolder::write(path_, content_ + "123");
  EXPECT_THAT(IndexFile::open_path(path_, {}).error().message(),
              HasSubstr("3 bytes follow its end"));
  EXPECT_EQ(IndexFile::open_path(folder_.file("none"), {}).error().code(),
            StatusCode::kNotFound);
}

// Which section a byte of the file belongs to, and where its part ends.
[[maybe_unused]] std::pair<std::string, std::uint64_t> owner_of(
    const IndexFile& file, std::uint64_t offset) {
  for (const SectionInfo& info : file.sections()) {
    if (offset >= info.offset && offset < info.offset + info.size) {
      return {std::string(info.name), info.offset + info.size};
    }
  }
  return {"root", first_part_offset(file.sections().size())};
}

TEST_F(IndexFileTest, EveryFlippedBitIsFoundByOpenOrVerify) {
  const auto whole = IndexFile::open_path(path_, {});
  AlignedBytes bytes(content_);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::uint8_t& byte = bytes.data()[bit / 8];
    const auto mask = static_cast<std::uint8_t>(1 << bit % 8);
    byte ^= mask;
    VerifyReport report;
    if (const auto file = IndexFile::open(bytes.view(), nullptr)) {
      ASSERT_TRUE((*file)->verify_hashes(report, {}).ok());
#ifndef KWIC_TEST_NO_HASHES
      ASSERT_FALSE(report.ok()) << "bit " << bit;
      const auto [section, end] = owner_of(**whole, bit / 8);
      EXPECT_EQ(report.problems[0].section, section) << "bit " << bit;
      EXPECT_LE(report.problems[0].offset, bit / 8);
      EXPECT_LT(report.problems[0].offset, end);
#endif
    }
    byte ^= mask;
  }
}

TEST_F(IndexFileTest, EveryTruncationAndExtensionIsRefused) {
  const AlignedBytes bytes(content_ + std::string(300, '\0'));
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto file = IndexFile::open(bytes.view().first(size), nullptr);
    EXPECT_EQ(file.ok(), size == content_.size()) << size;
  }
}

TEST_F(IndexFileTest, VerifyTellsProgressAndCanBeCancelled) {
  const auto file = IndexFile::open_path(path_, {});
  VerifyReport report;
  std::uint64_t last = 0;
  const Status status = (*file)->verify_hashes(
      report, [&](std::uint64_t done, std::uint64_t total) {
        EXPECT_GE(done, last);
        EXPECT_EQ(total, content_.size());
        last = done;
        return true;
      });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(last, content_.size());
  EXPECT_EQ(report.bytes_checked, content_.size());
  const auto cancel = [](std::uint64_t, std::uint64_t) { return false; };
  EXPECT_FALSE((*file)->verify_hashes(report, cancel).ok());
}

TEST_F(IndexFileTest, VerifyKeepsAtMostAHundredProblems) {
  const std::vector<SampleSection> sections = {
      {SectionKind::kPostings, ElementType::kByte,
       std::vector<std::uint8_t>(64 * 200, 1)}};
  ASSERT_TRUE(write_sample(posix_file_system(), path_, sections, 64).ok());
  AlignedBytes bytes(TemporaryFolder::read(path_));
  const std::size_t start = first_part_offset(200);
  std::memset(bytes.data() + start, 0xff, bytes.size() - start);
  const auto file = IndexFile::open(bytes.view(), nullptr);
  ASSERT_TRUE(file.ok());
  VerifyReport report;
  EXPECT_TRUE((*file)->verify_hashes(report, {}).ok());
  EXPECT_EQ(report.problems.size(), 100u);
}

// A file of more than 5 GiB, nearly all of it a hole.
TEST_F(IndexFileTest, OpensFilesBeyondFourGiB) {
  constexpr std::uint64_t kParts = 10;
  Root root;
  const std::uint64_t start = first_part_offset(kParts + 1);
  std::uint64_t offset = start;
  for (std::uint32_t part = 0; part < kParts; ++part) {
    const std::uint64_t size = part_bytes(kDefaultPartSize);
    root.entries.emplace_back(4, 1, 0, part, offset, size, kDefaultPartSize, 0,
                              0);
    offset += size;
  }
  root.entries.emplace_back(5, 1, 0, 0, offset, part_bytes(4), 4, 0, 0);
  const std::uint64_t total = offset + part_bytes(4);
  root.header =
      fb::Header(kFormatMajor, kFormatMinor, 0, 0, 0, 0, root_bytes(kParts + 1),
                 total, 1, 1, 1, 1, 1, kDefaultPartSize, 1.2F, 0.75F);

  const std::string path = folder_.file("sparse");
  {
    auto out = posix_file_system().create(path);
    ASSERT_TRUE(out.ok());
    if (!(*out)->truncate(total)) GTEST_SKIP() << "no room for a sparse file";
    ASSERT_TRUE((*out)->write_at(0, encode_root(root)).ok());
    ASSERT_TRUE((*out)->write_at(offset + 64, as_bytes("last")).ok());
    const std::uint64_t in_part_9 = offset - part_bytes(kDefaultPartSize) + 64;
    ASSERT_TRUE((*out)->write_at(in_part_9 + 5, as_bytes("far")).ok());
  }
  const auto file = IndexFile::open_path(path, {});
  ASSERT_TRUE(file.ok()) << file.error().message();
  const SectionView& postings = (*file)->section(SectionKind::kPostings);
  EXPECT_EQ(postings.size(), kParts * kDefaultPartSize);
  const std::uint64_t address = 9 * kDefaultPartSize + 5;
  EXPECT_EQ(std::memcmp(postings.at(address, 3), "far", 3), 0);
  const SectionView& positions = (*file)->section(SectionKind::kPositions);
  EXPECT_EQ(std::memcmp(positions.at(0, 4), "last", 4), 0);
  EXPECT_EQ((*file)->file_offset(SectionKind::kPositions, 0), offset + 64);
}

}  // namespace
}  // namespace kwic
