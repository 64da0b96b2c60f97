// SPDX-License-Identifier: Apache-2.0
#include "tests/support/small_index.h"

#include <cstddef>
#include <utility>

#include "base/file_system.h"
#include "format/posting_format.h"
#include "index/build_internal.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temporary_folder.h"

namespace kwic::testing {
namespace {

constexpr std::uint64_t kSeed = 2026;  // never from the environment
constexpr std::uint64_t kSmallPart = 1024;
constexpr std::size_t kTextDocuments = 300;
constexpr std::size_t kPartsDocuments = 130;
constexpr std::size_t kBlockDocuments = 4400;
constexpr std::size_t kBlockWordDocuments = 270;  // more than one block

std::string id_of(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "d/" + std::string(4 - digits.size(), '0') + digits;
}

// One of 90 words, long enough that a lexicon of words pays.
std::string random_word(Random& random) {
  static constexpr const char* kStems[] = {
      "security",   "guarantee", "offensive", "weapon",   "negotiation",
      "escalation", "minister",  "spokesman", "province", "agreement"};
  static constexpr const char* kEndings[] = {
      "", "s", "able", "ing", "wise", "ness", "ful", "less", "like"};
  return std::string(kStems[random.below(10)]) + kEndings[random.below(9)];
}

// Every document has "common", most have "often" several times and some of the
// 90 words.
TextDocument text_document(std::size_t i, Random& random) {
  TextDocument d{id_of(i), "", "common"};
  const std::size_t often = random.below(6);
  for (std::size_t n = 0; n < often; ++n) d.body += " often";
  for (std::size_t n = random.below(14); n > 0; --n) {
    d.body += " " + random_word(random);
  }
  if (i % 3 == 0) d.body += ". The exact phrase, de-escalation";
  if (i % 50 == 7) d.body += " \xc3\xa9t\xc3\xa9 \xe4\xb8\xad\xe6\x96\x87\xff";
  // Runs of equal titles, and of none.
  if (i % 11 < 3) d.title = "Title " + std::to_string(i / 11) + " common";
  return d;
}

std::vector<TextDocument> text_corpus(std::size_t documents) {
  Random random(kSeed);
  std::vector<TextDocument> all;
  for (std::size_t i = 0; i < documents; ++i) {
    all.push_back(text_document(i, random));
  }
  TextDocument& giant = all[documents / 2];
  for (std::size_t i = 0; i < 6 * documents; ++i) {
    giant.body += " giant " + random_word(random);
  }
  return all;
}

static_assert(list_layout(kBlockWordDocuments, kBlockDocuments) ==
              ListLayout::kBlocks);
static_assert(list_layout(kTextDocuments, kTextDocuments) ==
              ListLayout::kDense);

// "block" is in 270 of 4400 documents: too many for one block, too few for a
// bitset.
std::vector<TextDocument> block_corpus() {
  std::vector<TextDocument> all;
  for (std::size_t i = 0; i < kBlockDocuments; ++i) {
    TextDocument d{id_of(i), "", i % 2 == 0 ? "even" : ""};
    if (i * kBlockWordDocuments / kBlockDocuments !=
        (i + 1) * kBlockWordDocuments / kBlockDocuments) {
      d.body += " block";
      for (std::size_t n = i % 5; n > 0; --n) d.body += " block wall";
    }
    if (i % 800 == 0) d.body += " rare" + std::to_string(i / 800);
    all.push_back(std::move(d));
  }
  return all;
}

}  // namespace

std::string small_index_name(SmallIndex which) {
  switch (which) {
    case SmallIndex::kTexts: return "Texts";
    case SmallIndex::kParts: return "Parts";
    case SmallIndex::kBlocks: return "Blocks";
  }
  return {};
}

std::vector<TextDocument> small_corpus(SmallIndex which) {
  switch (which) {
    case SmallIndex::kTexts: return text_corpus(kTextDocuments);
    case SmallIndex::kParts: return text_corpus(kPartsDocuments);
    case SmallIndex::kBlocks: return block_corpus();
  }
  return {};
}

Result<std::string> small_index_bytes(SmallIndex which) {
  const TemporaryFolder folder;
  const std::string path = folder.file("small.kwic");
  BuildOptions options;
  options.threads = 1;
  options.keep_text = options.keep_times = options.keep_hashes =
      which != SmallIndex::kBlocks;
  BuildTuning tuning;
  if (which == SmallIndex::kParts) tuning.part_size = kSmallPart;
  auto builder = create_with(posix_file_system(), tuning, path, options);
  if (!builder) return builder.error();
  std::int64_t time = 1'700'000'000;
  for (const TextDocument& d : small_corpus(which)) {
    Status status = builder->add({.id = d.id,
                                  .title = d.title,
                                  .body = d.body,
                                  .modified = time += 1000});
    if (!status) return status;
  }
  if (auto summary = builder->finish(); !summary) return summary.error();
  return TemporaryFolder::read(path);
}

}  // namespace kwic::testing
