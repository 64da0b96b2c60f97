// SPDX-License-Identifier: Apache-2.0
#include "index/json_lines.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kwic/corpus.h"

namespace kwic {
namespace {

// Feeds text to a LineReader through a pipe, a few bytes at a time.
class Pipe {
 public:
  Pipe(std::string text, std::size_t step) {
    EXPECT_EQ(::pipe(ends_), 0);
    writer_ = std::thread([this, text = std::move(text), step] {
      for (std::size_t at = 0; at < text.size(); at += step) {
        const std::size_t n = std::min(step, text.size() - at);
        if (::write(ends_[1], text.data() + at, n) < 0) break;
      }
      ::close(ends_[1]);
    });
  }
  ~Pipe() {
    writer_.join();
    ::close(ends_[0]);
  }
  int fd() const { return ends_[0]; }

 private:
  int ends_[2] = {-1, -1};
  std::thread writer_;
};

std::vector<std::string> lines_of(const std::string& text, std::size_t step,
                                  std::size_t limit = kMaxJsonLineBytes) {
  const Pipe pipe(text, step);
  LineReader reader(pipe.fd(), "pipe", limit);
  std::vector<std::string> lines;
  LineReader::Line line;
  for (bool more = true;;) {
    EXPECT_TRUE(reader.next(line, more).ok());
    if (!more) break;
    EXPECT_EQ(line.number, lines.size() + 1);
    lines.emplace_back(line.too_long ? "(too long)" : line.text);
  }
  EXPECT_EQ(reader.bytes_read(), text.size());
  return lines;
}

TEST(LineReaderTest, SplitsWhereverTheChunksEnd) {
  const std::vector<std::string> expected = {"a", "", "bc\r", "\r", "last"};
  for (const std::size_t step : {1u, 2u, 3u, 100u}) {
    EXPECT_EQ(lines_of("a\n\nbc\r\n\r\nlast", step), expected);
    EXPECT_EQ(lines_of("a\n\nbc\r\n\r\nlast\n", step), expected);
  }
  EXPECT_TRUE(lines_of("", 1).empty());
  EXPECT_EQ(lines_of("\n", 1), std::vector<std::string>{""});
}

TEST(LineReaderTest, ManyLinesOfManyLengths) {
  std::string text;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 3000; ++i) {
    expected.emplace_back(i * 7919 % 4001, static_cast<char>('a' + i % 26));
    text += expected.back() + '\n';
  }
  EXPECT_EQ(lines_of(text, 65536), expected);
}

TEST(LineReaderTest, TooLongLinesArePassedOver) {
  for (const std::size_t limit : {std::size_t{3}, std::size_t{600'000}}) {
    const std::string longest(limit, 'x');
    const std::string text =
        "a\n" + longest + "\n" + longest + "x\nb\n" + longest + "xx";
    const std::vector<std::string> expected = {"a", longest, "(too long)", "b",
                                               "(too long)"};
    EXPECT_EQ(lines_of(text, limit / 2, limit), expected);
    EXPECT_EQ(lines_of(text + "\n", limit * 2, limit), expected);
  }
}

// Parses a line in a heap block of its own, so that AddressSanitizer sees a
// load beyond the padding.
struct Parsed {
  std::string wrong;  // empty if it is a document
  std::string id, title, body;
};

Parsed parse(const std::string& line) {
  static JsonLineParser parser;
  std::vector<char> padded(line.size() + kJsonPadding, '"');
  std::memcpy(padded.data(), line.data(), line.size());
  Document document;
  const char* wrong = parser.parse({padded.data(), line.size()}, document);
  if (wrong != nullptr) return {wrong, "", "", ""};
  return {"", std::string(document.id), std::string(document.title),
          std::string(document.body)};
}

TEST(JsonLineParserTest, TakesDocuments) {
  Parsed p = parse(R"({"id":"1","title":"t","body":"plain"})");
  EXPECT_EQ(p.wrong, "");
  EXPECT_EQ(p.id, "1");
  EXPECT_EQ(p.title, "t");
  EXPECT_EQ(p.body, "plain");
  p = parse(" \t{\"body\" : \"b\" , \"id\":\"2\"}\r");
  EXPECT_EQ(p.wrong, "");
  EXPECT_EQ(p.title, "");
  EXPECT_EQ(p.body, "b");
  p = parse(R"({"id":"3","body":"a\u0000b \ud83d\ude00 \"\\\/\n\t"})");
  EXPECT_EQ(p.body, std::string("a\0b \xf0\x9f\x98\x80 \"\\/\n\t", 14));
  p = parse(R"({"id":"4","title":null,"body":null,"n":1e400,"o":{"id":[1]}})");
  EXPECT_EQ(p.wrong, "");
  EXPECT_EQ(p.id, "4");
  EXPECT_EQ(parse(R"({"\u0069d":"5"})").id, "5");
  EXPECT_EQ(parse(R"({"id":"6","body":"one","body":"two"})").body, "two");
}

TEST(JsonLineParserTest, IdsMayBeIntegers) {
  EXPECT_EQ(parse(R"({"id":7})").id, "7");
  EXPECT_EQ(parse(R"({"id":-7})").id, "-7");
  EXPECT_EQ(parse(R"({"id":18446744073709551615})").id, "18446744073709551615");
  EXPECT_NE(parse(R"({"id":18446744073709551616})").wrong, "");
  EXPECT_NE(parse(R"({"id":1.5})").wrong, "");
}

TEST(JsonLineParserTest, SaysWhatIsWrong) {
  const std::map<std::string, std::string> cases = {
      {R"({"title":"no id"})", "no member \"id\""},
      {R"({"id":""})", "\"id\" is empty"},
      {R"({"id":null})", "\"id\" is empty"},
      {R"({"id":true})", "\"id\" is neither a string nor an integer"},
      {R"({"id":"1","title":5})", "\"title\" is not a string"},
      {R"({"id":"1","body":["a"]})", "\"body\" is not a string"},
      {R"({"id":"1","body":"cut)", "a string does not end"},
      {R"({"id":"1"} trailing)", "not valid JSON"},
      {R"({"id":"1"}{"id":"2"})", "text behind the JSON object"},
      {R"([1,2,3])", "not a JSON object"},
      {R"("str")", "not a JSON object"},
      {R"(null)", "not a JSON object"},
      {R"({'id':'1'})", "not valid JSON"},
      {"{\"id\":\"1\",\"body\":\"\xff\"}", "not valid UTF-8"},
      {"{\"id\":\"1\",\"body\":\"a\x01\"}", "control character in a string"},
      {R"({"id":"1","body":"\ud83d x"})", "bad escape in a string"},
      {R"({"id":"1","body":"\x"})", "bad escape in a string"},
      {R"({"id":"1",)", "not valid JSON"},
      {"{", "not valid JSON"},
      {"}", "not a JSON object"},
  };
  for (const auto& [line, wrong] : cases) {
    const std::string found = parse(line).wrong;
    EXPECT_NE(found, "") << line;
    if (found != wrong) ADD_FAILURE() << line << ": " << found;
  }
  EXPECT_EQ(parse(R"({"id":"still works"})").id, "still works");
}

TEST(JsonLineParserTest, DeepNestingInAnIgnoredMember) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(
      parse(R"({"id":"1","z":)" + deep + std::string(100'000, ']') + "}").id,
      "1");
  EXPECT_NE(parse(R"({"id":"1","z":)" + deep + "}").wrong, "");
}

// The verdicts that stand beside a file of bad lines, where it is there.
TEST(JsonLinesTest, VerdictsOfTheNastyFile) {
  const char* folder = std::getenv("KWIC_NASTY_DATA");
  const std::string path =
      folder == nullptr ? "" : std::string(folder) + "/made/nasty.jsonl";
  std::ifstream expected(path + ".expect.tsv");
  if (path.empty() || !expected) {
    GTEST_SKIP() << "set KWIC_NASTY_DATA to the unpacked folder nasty";
  }
  CorpusOptions options;
  options.paths = {path};
  std::set<std::string> skipped;
  options.skipped = [&](std::string_view where, SkipReason, std::string_view) {
    skipped.insert(std::string(where));
  };
  const auto report =
      read_corpus(options, [](const Document&) { return Status(); });
  ASSERT_TRUE(report.ok());
  std::string line;
  std::getline(expected, line);
  while (std::getline(expected, line)) {
    const std::size_t tab = line.find('\t');
    const std::string verdict =
        line.substr(tab + 1, line.find('\t', tab + 1) - tab - 1);
    const bool bad = skipped.count(path + ":" + line.substr(0, tab)) == 1;
    if (verdict == "either") continue;
    EXPECT_EQ(bad, verdict == "bad") << line;
  }
}

}  // namespace
}  // namespace kwic
