// SPDX-License-Identifier: Apache-2.0
#include "format/doc_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "format/doc_store_layout.h"
#include "format/doc_store_writer.h"
#include "tests/support/memory_section.h"

namespace kwic {
namespace {

using Texts = std::vector<std::string>;

unsigned test_seed() {
  const char* seed = std::getenv("KWIC_TEST_SEED");
  return seed == nullptr ? 20240501U : static_cast<unsigned>(std::atoi(seed));
}

// A store in memory: the five sections, and a reader of them.
struct Store {
  explicit Store(std::uint64_t part_size = kDefaultPartSize)
      : blocks(part_size),
        index(part_size),
        sizes(part_size),
        lexicon(part_size),
        dictionary(part_size) {}

  void write(const Texts& texts, DocStoreOptions options = {}) {
    for (const std::string& t : texts) options.text_bytes += t.size();
    DocStoreWriter writer({&blocks, &index, &sizes, &lexicon, &dictionary},
                          options);
    const std::size_t stride = static_cast<std::size_t>(
        DocStoreWriter::sample_stride(options.text_bytes));
    for (std::size_t i = 0; i < texts.size(); i += stride) {
      ASSERT_TRUE(writer.sample(texts[i]));
    }
    ASSERT_TRUE(writer.begin());
    for (const std::string& t : texts) ASSERT_TRUE(writer.add(t));
    ASSERT_TRUE(writer.finish());
  }
  std::vector<MemorySection*> sections() {
    return {&blocks, &index, &sizes, &lexicon, &dictionary};
  }
  std::size_t bytes() {
    std::size_t sum = 0;
    for (MemorySection* s : sections()) sum += s->bytes().size();
    return sum;
  }
  DocStore reader() {
    return DocStore(DocStoreViews{blocks.view(), index.view(), sizes.view(),
                                  lexicon.view(), dictionary.view()});
  }

