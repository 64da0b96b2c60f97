// SPDX-License-Identifier: Apache-2.0
#include "base/mapped_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <limits>

#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

using ::testing::HasSubstr;

bool is_aligned(ByteView bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes.data()) %
             MappedFile::kAlignment ==
         0;
}

class MappedFileTest : public ::testing::Test {
 protected:
  MappedFileTest() {
    for (int i = 0; i < 30000; ++i) {
      content_ += static_cast<char>(i % 251);
    }
    TemporaryFolder::write(path_, content_);
    fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  }
  ~MappedFileTest() override { ::close(fd_); }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("data");
  std::string content_;
  int fd_ = -1;
};

TEST_F(MappedFileTest, MapsAndCopiesAPath) {
  for (const bool copy : {false, true}) {
    const auto file = MappedFile::open(path_, copy);
    ASSERT_TRUE(file.ok()) << file.error().message();
    EXPECT_EQ(as_text((*file)->bytes()), content_);
    EXPECT_EQ((*file)->is_copy(), copy);
    EXPECT_TRUE(is_aligned((*file)->bytes()));
  }
}

TEST_F(MappedFileTest, AnyRangeOfADescriptor) {
  for (const std::size_t offset :
       {0U, 1U, 63U, 64U, 4095U, 4096U, 4160U, 29999U}) {
    for (const std::size_t length : {0U, 1U, 100U, 9000U}) {
      const std::size_t n = std::min(length, content_.size() - offset);
      const auto file = MappedFile::open_fd(fd_, offset, n, false);
      ASSERT_TRUE(file.ok()) << file.error().message();
      EXPECT_EQ(as_text((*file)->bytes()), content_.substr(offset, n));
      EXPECT_TRUE(is_aligned((*file)->bytes())) << offset;
      if (n > 0) {
        EXPECT_EQ((*file)->is_copy(), offset % 64 != 0);
      }
    }
  }
  EXPECT_EQ(::lseek(fd_, 0, SEEK_CUR), 0);
}

TEST_F(MappedFileTest, PagesCanBeAskedFor) {
  for (const std::uint64_t offset : {0U, 64U, 4096U, 4160U}) {
    const auto file = MappedFile::open_fd(fd_, offset, 20000, false);
    ASSERT_TRUE(file.ok()) << file.error().message();
    const ByteView bytes = (*file)->bytes();
    EXPECT_TRUE((*file)->requests().ask(bytes.data(), bytes.size()));
    EXPECT_FALSE((*file)->requests().ask(bytes.data(), bytes.size()));
    EXPECT_EQ(as_text(bytes), content_.substr(offset, 20000));
  }
}

TEST_F(MappedFileTest, NothingIsAskedForOfACopy) {
  for (const std::uint64_t offset : {0U, 1U}) {
    const auto file = MappedFile::open_fd(fd_, offset, 20000, offset == 0);
    ASSERT_TRUE((*file)->is_copy());
    EXPECT_FALSE((*file)->requests().ask((*file)->bytes().data(), 20000));
  }
}

TEST_F(MappedFileTest, RangesBeyondTheEndAreRefused) {
  const auto huge = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t size = content_.size();
  const std::pair<std::uint64_t, std::uint64_t> ranges[] = {
      {0, size + 1}, {1, size}, {size + 1, 0}, {64, huge}, {huge, huge}};
  for (const auto& [offset, length] : ranges) {
    const auto file = MappedFile::open_fd(fd_, offset, length, false);
    EXPECT_EQ(file.error().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(file.error().message(), HasSubstr("check offset and length"));
  }
}

TEST_F(MappedFileTest, EmptyFiles) {
  TemporaryFolder::write(folder_.file("empty"), "");
  for (const bool copy : {false, true}) {
    const auto file = MappedFile::open(folder_.file("empty"), copy);
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE((*file)->bytes().empty());
  }
}

TEST_F(MappedFileTest, OnlyRegularFiles) {
  ASSERT_EQ(::mkfifo(folder_.file("pipe").c_str(), 0600), 0);
  const auto pipe = MappedFile::open(folder_.file("pipe"), false);
  EXPECT_THAT(pipe.error().message(), HasSubstr("pipe is not a regular file"));
  const auto folder = MappedFile::open(folder_.path(), false);
  EXPECT_THAT(folder.error().message(), HasSubstr("is a folder"));
  const auto device = MappedFile::open("/dev/null", true);
  EXPECT_EQ(device.error().code(), StatusCode::kNotAnIndex);
}

TEST_F(MappedFileTest, MissingFilesAndBadDescriptors) {
  const auto missing = MappedFile::open(folder_.file("none"), false);
  EXPECT_EQ(missing.error().code(), StatusCode::kNotFound);
  EXPECT_THAT(missing.error().message(), HasSubstr("/none"));
  EXPECT_FALSE(MappedFile::open_fd(-1, 0, 0, false).ok());
}

TEST_F(MappedFileTest, AMappingOutlivesTheFilesName) {
  const auto file = MappedFile::open(path_, false);
  std::filesystem::remove(path_);
  EXPECT_EQ(as_text((*file)->bytes()), content_);
}

TEST_F(MappedFileTest, CopiesMemoryToAnAlignedPlace) {
  const ByteView bytes = as_bytes(content_);
  const auto file = MappedFile::copy_of(bytes.subspan(1));
  EXPECT_EQ(as_text((*file)->bytes()), content_.substr(1));
  EXPECT_TRUE(is_aligned((*file)->bytes()));
  EXPECT_TRUE((*MappedFile::copy_of({}))->bytes().empty());
}

}  // namespace
}  // namespace kwic
