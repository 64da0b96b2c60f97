// SPDX-License-Identifier: Apache-2.0
#include "format/document_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/limits.h"
#include "format/body_sizes_writer.h"
#include "format/document_table_writer.h"
#include "tests/support/memory_section.h"

namespace kwic {
namespace {

using Model = std::map<std::string, DocumentInfo>;

std::uint64_t test_seed() {
  const char* text = std::getenv("KWIC_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20240611;
}

// What a table may have or not.
struct Parts {
  bool hashes = true, times = true;
  bool stored_sizes = true;  // in a section of their own, as where texts are
};

// A table in memory, with what is needed to damage it.
struct Built {
  explicit Built(std::uint64_t part_size)
      : ids(part_size),
        blocks(part_size),
        hashes(part_size),
        times(part_size),
        lengths(part_size),
        sizes(part_size) {}

  DocumentTable open() {
    return {{ids.view(), blocks.view(), hashes.view(), times.view(),
             lengths.view(), sizes.view(), 2, parts.hashes, parts.times},
            documents};
  }

  MemorySection ids, blocks, hashes, times, lengths, sizes;
  Parts parts;
  std::uint64_t documents = 0;
};

void build(const Model& model, const Parts& parts, Built& built) {
  DocumentTableWriter writer(
      {&built.ids, &built.blocks, parts.hashes ? &built.hashes : nullptr,
       parts.times ? &built.times : nullptr, !parts.stored_sizes});
  BodySizesWriter sizes(built.sizes);
  for (const auto& [id, info] : model) {
    ASSERT_TRUE(writer
                    .add({id, info.title, info.body_bytes, info.content_hash,
                          info.modified})
                    .ok())
        << id;
    ASSERT_TRUE(sizes.add(info.body_bytes).ok());
    std::uint8_t length[2];
    store_le(length, static_cast<std::uint16_t>(info.length));
    ASSERT_TRUE(built.lengths.append(length).ok());
  }
  ASSERT_TRUE(writer.finish().ok());
  ASSERT_TRUE(sizes.finish().ok());
  if (!parts.stored_sizes) built.sizes.bytes().clear();
  built.parts = parts;
  built.documents = model.size();
}

std::string random_id(std::mt19937_64& random) {
  std::string id = random() % 2 == 0 ? "Page/Some_Name.md#" : "b/";
  if (random() % 60 == 0) id += std::string(random() % 3000, '\xfe');
  id += std::to_string(random() % 2000);
  if (random() % 9 == 0) id += std::string(1, '\0');
  return id;
}

std::string random_bytes(std::size_t size, std::mt19937_64& random) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

// None, the one before, a beginning of it, it with more behind, or another;
// about as often as makes every length of every code come about.
std::string random_title(const std::string& before, std::mt19937_64& random) {
  const std::size_t size = random() % 60 == 0 ? random() % 3000 : random() % 40;
  switch (random() % 6) {
    case 0: return {};
    case 1: return before;
    case 2: return before.substr(0, random() % (before.size() + 1));
    case 3: return before.substr(0, 300) + random_bytes(size, random);
    case 4:
      return before.substr(0, random() % (before.size() + 1)) +
             random_bytes(size, random);
    default: return random_bytes(size, random);
  }
}

// Titles in the order of ids.
void give_titles(Model& model, std::mt19937_64& random) {
  std::string before;
  for (auto& [id, info] : model) {
    before = info.title = random_title(before, random);
  }
}

Model random_model(std::size_t count, std::mt19937_64& random) {
  Model model;
  while (model.size() < count) {
    DocumentInfo info;
    info.id = random_id(random);
    info.body_bytes =
        random() % 5 == 0 ? random() % kMaxBodyBytes : random() % 1000;
    info.content_hash = random();
    info.length = static_cast<std::uint32_t>(random() % 65536);
    info.modified = static_cast<std::int64_t>(random());
    const std::string id = info.id;
    model[id] = std::move(info);
  }
  give_titles(model, random);
  return model;
}

void expect_equal(const Model& model, const DocumentTable& table,
                  const Parts& parts) {
  ASSERT_EQ(table.size(), model.size());
  DocId doc = 0;
  std::string id_alone = "as it was", title_alone = "before";
  for (const auto& [id, expected] : model) {
    const auto found = table.find(id);
    ASSERT_TRUE(found.ok()) << found.error().message();
    EXPECT_EQ(*found, doc);
    ASSERT_TRUE(table.name(doc, id_alone, title_alone).ok());
    EXPECT_EQ(id_alone, id);
    EXPECT_EQ(title_alone, expected.title);
    const auto info = table.info(doc++);
    ASSERT_TRUE(info.ok()) << info.error().message();
    EXPECT_EQ(info->id, id);
    EXPECT_EQ(info->title, expected.title);
    EXPECT_EQ(info->body_bytes, expected.body_bytes);
    EXPECT_EQ(info->content_hash, parts.hashes ? expected.content_hash : 0);
    EXPECT_EQ(info->length, expected.length);
    EXPECT_EQ(info->modified, parts.times ? expected.modified : 0);
  }
}

TEST(DocumentTableTest, EmptyHasNothing) {
  const DocumentTable table;
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.find("a").error().code(), StatusCode::kNotFound);
  EXPECT_EQ(table.info(0).error().code(), StatusCode::kInvalidArgument);
  std::string id, title;
  EXPECT_EQ(table.name(0, id, title).code(), StatusCode::kInvalidArgument);
}

TEST(DocumentTableTest, AgreesWithAMap) {
  SCOPED_TRACE(testing::Message() << "KWIC_TEST_SEED=" << test_seed());
  std::mt19937_64 random(test_seed());
  for (const std::size_t count : {1u, 2u, 31u, 32u, 33u, 64u, 65u, 1000u}) {
    for (unsigned bits = 0; bits < 16; ++bits) {
      const Parts parts{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
      const std::uint64_t part_size = bits >= 8 ? 65536 : kDefaultPartSize;
      const Model model = random_model(count, random);
      Built built(part_size);
      build(model, parts, built);
      EXPECT_EQ(built.hashes.size(), parts.hashes ? 8 * count : 0);
      const DocumentTable table = built.open();
      expect_equal(model, table, parts);
      for (int i = 0; i < 100; ++i) {
        const std::string id = random_id(random);
        EXPECT_EQ(table.find(id).ok(), model.count(id) == 1);
      }
      EXPECT_FALSE(table.find("").ok());
      EXPECT_FALSE(table.find("\xff\xff").ok());
      EXPECT_FALSE(table.info(table.size()).ok());
    }
  }
}

TEST(DocumentTableTest, LongestIdsAndTitles) {
  Model model;
  for (int i = 10; i < 60; ++i) {
    DocumentInfo info;
    info.id = std::string(kMaxExternalIdBytes - 2, 'i') + std::to_string(i);
    info.title = std::string(kMaxTitleBytes, 't');
    info.body_bytes = kMaxBodyBytes;
    model[info.id] = info;
  }
  model["a"].id = "a";
  for (const bool stored_sizes : {false, true}) {
    const Parts parts{true, false, stored_sizes};
    Built built(kDefaultPartSize);
    build(model, parts, built);
    expect_equal(model, built.open(), parts);
  }
}

// Lengths of a half byte, of a byte more and of two more, at both ends, next to
// the borders of blocks.
TEST(DocumentTableTest, TitlesOfEveryLengthAndChange) {
  const std::size_t sizes[] = {0,  1,   2,   13,  14,    15,    16,
                               17, 142, 143, 144, 16398, 16399, kMaxTitleBytes};
  Model model;
  int number = 10000;
  for (const std::size_t from : sizes) {
    for (const std::size_t to : sizes) {
      // Shared beginnings of none, of some, and of all of the shorter.
      for (const std::size_t shared :
           {std::size_t{0}, std::min(from, to) / 2, std::min(from, to)}) {
        const std::string start(shared, 's');
        for (const auto& [size, fill] :
             {std::pair{from, 'a'}, std::pair{to, 'b'}}) {
          DocumentInfo info;
          info.id = std::to_string(++number);
          info.title = start + std::string(size - shared, fill);
          model[info.id] = info;
        }
      }
    }
  }
  Built built(kDefaultPartSize);
  build(model, {}, built);
  expect_equal(model, built.open(), {});
}

TEST(DocumentTableTest, WriterRefusesDisorderAndExcess) {
  MemorySection ids, blocks, hashes;
  DocumentTableWriter writer({&ids, &blocks, &hashes});
  EXPECT_TRUE(writer.add({.id = "b", .title = {}}).ok());
  EXPECT_FALSE(writer.add({.id = "b", .title = {}}).ok());
  EXPECT_FALSE(writer.add({.id = "a", .title = {}}).ok());
  EXPECT_FALSE(writer.add({.id = "", .title = {}}).ok());
  const std::string long_id(kMaxExternalIdBytes + 1, 'c');
  EXPECT_FALSE(writer.add({.id = long_id, .title = {}}).ok());
  const std::string long_title(kMaxTitleBytes + 1, 'c');
  EXPECT_FALSE(writer.add({.id = "c", .title = long_title}).ok());
}

// What the table costs for the ids and titles of passages, beyond hashes,
// lengths and sizes.
TEST(DocumentTableTest, PassagesTakeAboutSixBytes) {
  Model model;
  for (int page = 0; page < 300; ++page) {
    for (int i = 0; i < 13; ++i) {
      DocumentInfo info;
      info.id = "Page/Article_" + std::to_string(page * 7919) + ".md#" +
                std::to_string(i);
      info.title = "Article " + std::to_string(page * 7919);
      info.body_bytes = 300 + static_cast<std::uint64_t>(page * i % 700);
      model[info.id] = info;
    }
  }
  Built built(kDefaultPartSize);
  build(model, {}, built);
  const double bytes =
      static_cast<double>(built.ids.size() + built.blocks.size());
  EXPECT_LT(bytes / static_cast<double>(model.size()), 6.0);
}

int problems(const DocumentTable& table, DocumentTable::Totals& totals) {
  int found = 0;
  totals =
      table.check([&](SectionKind, std::uint64_t, const std::string& text) {
        EXPECT_FALSE(text.empty());
        return ++found < 100;
      });
  return found;
}

TEST(DocumentTableTest, CheckAddsUpAndFindsDisorder) {
  std::mt19937_64 random(test_seed());
  for (unsigned bits = 0; bits < 8; ++bits) {
    const Model model = random_model(200, random);
    Built built(kDefaultPartSize);
    build(model, {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0}, built);
    DocumentTable::Totals totals;
    EXPECT_EQ(problems(built.open(), totals), 0);
    std::uint64_t tokens = 0, titles = 0, bodies = 0;
    for (const auto& [id, info] : model) {
      tokens += info.length;
      titles += info.title.size();
      bodies += info.body_bytes;
    }
    EXPECT_EQ(totals.documents, model.size());
    EXPECT_EQ(totals.tokens, tokens);
    EXPECT_EQ(totals.title_bytes, titles);
    EXPECT_EQ(totals.body_bytes, bodies);

    built.documents += 1;  // one too many for every section
    EXPECT_GT(problems(built.open(), totals), 0);
    built.documents -= 1;
    for (std::size_t i = 0; i < 8; ++i) {  // two blocks exchanged
      std::swap(built.blocks.bytes()[i], built.blocks.bytes()[8 + i]);
    }
    EXPECT_GT(problems(built.open(), totals), 0);
  }
}

TEST(DocumentTableTest, CheckFindsSectionsThatAreNotSaidToBeThere) {
  std::mt19937_64 random(test_seed());
  const Model model = random_model(70, random);
  for (unsigned bits = 0; bits < 4; ++bits) {
    Built built(kDefaultPartSize);
    const Parts parts{(bits & 1) != 0, (bits & 2) != 0, true};
    build(model, parts, built);
    for (bool Parts::*part : {&Parts::hashes, &Parts::times}) {
      built.parts = parts;
      built.parts.*part = !(parts.*part);
      DocumentTable::Totals totals;
      EXPECT_EQ(problems(built.open(), totals), 1);
    }
  }
}

// Two places for sizes could disagree, and only one is read.
TEST(DocumentTableTest, CheckFindsSizesInBothPlaces) {
  std::mt19937_64 random(test_seed());
  const Model model = random_model(70, random);
  Built with(kDefaultPartSize), without(kDefaultPartSize);
  build(model, {true, true, true}, with);
  build(model, {true, true, false}, without);
  with.ids.bytes() = without.ids.bytes();
  with.blocks.bytes() = without.blocks.bytes();
  DocumentTable::Totals totals;
  EXPECT_GT(problems(with.open(), totals), 0);
  expect_equal(model, with.open(), {});
}

TEST(DocumentTableTest, CheckFindsGapsBetweenBodies) {
  std::mt19937_64 random(test_seed());
  const Model model = random_model(200, random);
  for (const std::size_t group : {0u, 1u, 3u}) {
    Built built(kDefaultPartSize);
    build(model, {}, built);
    std::vector<std::uint8_t>& sizes = built.sizes.bytes();
    const auto anchors = static_cast<std::size_t>(
        load_le<std::uint64_t>(sizes.data() + sizes.size() - 8));
    sizes[anchors + 16 * group] ^= 1;  // where its first body begins
    DocumentTable::Totals totals;
    EXPECT_EQ(problems(built.open(), totals), 1);
  }
}

TEST(DocumentTableTest, SizesThatCannotBeReadAreAnError) {
  std::mt19937_64 random(test_seed());
  const Model model = random_model(70, random);
  Built built(kDefaultPartSize);
  build(model, {}, built);
  const std::vector<std::uint8_t> sound = built.sizes.bytes();
  // Fewer documents, anchors far away, packed sizes far away, too wide.
  const auto anchors = static_cast<std::size_t>(
      load_le<std::uint64_t>(sound.data() + sound.size() - 8));
  for (const auto& [at, value] :
       {std::pair{sound.size() - 16, std::uint64_t{69}},
        std::pair{sound.size() - 8, ~std::uint64_t{0}},
        std::pair{anchors + 24, ~std::uint64_t{0}},
        std::pair{anchors + 24, std::uint64_t{33}}}) {
    built.sizes.bytes() = sound;
    store_le(built.sizes.bytes().data() + at, value);
    const DocumentTable table = built.open();
    EXPECT_EQ(table.info(69).error().code(), StatusCode::kCorrupt);
    std::string id, title;
    EXPECT_TRUE(table.name(69, id, title).ok());
    DocumentTable::Totals totals;
    EXPECT_GT(problems(table, totals), 0);
  }
}

// Whatever the bytes, every call returns and stays inside them
// (AddressSanitizer watches).
TEST(DocumentTableTest, SurvivesDamage) {
  SCOPED_TRACE(testing::Message() << "KWIC_TEST_SEED=" << test_seed());
  std::mt19937_64 random(test_seed());
  const Model model = random_model(150, random);
  Built whole(65536), bare(65536);
  build(model, {}, whole);
  build(model, {false, false, false}, bare);
  for (int round = 0; round < 3000; ++round) {
    Built built(65536);
    const Built& sound = round % 2 == 0 ? whole : bare;
    built.ids.bytes() = sound.ids.bytes();
    built.blocks.bytes() = sound.blocks.bytes();
    built.sizes.bytes() = sound.sizes.bytes();
    built.parts = sound.parts;
    built.documents = round % 10 == 1 ? random() : whole.documents;
    for (std::uint64_t flips = 1 + random() % 10; flips > 0; --flips) {
      MemorySection& section = random() % 4 == 0   ? built.blocks
                               : random() % 4 == 0 ? built.sizes
                                                   : built.ids;
      std::vector<std::uint8_t>& bytes = section.bytes();
      if (bytes.empty()) continue;
      bytes[random() % bytes.size()] ^=
          static_cast<std::uint8_t>(1u << random() % 8);
    }
    if (round % 10 == 0) {
      built.ids.bytes().resize(random() % built.ids.bytes().size());
    }
    const DocumentTable table = built.open();
    DocumentTable::Totals totals;
    problems(table, totals);
    for (DocId doc = 0; doc < std::min<DocId>(table.size(), 200); doc += 7) {
      const auto info = table.info(doc);
      if (!info.ok()) continue;
      EXPECT_LE(info->id.size(), kMaxExternalIdBytes);
      EXPECT_LE(info->title.size(), kMaxTitleBytes);
      EXPECT_LT(info->body_bytes, std::uint64_t{1} << 40);
    }
    for (int i = 0; i < 5; ++i) (void)table.find(random_id(random));
  }
}

}  // namespace
}  // namespace kwic
