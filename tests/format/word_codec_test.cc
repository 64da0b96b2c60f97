// SPDX-License-Identifier: Apache-2.0
// The text codec: tokens, lexicon, encoder and decoder.
#include <gtest/gtest.h>

#include <cctype>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "format/lexicon_trainer.h"
#include "format/text_tokens.h"
#include "format/token_table.h"
#include "format/word_decoder.h"
#include "format/word_encoder.h"
#include "format/word_lexicon.h"
#include "tests/support/memory_section.h"

namespace kwic {
namespace {

std::vector<std::string> tokens_of(const std::string& text) {
  std::vector<std::string> out;
  TextTokens tokens;
  // What another text left behind must not matter.
  tokens.find(as_bytes(std::string(200, 'x')));
  tokens.find(as_bytes(text));
  for (const TextToken& t : tokens.tokens()) {
    out.push_back(text.substr(t.begin, t.size));
    const auto first = static_cast<unsigned char>(out.back()[0]);
    const bool dash =
        t.size >= 3 && first == 0xe2 &&
        (static_cast<unsigned char>(out.back()[1]) & 0xfe) == 0x80;
    EXPECT_EQ(t.word, (first >= 0x80 || std::isalnum(first) != 0) && !dash);
  }
  return out;
}

// An encoder and a decoder of the same entries.
struct Codec {
  explicit Codec(std::vector<LexiconEntry> entries)
      : layout(choose_layout(entries)) {
    order_entries(entries, layout);
    section.bytes() = write_lexicon(entries, layout);
    encoder = std::make_unique<WordEncoder>(entries, layout);
    lexicon = WordLexicon(section.view());
  }
  std::vector<std::uint8_t> encode(std::string_view text) const {
    WordEncoder::Scratch scratch;
    const ByteView coded = encoder->encode(as_bytes(text), scratch);
    return {coded.begin(), coded.end()};
  }
  // The text, or "?" if there is none of that size.
  std::string decode(std::vector<std::uint8_t> coded, std::size_t size) const {
    const std::size_t n = coded.size();
    coded.resize(n + kWordSlack);
    std::vector<std::uint8_t> out(size + kWordSlack);
    if (!decode_words(lexicon, {coded.data(), n}, out.data(), size)) return "?";
    return std::string(as_text({out.data(), size}));
  }
  void expect_round_trip(const std::string& text) const {
    EXPECT_EQ(decode(encode(text), text.size()), text);
  }

