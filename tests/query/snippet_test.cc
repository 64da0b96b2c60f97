// SPDX-License-Identifier: Apache-2.0
#include "query/snippet.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "gtest/gtest.h"
#include "query/plain_query.h"
#include "query/query_parser.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

const Analyzer& standard() { return analyzer_for(AnalyzerKind::kStandard); }

struct Made {
  Snippet snippet;
  std::uint64_t bytes_read = 0;

  // The snippet's text with [ and ] around its matches.
  std::string marked() const {
    std::string text;
    std::size_t at = 0;
    for (const Snippet::Range& r : snippet.matches) {
      text += snippet.text.substr(at, r.begin - at) + "[" +
              snippet.text.substr(r.begin, r.end - r.begin) + "]";
      at = r.end;
    }
    return text + snippet.text.substr(at);
  }
};

Made make(std::string_view text, const QueryTree& tree,
          std::size_t max_bytes = 240) {
  Made made;
  TextSource source;
  source.size = text.size();
  source.read = [&](std::uint64_t begin, std::uint64_t size,
                    std::string& out) -> Status {
    out = begin < text.size() ? text.substr(begin, size) : "";
    made.bytes_read += out.size();
    return {};
  };
  SnippetMaker maker(standard());
  maker.set_query(tree);
  const Status status = maker.make(source, max_bytes, made.snippet);
  EXPECT_TRUE(status) << status.message();
  return made;
}

Made make(std::string_view text, std::string_view query,
          std::size_t max_bytes = 240) {
  const auto tree = parse_query(query, Operator::kAnd, standard());
  EXPECT_TRUE(tree) << tree.error().message();
  return make(text, *tree, max_bytes);
}

std::string filler(std::size_t words) {
  std::string text;
  for (std::size_t i = 0; i < words; ++i) text += "lorem ipsum ";
  return text;
}

TEST(Snippet, MarksTermsAndPhrases) {
  EXPECT_EQ(make("The cat sat. A Cat!", "cat").marked(),
            "The [cat] sat. A [Cat]!");
  EXPECT_EQ(make("to be or not to be", "\"to be\"").marked(),
            "[to be] or not [to be]");
  EXPECT_EQ(make("be to be", "\"to be\"").marked(), "be [to be]");
  EXPECT_EQ(make("a a a", "\"a a\"").marked(), "[a a a]");
  EXPECT_EQ(make("x a b", "a -b -\"x a\"").marked(), "x [a] b");
}

TEST(Snippet, MarksEveryForm) {
  EXPECT_EQ(make("a de-escalation, deescalation", "de-escalation").marked(),
            "a [de-escalation], [deescalation]");
  EXPECT_EQ(make("the e-mail", "email").marked(), "the [e-mail]");
  EXPECT_EQ(make("caf\xC3\xA9 noir", "cafe").marked(), "[caf\xC3\xA9] noir");
}

TEST(Snippet, NothingToShow) {
  EXPECT_EQ(make("", "cat").marked(), "");
  EXPECT_EQ(make("cat", "cat", 0).marked(), "");
  EXPECT_EQ(make(" \n\x01 ", "cat").marked(), "");
}

TEST(Snippet, WithoutAMatchTheBeginning) {
  const Made made = make(filler(100), "cat", 50);
  EXPECT_TRUE(made.snippet.matches.empty());
  EXPECT_EQ(made.snippet.text.substr(0, 11), "lorem ipsum");
  EXPECT_FALSE(made.snippet.cut_before);
  EXPECT_TRUE(made.snippet.cut_after);
  EXPECT_LE(made.snippet.text.size(), 50U);
}

