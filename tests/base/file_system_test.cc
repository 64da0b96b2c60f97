// SPDX-License-Identifier: Apache-2.0
#include "base/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <limits>

#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class FileSystemTest : public ::testing::Test {
 protected:
  static mode_t mode_of(const std::string& path) {
    struct stat info = {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0);
    return info.st_mode & 07777;
  }

  FileSystem& files_ = posix_file_system();
  TemporaryFolder folder_;
};

TEST_F(FileSystemTest, WritesInAnyOrderAndReadsBack) {
  auto file = files_.create(folder_.file("a"));
  ASSERT_TRUE(file.ok()) << file.error().message();
  ASSERT_TRUE((*file)->write_at(4, as_bytes("5678")).ok());
  ASSERT_TRUE((*file)->write_at(0, as_bytes("1234")).ok());
  std::uint8_t out[6];
  ASSERT_TRUE((*file)->read_at(1, out).ok());
  EXPECT_EQ(as_text(out), "234567");
  ASSERT_TRUE((*file)->truncate(5).ok());
  ASSERT_TRUE((*file)->sync().ok());
  ASSERT_TRUE((*file)->close().ok());
  EXPECT_EQ(TemporaryFolder::read(folder_.file("a")), "12345");
}

TEST_F(FileSystemTest, ReadingPastTheEndIsAnError) {
  auto file = files_.create(folder_.file("a"));
  ASSERT_TRUE((*file)->write_at(0, as_bytes("1234")).ok());
  std::uint8_t out[4];
  const Status status = (*file)->read_at(1, out);
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_THAT(status.message(), HasSubstr("ended at byte 4"));
}

TEST_F(FileSystemTest, OffsetsBeyondAnOffTAreErrors) {
  auto file = files_.create(folder_.file("a"));
  const auto huge = std::numeric_limits<std::uint64_t>::max();
  std::uint8_t out[4];
  EXPECT_FALSE((*file)->write_at(huge - 1, as_bytes("1234")).ok());
  EXPECT_FALSE((*file)->write_at(huge / 2 - 1, as_bytes("1234")).ok());
  EXPECT_FALSE((*file)->read_at(huge - 1, out).ok());
  EXPECT_FALSE((*file)->truncate(huge).ok());
}

TEST_F(FileSystemTest, CreateRefusesWhatExists) {
  TemporaryFolder::write(folder_.file("a"), "old");
  const auto file = files_.create(folder_.file("a"));
  EXPECT_EQ(file.error().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(TemporaryFolder::read(folder_.file("a")), "old");
}

TEST_F(FileSystemTest, CreateDoesNotFollowLinks) {
  std::filesystem::create_symlink(folder_.file("b"), folder_.file("a"));
  EXPECT_FALSE(files_.create(folder_.file("a")).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_.file("b")));
}

TEST_F(FileSystemTest, CreateInAMissingFolderIsNotFound) {
  const auto file = files_.create(folder_.file("none/a"));
  EXPECT_EQ(file.error().code(), StatusCode::kNotFound);
  EXPECT_THAT(file.error().message(), HasSubstr("none/a"));
}

TEST_F(FileSystemTest, ModesArePrivateThenReadOnlyWithinTheUmask) {
  const mode_t before = ::umask(027);
  auto file = files_.create(folder_.file("a"));
  ::umask(before);
  EXPECT_EQ(mode_of(folder_.file("a")), 0600u);
  ASSERT_TRUE((*file)->set_read_only().ok());
  EXPECT_EQ(mode_of(folder_.file("a")), 0440u);
}

TEST_F(FileSystemTest, RenameReplacesAReadOnlyFile) {
  TemporaryFolder::write(folder_.file("to"), "old");
  ASSERT_EQ(::chmod(folder_.file("to").c_str(), 0444), 0);
  TemporaryFolder::write(folder_.file("from"), "new");
  ASSERT_TRUE(files_.rename(folder_.file("from"), folder_.file("to")).ok());
  ASSERT_TRUE(files_.sync_folder(folder_.path()).ok());
  EXPECT_EQ(TemporaryFolder::read(folder_.file("to")), "new");
  EXPECT_THAT(folder_.names(), ElementsAre("to"));
}

TEST_F(FileSystemTest, RemovesWhatNobodyHasOpen) {
  auto open = files_.create(folder_.file("open"));
  { auto closed = files_.create(folder_.file("closed")); }
  EXPECT_TRUE(files_.remove_if_abandoned(folder_.file("open")).ok());
  EXPECT_TRUE(files_.remove_if_abandoned(folder_.file("closed")).ok());
  EXPECT_THAT(folder_.names(), ElementsAre("open"));
  EXPECT_FALSE(files_.remove_if_abandoned(folder_.file("missing")).ok());
}

TEST_F(FileSystemTest, RemoveIfAbandonedLeavesPipesAlone) {
  ASSERT_EQ(::mkfifo(folder_.file("pipe").c_str(), 0600), 0);
  (void)files_.remove_if_abandoned(folder_.file("pipe"));
  EXPECT_THAT(folder_.names(), ElementsAre("pipe"));
}

TEST_F(FileSystemTest, KindsAndNames) {
  TemporaryFolder::write(folder_.file("a"), "");
  ASSERT_EQ(::mkfifo(folder_.file("pipe").c_str(), 0600), 0);
  EXPECT_EQ(*files_.kind(folder_.file("a")), FileKind::kRegular);
  EXPECT_EQ(*files_.kind(folder_.path()), FileKind::kFolder);
  EXPECT_EQ(*files_.kind(folder_.file("pipe")), FileKind::kOther);
  EXPECT_EQ(*files_.kind(folder_.file("none")), FileKind::kMissing);
  EXPECT_THAT(*files_.list(folder_.path()), UnorderedElementsAre("a", "pipe"));
  EXPECT_EQ(files_.list(folder_.file("none")).error().code(),
            StatusCode::kNotFound);
}

}  // namespace
}  // namespace kwic