  CodeLayout layout;
  MemorySection section;
  std::unique_ptr<WordEncoder> encoder;
  WordLexicon lexicon;
};

std::vector<LexiconEntry> small_entries() {
  return {{"the", true, true, 9},        {", ", false, false, 8},
          {"of the", true, true, 7},     {"of", true, true, 6},
          {"lighthouse", true, true, 5}, {"ing", false, true, 4},
          {"ship", true, true, 3},       {", and", false, true, 2}};
}

TEST(TextTokensTest, LeavesOutSingleSpacesBetweenWords) {
  using Tokens = std::vector<std::string>;
  EXPECT_EQ(tokens_of("the ship"), (Tokens{"the", "ship"}));
  EXPECT_EQ(tokens_of("the  ship"), (Tokens{"the", "  ", "ship"}));
  EXPECT_EQ(tokens_of(" the ship "), (Tokens{" ", "the", "ship", " "}));
  EXPECT_EQ(tokens_of("a,b"), (Tokens{"a", ",", "b"}));
  EXPECT_EQ(tokens_of("a\xe2\x80\x94"
                      "b"),
            (Tokens{"a", "\xe2\x80\x94", "b"}));
  EXPECT_EQ(tokens_of("caf\xc3\xa9"), (Tokens{"caf\xc3\xa9"}));
  EXPECT_EQ(tokens_of(""), Tokens{});
}

// The tokens by the definition, byte by byte.
std::vector<std::string> plain_tokens(const std::string& text) {
  const auto punctuation = [&](std::size_t i) {
    return i + 2 < text.size() && text[i] == '\xe2' &&
           (text[i + 1] == '\x80' || text[i + 1] == '\x81');
  };
  const auto word = [&](std::size_t i) {
    const auto c = static_cast<unsigned char>(text[i]);
    return (c >= 0x80 || std::isalnum(c) != 0) && !punctuation(i);
  };
  std::vector<std::string> out;
  bool after_word = false;
  for (std::size_t i = 0; i < text.size();) {
    if (after_word && text[i] == ' ' && i + 1 < text.size() && word(i + 1)) ++i;
    after_word = word(i);
    out.emplace_back();
    while (i < text.size() && word(i) == after_word) {
      for (int n = punctuation(i) ? 3 : 1; n > 0; --n) out.back() += text[i++];
    }
  }
  return out;
}

TEST(TextTokensTest, RunsEndWhereTheDefinitionSays) {
  std::mt19937 random(11);
  const std::string bytes = "aZ09zA@[`{/: \n\x7f\x80\xe2\xe2\x80\x81\xff";
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    for (auto n = random() % 12; n > 0; --n) {
      text.append(1 + random() % 11, bytes[random() % bytes.size()]);
      if (random() % 3 == 0) text += "\xe2\x80\x93";
      if (random() % 3 == 0) text += static_cast<char>(random());
    }
    ASSERT_EQ(tokens_of(text), plain_tokens(text));
  }
}

// The 64 bytes that are looked at together begin anywhere in a text.
TEST(TextTokensTest, GroupsDoNotShow) {
  std::mt19937 random(12);
  const std::string bytes = "aaaaZ9  , \n\xe2\xe2\x80\x80\x81\xc3";
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (auto n = 50 + random() % 150; n > 0; --n) {
      text += bytes[random() % bytes.size()];
    }
    ASSERT_EQ(tokens_of(text), plain_tokens(text));
  }
  for (const std::size_t n : {63U, 64U, 65U, 127U, 128U, 129U, 32767U}) {
    ASSERT_EQ(tokens_of(std::string(n, 'w')).size(), 1U);
    ASSERT_EQ(tokens_of(std::string(n, ' ')).size(), 1U);
  }
}

// Enough of them for the table to grow, of all sizes, many alike.
TEST(TokenTableTest, NumbersInOrderOfArrival) {
  TokenTable table;
  std::vector<std::string> tokens;
  for (int i = 0; i < 5000; ++i) {
    tokens.push_back(std::string(static_cast<std::size_t>(i % 40), 'a') +
                     std::to_string(i));
  }
  tokens.emplace_back();
  tokens.emplace_back(3, '\0');
  tokens.emplace_back(4, '\0');
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    ASSERT_EQ(table.find(tokens[i]), TokenTable::kNone) << tokens[i];
    ASSERT_EQ(table.insert(tokens[i]), i);
  }
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    ASSERT_EQ(table.insert(tokens[i]), i);
    ASSERT_EQ(table.find(tokens[i]), i);
    ASSERT_EQ(table[i], tokens[i]);
    ASSERT_EQ(table.find(tokens[i] + "b"), TokenTable::kNone);
  }
}

TEST(WordCodecTest, TakesTheLongestPhrase) {
  const Codec codec(small_entries());
  EXPECT_EQ(codec.encode("of the").size(), 1U);
  EXPECT_EQ(codec.encode("of the ship, and the lighthouse").size(), 5U);
  EXPECT_EQ(codec.decode(codec.encode("of the ship, and the lighthouse"), 31),
            "of the ship, and the lighthouse");
}

TEST(WordCodecTest, CodesCapitalsByControls) {
  const Codec codec(small_entries());
  EXPECT_EQ(codec.encode("The"),
            (std::vector<std::uint8_t>{kCodeCapital, codec.encode("the")[0]}));
  EXPECT_EQ(codec.encode("SHIP").size(), 2U);
  for (const char* text : {"The SHIP of The", "THE Ship, and", "sHIP ShIp"}) {
    codec.expect_round_trip(text);
  }
}

