// SPDX-License-Identifier: Apache-2.0
#include "format/index_file_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "format/index_file.h"
#include "format/section_spool.h"
#include "format/temporary_files.h"
#include "tests/support/faulty_file_system.h"
#include "tests/support/sample_container.h"
#include "tests/support/temporary_folder.h"

namespace kwic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Repeat = FaultyFileSystem::Repeat;

class IndexFileWriterTest : public ::testing::Test {
 protected:
  // A section too large for its buffer, and others: every kind of call is made.
  static std::vector<SampleSection> large_sections() {
    std::vector<SampleSection> sections = sample_sections();
    sections[1].payload.assign(3 * SectionSpool::kBufferBytes + 5, 'p');
    sections[2].payload.assign(SectionSpool::kBufferBytes + 4, 'q');
    return sections;
  }
  Result<std::uint64_t> write(FileSystem& files) {
    return write_sample(files, path_, large_sections(), 64 * 1024);
  }
  // The bytes of the file that write() makes when nothing fails.
  std::string expected() {
    const TemporaryFolder other;
    const std::string path = other.file("expected");
    const auto size =
        write_sample(posix_file_system(), path, large_sections(), 64 * 1024);
    EXPECT_TRUE(size.ok()) << size.error().message();
    return TemporaryFolder::read(path);
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("docs.kwic");
};

TEST_F(IndexFileWriterTest, PublishesOneReadOnlyFile) {
  ASSERT_TRUE(write(posix_file_system()).ok());
  EXPECT_THAT(folder_.names(), ElementsAre("docs.kwic"));
  struct stat info = {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0222, 0u);
  const auto file = IndexFile::open_path(path_, {});
  ASSERT_TRUE(file.ok()) << file.error().message();
  VerifyReport report;
  ASSERT_TRUE((*file)->verify_hashes(report, {}).ok());
  EXPECT_TRUE(report.ok());
  for (const SampleSection& section : large_sections()) {
    const SectionView& view = (*file)->section(section.kind);
    ASSERT_EQ(view.size(), section.payload.size());
    for (std::uint64_t i = 0; i < view.size(); ++i) {
      ASSERT_EQ(*view.at(i, 1), section.payload[i]);
    }
  }
}

TEST_F(IndexFileWriterTest, ReplacesAReadOnlyFileWithTheSameBytes) {
  ASSERT_TRUE(write(posix_file_system()).ok());
  const auto old = IndexFile::open_path(path_, {});
  ASSERT_TRUE(write(posix_file_system()).ok());
  EXPECT_EQ(TemporaryFolder::read(path_), expected());
  EXPECT_EQ((*old)->stats().documents, 3u);  // still mapped
}

TEST_F(IndexFileWriterTest, AFileWithoutSections) {
  ASSERT_TRUE(write_sample(posix_file_system(), path_, {}).ok());
  const auto file = IndexFile::open_path(path_, {});
  ASSERT_TRUE(file.ok()) << file.error().message();
  EXPECT_TRUE((*file)->sections().empty());
  EXPECT_EQ((*file)->stats().file_bytes, 192u);
}

TEST_F(IndexFileWriterTest, PayloadsAroundTheSizeOfAPart) {
  for (const std::size_t size :
       {1U, 127U, 128U, 129U, 255U, 256U, 257U, 384U}) {
    const std::vector<SampleSection> sections = {
        {SectionKind::kPostings, ElementType::kByte,
         std::vector<std::uint8_t>(size, 9)}};
    ASSERT_TRUE(write_sample(posix_file_system(), path_, sections).ok());
    const auto file = IndexFile::open_path(path_, {});
    ASSERT_TRUE(file.ok()) << file.error().message();
    EXPECT_EQ((*file)->sections().size(), (size + 127) / 128);
    EXPECT_EQ((*file)->section(SectionKind::kPostings).size(), size);
  }
}

TEST_F(IndexFileWriterTest, AnUnfinishedBuildLeavesNothing) {
  TemporaryFolder::write(path_, "old");
  {
    auto writer = IndexFileWriter::create(posix_file_system(), path_);
    SectionWriter& out =
        (*writer)->section(SectionKind::kPostings, ElementType::kByte);
    const std::vector<std::uint8_t> bytes(300'000, 1);
    ASSERT_TRUE(out.append(bytes).ok());
    auto run = (*writer)->temporary();
    ASSERT_TRUE(run.ok());
    ASSERT_TRUE((*run)->write_at(0, bytes).ok());
    // Nothing to be left even by a kill.
    EXPECT_THAT(folder_.names(), ElementsAre("docs.kwic"));
  }
  EXPECT_EQ(TemporaryFolder::read(path_), "old");
}

TEST_F(IndexFileWriterTest, RemovesWhatAKilledBuildLeft) {
  const std::string stale = folder_.file(".docs.kwic.kwic-tmp.1.0");
  TemporaryFolder::write(stale, "half an index");
  const std::string others[] = {".other.kwic.kwic-tmp.1.0",
                                ".docs.kwic.kwic-tmp.notes",
                                ".docs.kwic.kwic-tmp.1.x"};
  for (const std::string& name : others) {
    TemporaryFolder::write(folder_.file(name), "keep");
  }
  const auto live =
      posix_file_system().create(folder_.file(".docs.kwic.kwic-tmp.2.0"));
  auto writer = IndexFileWriter::create(posix_file_system(), path_);
  ASSERT_TRUE(writer.ok());
  EXPECT_THAT(
      folder_.names(),
      ElementsAre(".docs.kwic.kwic-tmp.1.x", ".docs.kwic.kwic-tmp.2.0",
                  ".docs.kwic.kwic-tmp.notes", ".other.kwic.kwic-tmp.1.0"));
}

TEST_F(IndexFileWriterTest, PassesOverNamesInUse) {
  const std::string start =
      ".docs.kwic.kwic-tmp." + std::to_string(::getpid()) + ".";
  const auto live0 = posix_file_system().create(folder_.file(start + "0"));
  const auto live1 = posix_file_system().create(folder_.file(start + "1"));
  EXPECT_TRUE(write(posix_file_system()).ok());
}

TEST_F(IndexFileWriterTest, LongNames) {
  path_ = folder_.file(std::string(250, 'n'));
  EXPECT_TRUE(write(posix_file_system()).ok());
  EXPECT_EQ(folder_.names().size(), 1u);
}

TEST_F(IndexFileWriterTest, TargetsThatCannotBe) {
  FileSystem& files = posix_file_system();
  const auto error = [&](const std::string& path) {
    return IndexFileWriter::create(files, path).error();
  };
  EXPECT_THAT(error(folder_.path()).message(),
              HasSubstr("it is a folder; name a file, such as"));
  EXPECT_EQ(error(folder_.path()).code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(error(folder_.path() + "/").message(), HasSubstr("is a folder"));
  EXPECT_EQ(error(folder_.file("none/a")).code(), StatusCode::kNotFound);
  EXPECT_THAT(error(folder_.file("none/a")).message(),
              HasSubstr("does not exist; create this folder first"));
  EXPECT_FALSE(error("").ok());
  EXPECT_THAT(error("/dev/null").message(), HasSubstr("a device or a pipe"));
  TemporaryFolder::write(path_, "");
  EXPECT_THAT(error(path_ + "/a").message(), HasSubstr("is not a folder"));
  EXPECT_FALSE(IndexFileWriter::create(files, path_, 100).ok());
}

TEST_F(IndexFileWriterTest, AFolderThatCannotBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0555), 0);
  const auto writer = IndexFileWriter::create(posix_file_system(), path_);
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  EXPECT_EQ(writer.error().code(), StatusCode::kIo);
  EXPECT_THAT(writer.error().message(), HasSubstr("check the permissions"));
}

TEST_F(IndexFileWriterTest, ProgressEndsAtTheTotalAndCanCancel) {
  for (const bool go_on : {true, false}) {
    auto writer = IndexFileWriter::create(posix_file_system(), path_);
    SectionWriter& out =
        (*writer)->section(SectionKind::kPostings, ElementType::kByte);
    ASSERT_TRUE(out.append(std::vector<std::uint8_t>(1'000'000, 1)).ok());
    std::uint64_t calls = 0;
    const auto size =
        (*writer)->finish({}, [&](std::uint64_t done, std::uint64_t total) {
          EXPECT_LE(done, total);
          ++calls;
          return go_on;
        });
    EXPECT_EQ(size.ok(), go_on);
    EXPECT_GT(calls, 0u);
    writer->reset();
    EXPECT_EQ(folder_.names().size(), 1u);
  }
}

TEST_F(IndexFileWriterTest, HalfAnElementIsAMistakeOfOurs) {
  const std::vector<SampleSection> sections = {
      {SectionKind::kTermHeads, ElementType::kU64, {1, 2, 3}}};
  const auto size = write_sample(posix_file_system(), path_, sections);
  EXPECT_EQ(size.error().code(), StatusCode::kInternal);
}

TEST_F(IndexFileWriterTest, TooManyParts) {
  const std::vector<SampleSection> sections = {
      {SectionKind::kPostings, ElementType::kByte,
       std::vector<std::uint8_t>(64 * 350'000, 1)}};
  const auto size = write_sample(posix_file_system(), path_, sections, 64);
  EXPECT_EQ(size.error().code(), StatusCode::kLimit);
  EXPECT_TRUE(folder_.names().empty());
}

// Fails every call in turn, once or for good: either the old file is whole and
// an error told, or the new one is in place and only its durability in doubt.
TEST_F(IndexFileWriterTest, EveryCallFailing) {
  FaultyFileSystem counting;
  ASSERT_TRUE(write(counting).ok());
  const std::string fresh = TemporaryFolder::read(path_);
  const Status failure(StatusCode::kIo, "injected");
  ASSERT_GT(counting.calls(), 20u);
  for (const Repeat repeat : {Repeat::kOnce, Repeat::kForEver}) {
    for (std::uint64_t call = 0; call < counting.calls(); ++call) {
      std::filesystem::remove(path_);
      TemporaryFolder::write(path_, "old");
      FaultyFileSystem files;
      files.fail_at(call, failure, repeat);
      const auto size = write(files);
      SCOPED_TRACE("call " + std::to_string(call) + " " + files.failed_call());
      // Listing and removing what others left may fail without harm.
      const bool harmless =
          repeat == Repeat::kOnce && files.failed_call() == "list";
      EXPECT_EQ(size.ok(), harmless);
      const bool in_place =
          size.ok() || size.error().code() == StatusCode::kDurability;
      EXPECT_EQ(TemporaryFolder::read(path_), in_place ? fresh : "old");
      if (!size.ok()) {
        EXPECT_THAT(size.error().message(), HasSubstr("injected"));
      }
      if (repeat == Repeat::kOnce) {
        EXPECT_THAT(folder_.names(), ElementsAre("docs.kwic"));
      }
      // What could not be removed then is removed by the next build.
      (void)IndexFileWriter::create(posix_file_system(), path_);
      EXPECT_THAT(folder_.names(), ElementsAre("docs.kwic"));
    }
  }
}

TEST_F(IndexFileWriterTest, AFailedFlushIsNotTriedAgain) {
  FaultyFileSystem counting;
  ASSERT_TRUE(write(counting).ok());
  bool seen = false;
  for (std::uint64_t call = 0; call < counting.calls(); ++call) {
    FaultyFileSystem files;
    files.fail_at(call, Status(StatusCode::kIo, "injected"), Repeat::kOnce);
    const auto size = write(files);
    if (files.failed_call() != "sync") continue;
    seen = true;
    EXPECT_FALSE(size.ok());
    EXPECT_EQ(files.calls(), call + 2);  // only the removal follows
  }
  EXPECT_TRUE(seen);
}

TEST_F(IndexFileWriterTest, AFullDiskAtEveryPoint) {
  TemporaryFolder::write(path_, "old");
  const std::string fresh = expected();
  // The temporary files of the two large sections count as well.
  const std::uint64_t enough = 2 * fresh.size();
  bool succeeded = false;
  for (std::uint64_t bytes = 0; bytes <= enough; bytes += 9973) {
    FaultyFileSystem files;
    files.set_disk_bytes(bytes);
    const auto size = write(files);
    if (size.ok()) {
      succeeded = true;
      break;
    }
    EXPECT_THAT(size.error().message(), HasSubstr("the disk is full"));
    EXPECT_EQ(TemporaryFolder::read(path_), "old");
    EXPECT_THAT(folder_.names(), ElementsAre("docs.kwic"));
  }
  EXPECT_TRUE(succeeded);
}

// The program that comes with FlatBuffers prints the root of a whole file, and
// any part that is cut out of it.
TEST_F(IndexFileWriterTest, FlatcPrintsRootAndSections) {
  if (std::system("flatc --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "flatc is not installed";
  }
  ASSERT_TRUE(write_sample(posix_file_system(), path_).ok());
  const auto flatc = [&](const std::string& options, const std::string& file) {
    const std::string command =
        "flatc --json --strict-json --raw-binary " + options + " -o '" +
        folder_.path() + "' '" KWIC_SOURCE_DIR "/format/index_file.fbs' -- '" +
        file + "' >/dev/null 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return TemporaryFolder::read(
        std::filesystem::path(file).replace_extension(".json"));
  };
  EXPECT_THAT(flatc("", path_), HasSubstr("\"text_bytes\": 555"));
  const auto file = IndexFile::open_path(path_, {});
  const SectionInfo& info = (*file)->sections()[0];
  const std::string part = folder_.file("part.bin");
  TemporaryFolder::write(
      part, TemporaryFolder::read(path_).substr(info.offset, info.size));
  const std::string json =
      flatc("--size-prefixed --root-type kwic.fb.Ulongs", part);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto element =
        (*file)->section(SectionKind::kTermHeads).get<std::uint64_t>(i);
    EXPECT_THAT(json, HasSubstr(std::to_string(element)));
  }
}

TEST(TemporaryNamesTest, PathsAreSplit) {
  const auto split = [](std::string_view path) {
    const TargetPath target(path);
    return target.folder + "|" + target.name;
  };
  EXPECT_EQ(split("a/b/c.kwic"), "a/b|c.kwic");
  EXPECT_EQ(split("c.kwic"), ".|c.kwic");
  EXPECT_EQ(split("/c.kwic"), "/|c.kwic");
  EXPECT_EQ(split("a/"), "a|");
}

TEST(TemporaryNamesTest, OnlyOurNamesMatch) {
  const std::string prefix = temporary_prefix("a.kwic");
  EXPECT_TRUE(is_temporary_name(".a.kwic.kwic-tmp.12.3", prefix));
  for (const char* name :
       {".a.kwic.kwic-tmp.", ".a.kwic.kwic-tmp.1", ".a.kwic.kwic-tmp.1.",
        ".a.kwic.kwic-tmp..1", ".a.kwic.kwic-tmp.1.2.3", "a.kwic",
        ".b.kwic.kwic-tmp.1.2", ".a.kwic.kwic-tmp.1.2~"}) {
    EXPECT_FALSE(is_temporary_name(name, prefix)) << name;
  }
}

}  // namespace
}  // namespace kwic
