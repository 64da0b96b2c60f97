// SPDX-License-Identifier: Apache-2.0
#include "format/term_dictionary.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <string>

#include "base/limits.h"
#include "format/term_dictionary_writer.h"
#include "format/term_figures.h"
#include "format/term_heads.h"
#include "tests/support/memory_section.h"

namespace kwic {
namespace {

using Model = std::map<std::string, TermInfo>;

std::uint64_t test_seed() {
  const char* text = std::getenv("KWIC_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20240611;
}

bool same(const TermInfo& a, const TermInfo& b) {
  if (a.doc_freq != b.doc_freq || a.collection_freq != b.collection_freq) {
    return false;
  }
  if (a.doc_freq == 1 && a.single_doc != b.single_doc) return false;
  if (a.collection_freq == 1) return a.single_position == b.single_position;
  if (a.doc_freq > 1 && (a.postings_address != b.postings_address ||
                         a.postings_size != b.postings_size)) {
    return false;
  }
  return a.positions_address == b.positions_address &&
         a.positions_size == b.positions_size;
}

// A dictionary in memory, with what is needed to damage it.
struct Built {
  explicit Built(std::uint64_t part_size)
      : heads(part_size), offsets(part_size), blocks(part_size) {}
  Built(const Built& other) : Built(other.heads.part_size()) {
    heads.bytes() = other.heads.bytes();
    offsets.bytes() = other.offsets.bytes();
    blocks.bytes() = other.blocks.bytes();
    terms = other.terms;
  }

  TermDictionary open() {
    return {heads.view(), offsets.view(), blocks.view(), terms};
  }

  MemorySection heads, offsets, blocks;
  std::uint64_t terms = 0;
};

void build(const Model& model, Built& built) {
  TermDictionaryWriter writer(built.heads, built.offsets, built.blocks);
  for (const auto& [term, info] : model) {
    ASSERT_TRUE(writer.add(term, info).ok()) << term;
  }
  ASSERT_TRUE(writer.finish().ok());
  built.terms = model.size();
}

// Fills in figures such as a corpus has: mostly single, some huge, lists one
// after the other, with a gap every `gap_every` lists.
void invent_figures(Model& model, std::mt19937_64& random, int gap_every) {
  std::uint64_t postings = 0, positions = 0;
  int lists = 0;
  for (auto& [term, info] : model) {
    const std::uint64_t kind = random() % 10;
    info.doc_freq = kind < 7 ? 1 : static_cast<std::uint32_t>(2 + random() % 9);
    if (kind == 9) info.doc_freq = static_cast<std::uint32_t>(random() | 2);
    info.collection_freq = info.doc_freq;
    if (kind > 5) info.collection_freq += random() % 5;
    if (kind == 9) info.collection_freq += random() % (1u << 31);
    info.single_doc = static_cast<std::uint32_t>(random());
    info.single_position = static_cast<std::uint32_t>(random() >> 40);
    if (gap_every > 0 && ++lists % gap_every == 0) {
      postings += random() % 200;
      positions += random() % 200;
    }
    if (info.doc_freq > 1) {
      info.postings_address = postings;
      info.postings_size = info.doc_freq + random() % 9;
      postings += info.postings_size;
    }
    if (info.collection_freq > 1) {
      info.positions_address = positions;
      info.positions_size = info.collection_freq + random() % 9;
      positions += info.positions_size;
    }
  }
}

// Terms over a small alphabet, so that many share long beginnings, zero bytes
// and bytes above 127 among them.
Model random_terms(std::size_t count, std::mt19937_64& random) {
  static constexpr char kLetters[] = {'\0', 'a', 'b', '\x7f', '\xff'};
  Model model;
  while (model.size() < count) {
    std::string term;
    if (random() % 3 == 0) term = "same start of eight";
    if (random() % 50 == 0) term += std::string(random() % 200, 'a');
    std::uint64_t more = 1 + random() % 12;
    for (; more > 0; --more) term += kLetters[random() % 5];
    model[term.substr(0, kMaxTermBytes)];
  }
  return model;
}

void expect_equal(const Model& model, const TermDictionary& dictionary) {
  EXPECT_EQ(dictionary.term_count(), model.size());
  auto expected = model.begin();
  ASSERT_TRUE(dictionary
                  .scan("",
                        [&](std::string_view term, const TermInfo& info) {
                          EXPECT_EQ(term, expected->first);
                          EXPECT_TRUE(same(info, expected->second)) << term;
                          return ++expected != model.end();
                        })
                  .ok());
  EXPECT_EQ(expected, model.end());
  for (const auto& [term, info] : model) {
    TermInfo found;
    ASSERT_TRUE(dictionary.find(term, found)) << term;
    EXPECT_TRUE(same(found, info)) << term;
    EXPECT_EQ(dictionary.doc_freq(term), info.doc_freq) << term;
  }
}

TEST(TermDictionaryTest, EmptyHasNothing) {
  const TermDictionary dictionary;
  TermInfo info;
  EXPECT_EQ(dictionary.doc_freq("a"), 0u);
  EXPECT_FALSE(dictionary.find("a", info));
  EXPECT_FALSE(dictionary.find("", info));
  EXPECT_TRUE(dictionary.scan("", [](auto, auto&) { return true; }).ok());
}

TEST(TermDictionaryTest, AgreesWithAMap) {
  SCOPED_TRACE(testing::Message() << "KWIC_TEST_SEED=" << test_seed());
  std::mt19937_64 random(test_seed());
  for (const std::size_t count : {1u, 2u, 31u, 32u, 33u, 64u, 1000u, 20000u}) {
    for (const std::uint64_t part_size :
         {std::uint64_t{16384}, kDefaultPartSize}) {
      Model model = random_terms(count, random);
      invent_figures(model, random, part_size == 16384 ? 7 : 0);
      Built built(part_size);
      build(model, built);
      const TermDictionary dictionary = built.open();
      expect_equal(model, dictionary);
      for (int i = 0; i < 2000; ++i) {
        const Model probe = random_terms(1, random);
        const std::string& term = probe.begin()->first;
        TermInfo info;
        EXPECT_EQ(dictionary.find(term, info), model.count(term) == 1);
        EXPECT_EQ(dictionary.doc_freq(term) > 0, model.count(term) == 1);
      }
    }
  }
}

// Terms whose blocks all begin with different heads, around the sizes where a
// level of heads is full; between and around them nothing is found.
TEST(TermDictionaryTest, LevelsOfHeads) {
  constexpr std::size_t kFull = kTermsPerBlock * std::size_t{kHeadFanout};
  for (const std::size_t count :
       {kFull - 1, kFull, kFull + 1, 2 * kFull + 1, kHeadFanout * kFull,
        kHeadFanout * kFull + 1}) {
    Model model;
    for (std::size_t i = 0; i < count; ++i) {
      std::string name = std::to_string(10'000'000 + 2 * i);
      TermInfo& info = model[name.substr(0, 7) + "." + name.substr(7)];
      info.doc_freq = 1;
      info.collection_freq = 1;
      info.single_doc = static_cast<std::uint32_t>(i);
    }
    for (const std::uint64_t part_size :
         {std::uint64_t{16384} + 64, kDefaultPartSize}) {
      Built built(part_size);
      build(model, built);
      const TermDictionary dictionary = built.open();
      TermInfo found;
      for (const auto& [term, info] : model) {
        ASSERT_TRUE(dictionary.find(term, found)) << term;
        ASSERT_EQ(found.single_doc, info.single_doc) << term;
        std::string between = term;
        ++between.back();
        ASSERT_FALSE(dictionary.find(between, found)) << between;
      }
      EXPECT_FALSE(dictionary.find("0", found));
      EXPECT_FALSE(dictionary.find("a", found));
    }
  }
}

// Own bytes of every length up to where a byte more tells it, at every place
// that a term can begin to differ.
TEST(TermDictionaryTest, EveryLengthOfSharedAndOwnBytes) {
  std::mt19937_64 random(test_seed());
  Model model;
  for (std::size_t shared = 0; shared < 20; ++shared) {
    for (std::size_t own = 1; own < 20; ++own) {
      model[std::string(shared, 'm') + std::string(own, 'a')];
      model[std::string(shared, 'm') + std::string(own, 'z')];
    }
  }
  invent_figures(model, random, 0);
  Built built(kDefaultPartSize);
  build(model, built);
  expect_equal(model, built.open());
  for (const auto& [term, unused] : model) {
    for (std::size_t i = 0; i < term.size(); ++i) {
      std::string other = term;
      other[i] = 'q';
      EXPECT_EQ(built.open().doc_freq(other), 0u) << other;
    }
  }
}

TEST(TermDictionaryTest, ScanStartsAtTheFirstTermNotBelow) {
  SCOPED_TRACE(testing::Message() << "KWIC_TEST_SEED=" << test_seed());
  std::mt19937_64 random(test_seed());
  Model model = random_terms(3000, random);
  invent_figures(model, random, 0);
  Built built(16384);
  build(model, built);
  const TermDictionary dictionary = built.open();
  for (int i = 0; i < 3000; ++i) {
    const Model probe = random_terms(1, random);
    const std::string& from = probe.begin()->first;
    auto expected = model.lower_bound(from);
    int left = 40;
    ASSERT_TRUE(dictionary
                    .scan(from,
                          [&](std::string_view term, const TermInfo&) {
                            EXPECT_EQ(term, expected->first);
                            ++expected;
                            return --left > 0;
                          })
                    .ok());
    EXPECT_TRUE(left == 0 || expected == model.end());
  }
}

// A prefix of a term, a term with a byte more, and one with a byte changed are
// the neighbours that a wrong comparison takes for the term itself.
TEST(TermDictionaryTest, NeighboursAreNotFound) {
  std::mt19937_64 random(test_seed());
  Model model;
  for (int i = 0; i < 500; ++i) {
    model["terminology" + std::string(1, static_cast<char>('a' + i % 26)) +
          std::to_string(i)];
  }
  invent_figures(model, random, 0);
  Built built(kDefaultPartSize);
  build(model, built);
  const TermDictionary dictionary = built.open();
  for (const auto& [term, unused] : model) {
    TermInfo info;
    for (std::size_t n = 0; n <= term.size(); ++n) {
      std::string other = term.substr(0, n);
      EXPECT_EQ(dictionary.find(other, info), model.count(other) == 1);
      other += '\0';
      EXPECT_FALSE(dictionary.find(other, info));
      other.back() = '\xff';
      EXPECT_FALSE(dictionary.find(other, info));
    }
  }
}

TEST(TermDictionaryTest, LongestTerms) {
  std::mt19937_64 random(test_seed());
  Model model;
  for (int i = 0; i < 100; ++i) {
    model[std::string(kMaxTermBytes - 3, 'x') + std::to_string(100 + i)];
  }
  invent_figures(model, random, 0);
  Built built(kDefaultPartSize);
  build(model, built);
  expect_equal(model, built.open());
  TermInfo info;
  EXPECT_FALSE(built.open().find(std::string(kMaxTermBytes + 1, 'x'), info));
}

TEST(TermDictionaryTest, WriterRefusesDisorder) {
  MemorySection heads, offsets, blocks;
  TermDictionaryWriter writer(heads, offsets, blocks);
  TermInfo info;
  info.doc_freq = 1;
  info.collection_freq = 1;
  EXPECT_TRUE(writer.add("b", info).ok());
  EXPECT_EQ(writer.add("b", info).code(), StatusCode::kInternal);
  EXPECT_EQ(writer.add("a", info).code(), StatusCode::kInternal);
  EXPECT_EQ(writer.add("", info).code(), StatusCode::kInternal);
  EXPECT_FALSE(writer.add(std::string(kMaxTermBytes + 1, 'c'), info).ok());
  info.doc_freq = 0;
  EXPECT_EQ(writer.add("c", info).code(), StatusCode::kInternal);
}

TermDictionary::Bounds wide_bounds() {
  return {0xffff'ffff, ~std::uint64_t{0}, ~std::uint64_t{0}};
}

TEST(TermDictionaryTest, CheckAcceptsWhatWasWritten) {
  std::mt19937_64 random(test_seed());
  Model model = random_terms(5000, random);
  invent_figures(model, random, 5);
  Built built(16384);
  build(model, built);
  std::uint64_t postings = 0, tokens = 0;
  for (const auto& [term, info] : model) {
    postings += info.doc_freq;
    tokens += info.collection_freq;
  }
  const auto totals = built.open().check(
      wide_bounds(), [](SectionKind, std::uint64_t, const std::string& text) {
        ADD_FAILURE() << text;
        return true;
      });
  EXPECT_EQ(totals.terms, model.size());
  EXPECT_EQ(totals.postings, postings);
  EXPECT_EQ(totals.tokens, tokens);
}

int problems(const TermDictionary& dictionary,
             const TermDictionary::Bounds& bounds) {
  int found = 0;
  dictionary.check(bounds,
                   [&](SectionKind, std::uint64_t, const std::string& text) {
                     EXPECT_FALSE(text.empty());
                     ++found;
                     return true;
                   });
  return found;
}

TEST(TermDictionaryTest, CheckFindsWhatDoesNotFit) {
  std::mt19937_64 random(test_seed());
  Model model = random_terms(200, random);
  invent_figures(model, random, 0);
  Built built(kDefaultPartSize);
  build(model, built);
  EXPECT_EQ(problems(built.open(), wide_bounds()), 0);
  TermDictionary::Bounds bounds = wide_bounds();
  bounds.documents = 3;
  EXPECT_GT(problems(built.open(), bounds), 0);
  bounds = wide_bounds();
  bounds.postings_bytes = 5;
  EXPECT_GT(problems(built.open(), bounds), 0);
  bounds = wide_bounds();
  bounds.positions_bytes = 5;
  EXPECT_GT(problems(built.open(), bounds), 0);
  // Two blocks exchanged.
  for (int i = 0; i < 8; ++i) {
    std::swap(built.heads.bytes()[8 + static_cast<std::size_t>(i)],
              built.heads.bytes()[16 + static_cast<std::size_t>(i)]);
  }
  EXPECT_GT(problems(built.open(), wide_bounds()), 0);
  // A block missing.
  built.offsets.bytes().resize(8);
  EXPECT_GT(problems(built.open(), wide_bounds()), 0);
}

TEST(TermDictionaryTest, CheckFindsLevelsThatDoNotRepeatTheHeads) {
  std::mt19937_64 random(test_seed());
  Model model = random_terms(kTermsPerBlock * kHeadFanout + 20, random);
  invent_figures(model, random, 0);
  Built built(kDefaultPartSize);
  build(model, built);
  EXPECT_EQ(problems(built.open(), wide_bounds()), 0);
  // 66 heads, 6 zeros, and 2 heads of the upper level.
  ASSERT_EQ(built.heads.bytes().size(), 74u * 8);
  for (const std::size_t at : {66u * 8, 71u * 8 + 7, 72u * 8 + 3, 73u * 8}) {
    Built wrong = built;
    wrong.heads.bytes()[at] ^= 1;
    EXPECT_EQ(problems(wrong.open(), wide_bounds()), 1) << at;
  }
  Built cut = built;
  cut.heads.bytes().resize(72 * 8);
  EXPECT_EQ(cut.open().term_count(), 0u);
  EXPECT_GT(problems(cut.open(), wide_bounds()), 0);
}

// Whatever the bytes, every call returns and stays inside them
// (AddressSanitizer watches), and no scan delivers more terms than the
// dictionary says it has.
TEST(TermDictionaryTest, SurvivesDamage) {
  SCOPED_TRACE(testing::Message() << "KWIC_TEST_SEED=" << test_seed());
  std::mt19937_64 random(test_seed());
  Model model = random_terms(1500, random);
  invent_figures(model, random, 3);
  Built whole(16384);
  build(model, whole);
  for (int round = 0; round < 1500; ++round) {
    Built built = whole;
    for (std::uint64_t flips = 1 + random() % 20; flips > 0; --flips) {
      MemorySection* const sections[] = {&built.heads, &built.offsets,
                                         &built.blocks, &built.blocks};
      std::vector<std::uint8_t>& bytes = sections[random() % 4]->bytes();
      bytes[random() % bytes.size()] ^=
          static_cast<std::uint8_t>(1u << random() % 8);
    }
    if (round % 10 == 0) {
      built.blocks.bytes().resize(random() % built.blocks.bytes().size());
    }
    if (round % 10 == 1) built.terms = random();
    const TermDictionary dictionary = built.open();
    std::uint64_t seen = 0;
    (void)dictionary.scan("", [&](std::string_view term, const TermInfo&) {
      EXPECT_LE(term.size(), kMaxTermBytes);
      return ++seen <= dictionary.term_count();
    });
    EXPECT_LE(seen, dictionary.term_count());
    problems(dictionary, wide_bounds());
    TermInfo info;
    for (int i = 0; i < 20; ++i) {
      const Model probe = random_terms(1, random);
      const std::string& term = probe.begin()->first;
      const std::uint32_t documents = dictionary.doc_freq(term);
      if (!dictionary.find(term, info)) continue;
      EXPECT_EQ(documents, info.doc_freq);
    }
    for (int i = 0; i < 20; ++i) {
      const auto at = static_cast<std::ptrdiff_t>(random() % model.size());
      (void)dictionary.find(std::next(model.begin(), at)->first, info);
    }
  }
}

}  // namespace
}  // namespace kwic
