// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "kwic/corpus.h"

namespace kwic {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// What a reading delivered.
struct Outcome {
  Status status;
  CorpusReport report;
  std::vector<std::string> order;             // ids as they came
  std::map<std::string, std::string> bodies;  // by id
  std::map<std::string, std::string> titles;
  std::map<std::string, SkipReason> skipped;  // by path
  std::map<std::string, std::string> details;
};

Outcome read(CorpusOptions options, const DocumentSink& refuse = {}) {
  Outcome out;
  options.skipped = [&](std::string_view path, SkipReason reason,
                        std::string_view detail) {
    out.skipped[std::string(path)] = reason;
    out.details[std::string(path)] = detail;
  };
  const auto sink = [&](const Document& document) -> Status {
    if (refuse) {
      if (Status s = refuse(document); !s) return s;
    }
    const std::string id(document.id);
    out.order.push_back(id);
    out.bodies[id] = document.body;
    out.titles[id] = document.title;
    return {};
  };
  auto report = read_corpus(options, sink);
  if (report) {
    out.report = *report;
    EXPECT_EQ(out.report.documents, out.order.size());
    EXPECT_EQ(out.report.skipped_total(), out.skipped.size());
  } else {
    out.status = report.error();
  }
  return out;
}

class CorpusReaderTest : public testing::Test {
 protected:
  CorpusReaderTest() {
    std::string name = (fs::temp_directory_path() / "kwic-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~CorpusReaderTest() override { fs::remove_all(root_); }

  std::string path(const std::string& name) const { return root_ + "/" + name; }

  std::string write(const std::string& name, std::string_view bytes) {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream out(path(name), std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path(name);
  }

  Outcome read_root() {
    CorpusOptions options;
    options.paths = {root_};
    return read(options);
  }

  std::string root_;
};

TEST_F(CorpusReaderTest, FolderInOrderOfNamesWithRelativeIds) {
  write("b.txt", "two");
  write("a/z.txt", "one");
  write("a.txt", "three");
  write("empty", "");
  write(".hidden", "h");
  const Outcome out = read_root();
  ASSERT_TRUE(out.status.ok()) << out.status.message();
  EXPECT_THAT(out.order,
              ElementsAre(".hidden", "a/z.txt", "a.txt", "b.txt", "empty"));
  EXPECT_EQ(out.bodies.at("a/z.txt"), "one");
  EXPECT_EQ(out.bodies.at("empty"), "");
  EXPECT_EQ(out.titles.at("a.txt"), "");
  EXPECT_EQ(out.report.bytes_read, 12u);
  EXPECT_THAT(out.skipped, IsEmpty());
}

TEST_F(CorpusReaderTest, IdsOfSeveralPathsBeginWithThePath) {
  const std::string file = write("one.txt", "1");
  write("dir/two.txt", "2");
  CorpusOptions options;
  options.paths = {file};
  EXPECT_THAT(read(options).order, ElementsAre("one.txt"));
  options.paths = {file, path("dir/")};
  EXPECT_THAT(read(options).order, ElementsAre(file, path("dir/two.txt")));
}

TEST_F(CorpusReaderTest, NamesOfAnyBytes) {
  const std::vector<std::string> names = {"new\nline", "-dash", "\xff\xfe.txt",
                                          "back\\slash", std::string(255, 'x')};
  for (const std::string& name : names) write(name, "x" + name);
  const Outcome out = read_root();
  for (const std::string& name : names) {
    EXPECT_EQ(out.bodies.at(name), "x" + name);
  }
}

TEST_F(CorpusReaderTest, BytesAreKept) {
  const std::string latin = "caf\xe9 \xed\xa0\x80\r\n";
  write("latin1", latin);
  write("bom", "\xef\xbb\xbftext");
  std::string large(300'000, 'x');
  large[100'000] = '\0';  // too far in to count as binary
  write("large", large);
  const Outcome out = read_root();
  EXPECT_EQ(out.bodies.at("latin1"), latin);
  EXPECT_EQ(out.bodies.at("bom"), "\xef\xbb\xbftext");
  EXPECT_EQ(out.bodies.at("large"), large);
}

TEST_F(CorpusReaderTest, WhatIsNotTextIsSkippedWithItsReason) {
  using std::string_literals::operator""s;
  write("nul", "a\0b"s);
  write("utf16",
        "\xff\xfe"
        "a\0"s);
  write("doc.pdf", "%PDF-1.7\n");
  write("other.kwic", "\x18\0\0\0KWIC and so on"s);
  write("essay.txt", "The KWIC index");
  write(".x.kwic-tmp.12.3", "not mine to read");
  const Outcome out = read_root();
  EXPECT_THAT(out.order, ElementsAre("essay.txt"));
  EXPECT_THAT(
      out.skipped,
      UnorderedElementsAre(Pair(path("nul"), SkipReason::kBinary),
                           Pair(path("utf16"), SkipReason::kBinary),
                           Pair(path("doc.pdf"), SkipReason::kBinary),
                           Pair(path("other.kwic"), SkipReason::kOwnIndex)));
  EXPECT_EQ(out.details.at(path("utf16")), "UTF-16 text");
}

// A reader that opened the FIFO to read would wait here for ever.
TEST_F(CorpusReaderTest, SpecialFilesDoNotHoldUp) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo(path("fifo.jsonl").c_str(), 0600), 0);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path("s").copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(
      ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
      0);
  const Outcome out = read_root();
  EXPECT_EQ(out.report.skipped[static_cast<int>(SkipReason::kNotRegular)], 3u);
  CorpusOptions options;
  options.paths = {path("fifo"), path("fifo.jsonl"), "/dev/null"};
  EXPECT_EQ(read(options).report.skipped_total(), 3u);
  ::close(fd);
}

TEST_F(CorpusReaderTest, LinksAreFollowedOnlyWhenAskedAndLoopsEnd) {
  write("dir/file", "text");
  fs::create_symlink("dir/file", path("to_file"));
  fs::create_symlink("dir", path("to_dir"));
  fs::create_symlink(".", path("to_self"));
  fs::create_symlink("..", path("dir/to_parent"));
  fs::create_symlink("circle", path("circle"));
  fs::create_symlink("nowhere", path("dangling"));
  const Outcome plain = read_root();
  EXPECT_THAT(plain.order, ElementsAre("dir/file"));
  EXPECT_EQ(plain.report.skipped[static_cast<int>(SkipReason::kSymbolicLink)],
            6u);

  CorpusOptions options;
  options.paths = {root_};
  options.follow_links = true;
  const Outcome out = read(options);
  EXPECT_THAT(out.order, ElementsAre("dir/file", "to_dir/file", "to_file"));
  EXPECT_THAT(out.skipped,
              UnorderedElementsAre(
                  Pair(path("circle"), SkipReason::kLinkLoop),
                  Pair(path("dangling"), SkipReason::kUnreadable),
                  Pair(path("dir/to_parent"), SkipReason::kLinkLoop),
                  Pair(path("to_dir/to_parent"), SkipReason::kLinkLoop),
                  Pair(path("to_self"), SkipReason::kLinkLoop)));
  // A link given by name is meant.
  options.follow_links = false;
  options.paths = {path("to_dir")};
  EXPECT_THAT(read(options).order, ElementsAre("file"));
  options.paths = {path("to_file")};
  EXPECT_THAT(read(options).order, ElementsAre("to_file"));
}

TEST_F(CorpusReaderTest, LimitsOfSizeAndDepth) {
  write("sparse", "");
  ASSERT_EQ(::truncate(path("sparse").c_str(), off_t{1} << 40), 0);
  write("five", "12345");
  write("1/2/3/deep", "x");
  CorpusOptions options;
  options.paths = {root_};
  options.max_file_bytes = 4;
  options.max_depth = 2;
  const Outcome out = read(options);
  EXPECT_THAT(out.order, IsEmpty());
  EXPECT_THAT(out.skipped,
              UnorderedElementsAre(Pair(path("sparse"), SkipReason::kTooLarge),
                                   Pair(path("five"), SkipReason::kTooLarge),
                                   Pair(path("1/2/3"), SkipReason::kTooDeep)));
  options.max_file_bytes = 5;
  options.max_depth = 3;
  EXPECT_THAT(read(options).order, ElementsAre("1/2/3/deep", "five"));
}

// Deeper than a path may be long.
TEST_F(CorpusReaderTest, PathsLongerThanTheSystemAllows) {
  const std::string name(200, 'd');
  int folder = ::open(root_.c_str(), O_RDONLY | O_DIRECTORY);
  std::string id;
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(::mkdirat(folder, name.c_str(), 0700), 0);
    const int next = ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(folder);
    folder = next;
    id += name + "/";
  }
  const int file = ::openat(folder, "f", O_WRONLY | O_CREAT, 0600);
  ASSERT_EQ(::write(file, "deep", 4), 4);
  ::close(file);
  ::close(folder);
  EXPECT_EQ(read_root().bodies.at(id + "f"), "deep");
}

TEST_F(CorpusReaderTest, UnreadableThingsAreReported) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser reads everything";
  write("secret", "x");
  write("closed/file", "x");
  write("open", "x");
  fs::permissions(path("secret"), fs::perms::none);
  fs::permissions(path("closed"), fs::perms::none);
  const Outcome out = read_root();
  fs::permissions(path("closed"), fs::perms::owner_all);
  EXPECT_THAT(out.order, ElementsAre("open"));
  EXPECT_THAT(out.skipped, UnorderedElementsAre(
                               Pair(path("secret"), SkipReason::kUnreadable),
                               Pair(path("closed"), SkipReason::kUnreadable)));
}

TEST_F(CorpusReaderTest, TheIndexBeingWrittenIsLeftOut) {
  const std::string index = write("docs.kwic", "old text");
  write("a", "text");
  CorpusOptions options;
  options.paths = {root_};
  options.exclude = {index, path("not there yet")};
  const Outcome out = read(options);
  EXPECT_THAT(out.order, ElementsAre("a"));
  EXPECT_EQ(out.skipped.at(index), SkipReason::kOwnIndex);
}

TEST_F(CorpusReaderTest, MissingPathsFailBeforeAnythingIsRead) {
  CorpusOptions options;
  EXPECT_EQ(read(options).status.code(), StatusCode::kInvalidArgument);
  options.paths = {write("a", "text"), path("missing")};
  const Outcome out = read(options);
  EXPECT_EQ(out.status.code(), StatusCode::kNotFound);
  EXPECT_THAT(out.status.message(), HasSubstr("missing"));
  EXPECT_THAT(out.order, IsEmpty());
}

TEST_F(CorpusReaderTest, SinkRefusesOneOrEndsAll) {
  for (const char* name : {"a", "b", "c"}) write(name, name);
  CorpusOptions options;
  options.paths = {root_};
  const auto code_for_b = [](StatusCode code) {
    return [code](const Document& document) -> Status {
      return document.id == "b" ? Status(code, "no b") : Status();
    };
  };
  const Outcome skipped = read(options, code_for_b(StatusCode::kLimit));
  EXPECT_THAT(skipped.order, ElementsAre("a", "c"));
  EXPECT_EQ(skipped.skipped.at(path("b")), SkipReason::kRejected);
  EXPECT_EQ(skipped.details.at(path("b")), "no b");
  const Outcome ended = read(options, code_for_b(StatusCode::kIo));
  EXPECT_THAT(ended.order, ElementsAre("a"));
  EXPECT_EQ(ended.status.code(), StatusCode::kIo);
}

TEST_F(CorpusReaderTest, ProgressKnowsTheTotalAndCancels) {
  write("a", "12345");
  write("b/c", "123");
  write("d.bin", std::string(100, '\0'));
  CorpusOptions options;
  options.paths = {root_};
  std::vector<std::uint64_t> done;
  options.progress = [&](std::uint64_t bytes, std::uint64_t total) {
    if (total == 0) return true;  // while sizes are added up
    EXPECT_EQ(total, 108u);
    done.push_back(bytes);
    return true;
  };
  EXPECT_TRUE(read(options).status.ok());
  EXPECT_THAT(done, ElementsAre(0, 5, 8));
  options.progress = [&](std::uint64_t bytes, std::uint64_t) {
    return bytes < 5;
  };
  const Outcome out = read(options);
  EXPECT_EQ(out.status.code(), StatusCode::kCancelled);
  EXPECT_THAT(out.order, ElementsAre("a"));
}

TEST(SkipReasonTest, EveryReasonHasAName) {
  for (int i = 0; i < kSkipReasonCount; ++i) {
    EXPECT_STRNE(skip_reason_name(static_cast<SkipReason>(i)),
                 "unknown reason");
  }
  EXPECT_STREQ(skip_reason_name(static_cast<SkipReason>(kSkipReasonCount)),
               "unknown reason");
}

}  // namespace
}  // namespace kwic