TEST(Snippet, IsCleanText) {
  EXPECT_EQ(make("a \n\t\r b\xC2\xA0\xE3\x80\x80 cat ", "cat").marked(),
            "a b [cat]");
  EXPECT_EQ(make("\x1B[31m cat\x07\x7F\xC2\x9B!", "cat").marked(),
            "[31m [cat]!");
  EXPECT_EQ(make("x \xE2\x80\xAE"
                 "cat\xE2\x81\xA6 y",
                 "cat")
                .marked(),
            "x [cat] y");
  EXPECT_EQ(make("\xFF cat \xE2\x82", "cat").marked(),
            "\xEF\xBF\xBD [cat] \xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Snippet, CutsAtWords) {
  const std::string text = filler(100) + "cat " + filler(100);
  const Made made = make(text, "cat", 60);
  EXPECT_LE(made.snippet.text.size(), 60U);
  EXPECT_GT(made.snippet.text.size(), 40U);
  EXPECT_NE(made.marked().find("ipsum [cat] lorem"), std::string::npos);
  EXPECT_TRUE(made.snippet.cut_after);
  EXPECT_TRUE(made.snippet.cut_before);
  EXPECT_TRUE(made.snippet.text.starts_with("lorem") ||
              made.snippet.text.starts_with("ipsum"));
}

TEST(Snippet, TheWholeTextIsNotCut) {
  const Made made = make("one cat", "cat");
  EXPECT_FALSE(made.snippet.cut_before);
  EXPECT_FALSE(made.snippet.cut_after);
}

TEST(Snippet, PrefersAllTermsThenMany) {
  const std::string text = "cat cat cat " + filler(50) + "the cat saw a dog " +
                           filler(50) + "dog dog";
  EXPECT_NE(make(text, "cat dog", 60).marked().find("[cat] saw a [dog]"),
            std::string::npos);
  EXPECT_NE(make("cat " + filler(50) + "cat and cat", "cat", 40)
                .marked()
                .find("[cat] and [cat]"),
            std::string::npos);
}

TEST(Snippet, FindsWhatIsFarIn) {
  for (const std::size_t before : {700U, 5000U, 6000U, 20000U}) {
    const std::string text = filler(before) + "needle here " + filler(90000);
    const Made made = make(text, "needle");
    EXPECT_NE(made.marked().find("[needle] here"), std::string::npos);
    EXPECT_LT(made.bytes_read, filler(before).size() + (128 << 10));
  }
}

// A phrase at every place around the end of the first pieces.
TEST(Snippet, PhrasesAcrossPieces) {
  const std::size_t piece = 8 << 10;
  for (std::size_t begin = piece - 40; begin < piece + 8; ++begin) {
    std::string text(begin, 'x');
    for (std::size_t i = 7; i < begin; i += 8) text[i] = ' ';
    text.back() = ' ';
    text += "one two three four five and more";
    EXPECT_NE(
        make(text, "\"one two three four five\"").marked().find("[one two"),
        std::string::npos)
        << begin;
  }
}

TEST(Snippet, StopsLookingForWhatIsNotThere) {
  const std::string text = "cat " + filler(200000);
  const Made made = make(text, "cat OR dog");
  EXPECT_EQ(made.marked().substr(0, 5), "[cat]");
  EXPECT_LT(made.bytes_read, std::uint64_t{512} << 10);
}

TEST(Snippet, ShorterThanItsMatch) {
  const Made made =
      make("xx supercalifragilistic yy", "supercalifragilistic", 8);
  EXPECT_EQ(made.marked(), "[supercal]");
  const Made phrase = make("\xC3\xA9t\xC3\xA9 \xC3\xA9t\xC3\xA9",
                           "\"\xC3\xA9t\xC3\xA9 \xC3\xA9t\xC3\xA9\"", 6);
  EXPECT_EQ(phrase.marked(), "[\xC3\xA9t\xC3\xA9]");
}

TEST(Snippet, ErrorsOfTheSourceAreReturned) {
  TextSource source;
  source.size = 100;
  source.read = [](std::uint64_t, std::uint64_t, std::string&) {
    return Status(StatusCode::kCorrupt, "broken");
  };
  SnippetMaker maker(standard());
  Snippet snippet;
  EXPECT_EQ(maker.make(source, 100, snippet).code(), StatusCode::kCorrupt);
}

// Of a damaged store: matches beyond the size made a range that ends before it
// begins.
TEST(Snippet, SourceLongerThanItSays) {
  const std::string text = filler(40) + "xxxxx " + filler(40);
  for (const std::size_t size : {1U, 20U, 470U, 484U, 490U}) {
    TextSource source;
    source.size = size;
    source.read = [&](std::uint64_t begin, std::uint64_t,
                      std::string& out) -> Status {
      out = begin < text.size() ? text.substr(begin) : "";
      return {};
    };
    SnippetMaker maker(standard());
    maker.set_query(*parse_query("xxxxx", Operator::kAnd, standard()));
    Snippet snippet;
    EXPECT_TRUE(maker.make(source, 60, snippet)) << size;
    for (const Snippet::Range& r : snippet.matches) {
      EXPECT_LE(r.begin, r.end);
      EXPECT_LE(r.end, snippet.text.size());
    }
  }
}

// A size that promises more than there is must end all the same.
TEST(Snippet, SourceShorterThanItSays) {
  const std::string text = filler(10) + "xxxxx";
  TextSource source;
  source.size = 1 << 20;
  source.read = [&](std::uint64_t begin, std::uint64_t size,
                    std::string& out) -> Status {
    out = begin < text.size() ? text.substr(begin, size) : "";
    return {};
  };
  SnippetMaker maker(standard());
  maker.set_query(testing::term_query("cat"));
  Snippet snippet;
  EXPECT_TRUE(maker.make(source, 100, snippet));
}

bool clean(const Snippet& snippet) {
  if (!is_valid_utf8(snippet.text)) return false;
  if (snippet.text.find("  ") != std::string::npos) return false;
  std::uint32_t at = 0;
  for (const Snippet::Range& r : snippet.matches) {
    if (r.begin < at || r.begin >= r.end || r.end > snippet.text.size()) {
      return false;
    }
    const std::string match = snippet.text.substr(r.begin, r.end - r.begin);
    if (!is_valid_utf8(match)) return false;
    at = r.end;
  }
  return std::none_of(snippet.text.begin(), snippet.text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

TEST(Snippet, AnyBytesGiveACleanSnippet) {
  const std::string_view pieces[] = {
      "cat",  "dog",      " ",
      "  ",   "\n",       "x",
      "\xFF", "\xE2\x80", "\xE2\x80\xAE",
      "\x1B", "\xC3\xA9", "\xE6\xBC\xA2\xE5\xAD\x97",
      ".",    "-",        "\xC2"};
  testing::Random random(testing::test_seed());
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    for (std::size_t n = random.below(80); n > 0; --n) {
      text += pieces[random.below(std::size(pieces))];
    }
    const std::size_t max_bytes = random.below(60);
    const Made made =
        make(text, "cat OR \"dog cat\" OR \xE6\xBC\xA2\xE5\xAD\x97", max_bytes);
    EXPECT_TRUE(clean(made.snippet)) << made.marked();
    EXPECT_LE(made.snippet.text.size(), max_bytes);
    const bool whole_word = (" " + text + " ").find(" cat ") != text.npos;
    if (whole_word && max_bytes >= 20) {
      EXPECT_FALSE(made.snippet.matches.empty()) << text;
    }
  }
}

}  // namespace
}  // namespace kwic