  MemorySection blocks, index, sizes, lexicon, dictionary;
};

void expect_texts(const DocStore& store, const Texts& texts) {
  ASSERT_EQ(store.document_count(), texts.size());
  DocStore::Scratch scratch;
  std::string text;
  std::uint64_t bytes = 0;
  for (const std::string& t : texts) bytes += t.size();
  EXPECT_EQ(store.text_bytes(), bytes);
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    const auto size = store.size(i);
    ASSERT_TRUE(size) << i << ": " << size.error().message();
    EXPECT_EQ(*size, texts[i].size());
    const Status status = store.read(i, scratch, text);
    ASSERT_TRUE(status) << i << ": " << status.message();
    ASSERT_EQ(text, texts[i]) << i;
  }
  for (std::uint64_t b = 0; b < store.block_count(); ++b) {
    const Status status = store.check_block(b, scratch);
    ASSERT_TRUE(status) << status.message();
  }
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

// Sentences of a small vocabulary, with names, capitals and numbers.
std::string prose(std::mt19937& random, std::size_t size) {
  static const char* const kWords[] = {
      "the",     "of",          "and",        "a",      "in",     "to",
      "was",     "harbour",     "lighthouse", "keeper", "Anselm", "wrote",
      "letters", "MARINE",      "1874",       "storm",  "café",   "naïve",
      "—",       "unbeknownst", "Kirkwall",   "ship",   "sails"};
  static const char* const kEnds[] = {" ",  " ",   " ",  " ",  " ",  ", ",
                                      ". ", ".\n", "; ", " (", ") ", "\n\n"};
  std::string out;
  while (out.size() < size) {
    out += kWords[random() % std::size(kWords)];
    if (random() % 16 == 0) out += std::to_string(random() % 5000);
    out += kEnds[random() % std::size(kEnds)];
  }
  out.resize(size);
  return out;
}

Texts mixed_texts(unsigned seed) {
  std::mt19937 random(seed);
  Texts texts = {"", "a", " ", "  ", "\n", std::string(1, '\0'), ""};
  for (int i = 0; i < 40; ++i) {
    texts.push_back(prose(random, random() % 3000));
    texts.push_back(random_bytes(random, random() % 300));
  }
  texts.push_back(prose(random, 100'000));
  texts.push_back(random_bytes(random, 50'000));
  texts.push_back(std::string(70'000, 'x'));
  texts.push_back(std::string(40'000, ' '));
  texts.push_back(std::string(30'000, '\0'));
  texts.push_back("\xff\xfe\xe2\x80\xe2\x80\x94\xe2");
  std::string cjk;
  for (int i = 0; i < 4000; ++i) cjk += i % 7 == 0 ? "。" : "東京都";
  texts.push_back(cjk);
  std::string code;
  for (int i = 0; i < 900; ++i) {
    code += "  if (value_" + std::to_string(i) + " != nullptr) return;\r\n\t";
  }
  texts.push_back(code);
  texts.push_back("");
  return texts;
}

TEST(DocStoreTest, GivesBackAnyBytes) {
  SCOPED_TRACE(test_seed());
  const Texts texts = mixed_texts(test_seed());
  for (const bool fast : {false, true}) {
    Store store;
    store.write(texts, {.fast = fast});
    expect_texts(store.reader(), texts);
  }
}

TEST(DocStoreTest, TrainingAsksWhetherToGoOn) {
  std::mt19937 random(test_seed());
  const std::string text = prose(random, 20'000);
  for (const int calls : {1, 3}) {
    Store store;
    DocStoreWriter writer({&store.blocks, &store.index, &store.sizes,
                           &store.lexicon, &store.dictionary},
                          {});
    ASSERT_TRUE(writer.sample(text));
    int left = calls;
    const Status status = writer.begin([&]() -> Status {
      if (--left > 0) return {};
      return {StatusCode::kCancelled, "enough"};
    });
    EXPECT_EQ(status.code(), StatusCode::kCancelled);
    EXPECT_EQ(left, 0);
  }
}

TEST(DocStoreTest, HoldsNothing) {
  Store none;
  none.write({});
  EXPECT_TRUE(none.reader().present());
  EXPECT_EQ(none.reader().block_count(), 0U);
  Store empty;
  empty.write({"", "", ""});
  expect_texts(empty.reader(), {"", "", ""});
}

TEST(DocStoreTest, AbsentSectionsMeanNoStore) {
  const DocStore store{DocStoreViews{}};
  EXPECT_FALSE(store.present());
  DocStore::Scratch scratch;
  std::string text;
  EXPECT_EQ(store.read(0, scratch, text).code(), StatusCode::kNotFound);
}

TEST(DocStoreTest, RefusesDocumentsThatAreNotThere) {
  Store store;
  store.write({"one", "two"});
  DocStore::Scratch scratch;
  std::string text;
  EXPECT_EQ(store.reader().read(2, scratch, text).code(),
            StatusCode::kNotFound);
}

TEST(DocStoreTest, ReadsRangesAndCutsThemAtTheEnd) {
  std::mt19937 random(test_seed());
  const Texts texts = {prose(random, 500), prose(random, 60'000), "end"};
  Store store;
  store.write(texts);
  const DocStore reader = store.reader();
  DocStore::Scratch scratch;
  std::string text;
  for (std::uint32_t doc = 0; doc < texts.size(); ++doc) {
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t begin = random() % (texts[doc].size() + 10);
      const std::uint64_t size = random() % 20'000;
      ASSERT_TRUE(reader.read_range(doc, begin, size, scratch, text));
      const std::size_t from = std::min<std::size_t>(begin, texts[doc].size());
      ASSERT_EQ(text, texts[doc].substr(from, size));
    }
    ASSERT_TRUE(reader.read_range(doc, ~std::uint64_t{0}, ~std::uint64_t{0},
                                  scratch, text));
    EXPECT_EQ(text, "");
  }
}

TEST(DocStoreTest, BytesDoNotDependOnThreads) {
  const Texts texts = mixed_texts(test_seed());
  Store one;
  one.write(texts, {.block_bytes = 1024});
  for (const unsigned threads : {2U, 5U}) {
    Store many;
    many.write(texts, {.block_bytes = 1024, .threads = threads});
    for (std::size_t i = 0; i < one.sections().size(); ++i) {
      EXPECT_EQ(one.sections()[i]->bytes(), many.sections()[i]->bytes()) << i;
    }
  }
}

TEST(DocStoreTest, CrossesSectionParts) {
  std::mt19937 random(test_seed());
  Texts texts = {prose(random, 40'000), random_bytes(random, 30'000)};
  for (int i = 0; i < 500; ++i) texts.push_back(prose(random, 100));
  for (const std::uint64_t part : {256U, 4096U, 65536U}) {
    Store store(part);
    store.write(texts);
    expect_texts(store.reader(), texts);
  }
}

TEST(DocStoreTest, ManySmallDocumentsShareBlocks) {
  std::mt19937 random(test_seed());
  Texts texts;
  for (int i = 0; i < 1000; ++i) texts.push_back(prose(random, 500));
  Store store;
  store.write(texts);
  EXPECT_LT(store.reader().block_count(), 80U);
  EXPECT_GT(store.reader().block_count(), 50U);
  EXPECT_LT(store.sizes.bytes().size(), 2000U);
}

TEST(DocStoreTest, NoiseCostsNextToNothing) {
  std::mt19937 random(test_seed());
  const Texts texts = {random_bytes(random, 200'000)};
  Store store;
  store.write(texts);
  EXPECT_LT(store.bytes(), 201'500U);
}

TEST(DocStoreTest, TinyCorporaDoNotPayForTheirLexicon) {
  Store store;
  store.write({"Four score and seven years ago our fathers brought forth"});
  EXPECT_LT(store.bytes(), 56U + 64 + 64 + 64);
}

#ifndef KWIC_TEST_NO_HASHES
TEST(DocStoreTest, EveryFlippedBitOfABlockIsFound) {
  std::mt19937 random(test_seed());
  Store store;
  store.write({prose(random, 1500)});
  std::vector<std::uint8_t>& bytes = store.blocks.bytes();
  DocStore::Scratch scratch;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    MemorySection copy;
    copy.bytes() = bytes;
    const DocStore reader(
        DocStoreViews{copy.view(), store.index.view(), store.sizes.view(),
                      store.lexicon.view(), store.dictionary.view()});
    scratch.block = ~std::uint64_t{0};
    ASSERT_EQ(reader.check_block(0, scratch).code(), StatusCode::kCorrupt);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
}
#endif

// Makes the hashes right again, so that what they guard is reached.
void reseal(Store& store) {
  const std::size_t groups = store.index.bytes().size() / 64;
  std::uint64_t number = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    const std::uint8_t* p = store.index.bytes().data() + 64 * g;
    std::uint64_t at = load_le<std::uint64_t>(p);
    for (std::size_t i = 0; i < store::kIndexGroupBlocks; ++i, ++number) {
      std::vector<std::uint8_t>& b = store.blocks.bytes();
      if (at > b.size() || b.size() - at < store::kBlockHeaderBytes) break;
      const std::size_t size = std::min<std::size_t>(
          b.size() - at - 8,
          4 + (load_le<std::uint16_t>(b.data() + at + 10) & 0x7fffU));
      store_le(b.data() + at,
               store::block_hash({b.data() + at + 8, size}, number));
      at += load_le<std::uint16_t>(p + store::kIndexDistances + 2 * i);
    }
  }
}

// A few bytes claimed a document of 4 GiB, and an index that agreed.
TEST(DocStoreTest, NoDocumentIsLongerThanOneCanBe) {
  Store store;
  store.write({"a text"});
  std::vector<std::uint8_t>& index = store.index.bytes();
  ASSERT_GE(index.size(), store::kIndexGroupBytes);
  store_le(index.data() + 8, std::uint64_t{1} << 40);
  std::vector<std::uint8_t>& sizes = store.sizes.bytes();
  sizes.assign(4 + 2 * store::kAnchorBytes, 0);
  store_le(sizes.data(), std::uint32_t{0xffff'ffff});
  store_le(sizes.data() + 12, std::uint64_t{32});  // packed at 0, 32 bits wide
  store_le(sizes.data() + 20, std::uint64_t{1});   // document
  store_le(sizes.data() + 28, std::uint64_t{4});   // anchors
  DocStore::Scratch scratch;
  std::string text;
  const Status status = store.reader().read_range(0, 0, 10, scratch, text);
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_NE(status.message().find("its place makes no sense"),
            std::string::npos)
      << status.message();
}

TEST(DocStoreTest, DamagedSectionsNeverCrash) {
  SCOPED_TRACE(test_seed());
  std::mt19937 random(test_seed());
  Texts texts = {prose(random, 20'000), random_bytes(random, 3000)};
  for (int i = 0; i < 70; ++i) texts.push_back(prose(random, 100));
  Store good;
  good.write(texts, {.block_bytes = 1024});
  ASSERT_FALSE(good.lexicon.bytes().empty());
  for (int round = 0; round < 1500; ++round) {
    Store bad;
    for (std::size_t i = 0; i < 5; ++i) {
      bad.sections()[i]->bytes() = good.sections()[i]->bytes();
    }
    std::vector<std::uint8_t>& bytes = bad.sections()[random() % 5]->bytes();
    const std::size_t flips = 1 + random() % 8;
    for (std::size_t i = 0; i < flips && !bytes.empty(); ++i) {
      bytes[random() % bytes.size()] ^=
          static_cast<std::uint8_t>(1U << random() % 8);
    }
    if (random() % 8 == 0) bytes.resize(random() % (bytes.size() + 1));
    reseal(bad);
    const DocStore reader = bad.reader();
    DocStore::Scratch scratch;
    std::string text;
    for (std::uint32_t doc = 0; doc < texts.size(); doc += 3) {
      const Status status = reader.read_range(doc, 0, 1 << 20, scratch, text);
      if (status) {
        EXPECT_LE(text.size(), std::size_t{1} << 20);
      }
    }
    for (std::uint64_t b = 0;
         b < std::min<std::uint64_t>(reader.block_count(), 64); ++b) {
      (void)reader.check_block(b, scratch);
    }
  }
}

}  // namespace
}  // namespace kwic