TEST(WordCodecTest, SplitsUnknownWordsIntoPieces) {
  const Codec codec(small_entries());
  EXPECT_EQ(codec.encode("shiping").size(), 2U);
  EXPECT_EQ(codec.encode("the shiping").size(), 3U);
  codec.expect_round_trip("the shiping ing of the shipxing");
}

// The parts of a dash may be tails, but behind a tail a space is implied.
TEST(WordCodecTest, SplitsWhatIsNoWordIntoItsOwnKind) {
  const Codec codec({{"\xe2\x80", false, true, 9}, {"\x93", false, true, 8}});
  codec.expect_round_trip(
      "\xe2\x80\x93"
      "word");
}

TEST(WordCodecTest, GivesBackRandomMixtures) {
  const Codec codec(small_entries());
  const char* const parts[] = {"the", "of",   "The", "OF", "ship", "ing",
                               " ",   "  ",   ", ",  ",",  "\n",   "x",
                               "Q",   "\xff", "é",   "—",  "7",    "zzzz"};
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto n = random() % 30; n > 0; --n) {
      text += parts[random() % std::size(parts)];
      if (random() % 9 == 0) text += '\0';
    }
    codec.expect_round_trip(text);
  }
}

TEST(WordCodecTest, RefusesCodesOfAnotherSize) {
  const Codec codec(small_entries());
  const std::vector<std::uint8_t> coded = codec.encode("of the ship");
  EXPECT_EQ(codec.decode(coded, 10), "?");
  EXPECT_EQ(codec.decode(coded, 12), "?");
  EXPECT_EQ(codec.decode({}, 1), "?");
  EXPECT_EQ(codec.decode({kCodeCapital}, 0), "?");
  EXPECT_EQ(codec.decode({kCodeLiteral, 200}, 72), "?");
  EXPECT_EQ(codec.decode({255}, 1), "?");
}

TEST(WordCodecTest, AnyCodeIsSafe) {
  Codec codec(small_entries());
  std::mt19937 random(11);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::uint8_t> coded(random() % 40);
    for (std::uint8_t& b : coded) {
      b = static_cast<std::uint8_t>(random() % (random() % 2 != 0 ? 256 : 16));
    }
    (void)codec.decode(coded, random() % 200);
  }
}

TEST(WordLexiconTest, DamageNeverCrashes) {
  const std::vector<std::uint8_t> good =
      write_lexicon(small_entries(), choose_layout(small_entries()));
  std::mt19937 random(13);
  for (int i = 0; i < 5000; ++i) {
    Codec codec(small_entries());
    std::vector<std::uint8_t>& bytes = codec.section.bytes();
    bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (i % 7 == 0) bytes.resize(random() % bytes.size());
    codec.lexicon = WordLexicon(codec.section.view());
    (void)codec.decode(codec.encode("of the ship, and lighthouse"), 27);
  }
}

TEST(WordLexiconTest, LayoutsHoldAllEntries) {
  for (const std::size_t n : {0U, 1U, 250U, 251U, 5000U, 70'000U, 200'000U}) {
    std::vector<LexiconEntry> entries(n);
    for (std::size_t i = 0; i < n; ++i)
      entries[i].uses = 1 + 1'000'000 / (i + 1);
    const CodeLayout layout = choose_layout(entries);
    EXPECT_GE(layout.capacity(), n);
    EXPECT_LE(layout.singles + layout.doubles + layout.triples, 250U);
    std::set<std::uint32_t> codes;
    for (std::uint32_t i = 0; i < n; ++i)
      codes.insert(word_code(layout, i).bytes);
    EXPECT_EQ(codes.size(), n);
  }
}

TEST(LexiconTrainerTest, FindsWordsPhrasesAndDropsTheRare) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += "the harbour of Kirkwall, number " + std::to_string(i) + "\n";
  }
  LexiconTrainer trainer;
  trainer.add(text);
  const Codec codec(trainer.train(1.0));
  EXPECT_LT(codec.encode(text.substr(0, 8000)).size(), 8000U / 6);
  EXPECT_LT(codec.section.bytes().size(), text.size() / 4);
  codec.expect_round_trip(text.substr(0, 8000));
}

}  // namespace
}  // namespace kwic
