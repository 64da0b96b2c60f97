// SPDX-License-Identifier: Apache-2.0
#include "format/document_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <string>

#include "base/limits.h"
#include "format/document_table_writer.h"
#include "tests/support/memory_section.h"

namespace kwic {
namespace {

using Model = std::map<std::string, DocumentInfo>;

std::uint64_t test_seed() {
  const char* text = std::getenv("KWIC_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20240611;
}

// A table in memory, with what is needed to damage it.
struct Built {
  explicit Built(std::uint64_t part_size)
      : ids(part_size),
        blocks(part_size),
        hashes(part_size),
        times(part_size),
        lengths(part_size) {}

  DocumentTable open() {
    return {{ids.view(), blocks.view(), hashes.view(), times.view(),
             lengths.view(), 2, has_times},
            documents};
  }

  MemorySection ids, blocks, hashes, times, lengths;
  bool has_times = false;
  std::uint64_t documents = 0;
};

void build(const Model& model, bool has_times, Built& built) {
  DocumentTableWriter writer(built.ids, built.blocks, built.hashes,
                             has_times ? &built.times : nullptr);
  for (const auto& [id, info] : model) {
    ASSERT_TRUE(writer
                    .add({id, info.title, info.body_bytes, info.content_hash,
                          info.modified})
                    .ok())
        << id;
    std::uint8_t length[2];
    store_le(length, static_cast<std::uint16_t>(info.length));
    ASSERT_TRUE(built.lengths.append(length).ok());
  }
  ASSERT_TRUE(writer.finish().ok());
  built.has_times = has_times;
  built.documents = model.size();
}

std::string random_id(std::mt19937_64& random) {
  std::string id = random() % 2 == 0 ? "Page/Some_Name.md#" : "b/";
  if (random() % 60 == 0) id += std::string(random() % 3000, '\xfe');
  id += std::to_string(random() % 2000);
  if (random() % 9 == 0) id += std::string(1, '\0');
  return id;
}

Model random_model(std::size_t count, std::mt19937_64& random) {
  Model model;
  while (model.size() < count) {
    DocumentInfo info;
    info.id = random_id(random);
    if (random() % 4 == 0) info.title = std::string(random() % 300, 't');
    info.body_bytes =
        random() % 5 == 0 ? random() % kMaxBodyBytes : random() % 1000;
    info.content_hash = random();
    info.length = static_cast<std::uint32_t>(random() % 65536);
    info.modified = static_cast<std::int64_t>(random());
    const std::string id = info.id;
    model[id] = std::move(info);
  }
  return model;
}

void expect_equal(const Model& model, const DocumentTable& table,
                  bool has_times) {
  ASSERT_EQ(table.size(), model.size());
  DocId doc = 0;
  for (const auto& [id, expected] : model) {
    const auto found = table.find(id);
    ASSERT_TRUE(found.ok()) << found.error().message();
    EXPECT_EQ(*found, doc);
    const auto info = table.info(doc++);
    ASSERT_TRUE(info.ok()) << info.error().message();
    EXPECT_EQ(info->id, id);
    EXPECT_EQ(info->title, expected.title);
    EXPECT_EQ(info->body_bytes, expected.body_bytes);
    EXPECT_EQ(info->content_hash, expected.content_hash);
    EXPECT_EQ(info->length, expected.length);
    EXPECT_EQ(info->modified, has_times ? expected.modified : 0);
  }
}

TEST(DocumentTableTest, EmptyHasNothing) {
  const DocumentTable table;
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.find("a").error().code(), StatusCode::kNotFound);
  EXPECT_EQ(table.info(0).error().code(), StatusCode::kInvalidArgument);
}

TEST(DocumentTableTest, AgreesWithAMap) {
  SCOPED_TRACE(testing::Message() << "KWIC_TEST_SEED=" << test_seed());
  std::mt19937_64 random(test_seed());
  for (const std::size_t count : {1u, 2u, 31u, 32u, 33u, 1000u}) {
    for (const bool small_parts : {false, true}) {
      const std::uint64_t part_size = small_parts ? 65536 : kDefaultPartSize;
      const Model model = random_model(count, random);
      Built built(part_size);
      build(model, small_parts, built);
      const DocumentTable table = built.open();
      expect_equal(model, table, small_parts);
      for (int i = 0; i < 500; ++i) {
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
  Built built(kDefaultPartSize);
  build(model, false, built);
  expect_equal(model, built.open(), false);
}

TEST(DocumentTableTest, WriterRefusesDisorderAndExcess) {
  MemorySection ids, blocks, hashes;
  DocumentTableWriter writer(ids, blocks, hashes, nullptr);
  EXPECT_TRUE(writer.add({.id = "b", .title = {}}).ok());
  EXPECT_FALSE(writer.add({.id = "b", .title = {}}).ok());
  EXPECT_FALSE(writer.add({.id = "a", .title = {}}).ok());
  EXPECT_FALSE(writer.add({.id = "", .title = {}}).ok());
  const std::string long_id(kMaxExternalIdBytes + 1, 'c');
  EXPECT_FALSE(writer.add({.id = long_id, .title = {}}).ok());
  const std::string long_title(kMaxTitleBytes + 1, 'c');
  EXPECT_FALSE(writer.add({.id = "c", .title = long_title}).ok());
}

// What the table costs for the ids of passages, beyond hashes and lengths.
TEST(DocumentTableTest, PassagesTakeAboutFiveBytes) {
  Model model;
  for (int page = 0; page < 300; ++page) {
    for (int i = 0; i < 13; ++i) {
      DocumentInfo info;
      info.id = "Page/Article_" + std::to_string(page * 7919) + ".md#" +
                std::to_string(i);
      info.body_bytes = 300 + static_cast<std::uint64_t>(page * i % 700);
      model[info.id] = info;
    }
  }
  Built built(kDefaultPartSize);
  build(model, false, built);
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
  const Model model = random_model(200, random);
  Built built(kDefaultPartSize);
  build(model, true, built);
  DocumentTable::Totals totals;
  EXPECT_EQ(problems(built.open(), totals), 0);
  std::uint64_t tokens = 0, text = 0;
  for (const auto& [id, info] : model) {
    tokens += info.length;
    text += info.title.size() + info.body_bytes;
  }
  EXPECT_EQ(totals.documents, model.size());
  EXPECT_EQ(totals.tokens, tokens);
  EXPECT_EQ(totals.text_bytes, text);

  built.documents += 1;  // one too many for every section
  EXPECT_GT(problems(built.open(), totals), 0);
  built.documents -= 1;
  for (std::size_t i = 0; i < 8; ++i) {  // two blocks exchanged
    std::swap(built.blocks.bytes()[i], built.blocks.bytes()[8 + i]);
  }
  EXPECT_GT(problems(built.open(), totals), 0);
}

// Whatever the bytes, every call returns and stays inside them
// (AddressSanitizer watches).
TEST(DocumentTableTest, SurvivesDamage) {
  SCOPED_TRACE(testing::Message() << "KWIC_TEST_SEED=" << test_seed());
  std::mt19937_64 random(test_seed());
  const Model model = random_model(150, random);
  Built whole(65536);
  build(model, true, whole);
  for (int round = 0; round < 1500; ++round) {
    Built built(65536);
    built.ids.bytes() = whole.ids.bytes();
    built.blocks.bytes() = whole.blocks.bytes();
    built.documents = round % 10 == 1 ? random() : whole.documents;
    for (std::uint64_t flips = 1 + random() % 10; flips > 0; --flips) {
      MemorySection& section = random() % 4 == 0 ? built.blocks : built.ids;
      std::vector<std::uint8_t>& bytes = section.bytes();
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
      EXPECT_TRUE(!info.ok() || info->id.size() <= kMaxExternalIdBytes);
    }
    for (int i = 0; i < 5; ++i) (void)table.find(random_id(random));
  }
}

}  // namespace
}  // namespace kwic
