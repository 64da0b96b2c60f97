// SPDX-License-Identifier: Apache-2.0
// However much of a list is in memory at once, its bytes are the same. (That
// they can be read is for posting_list_test.cc.)
#include "format/posting_list_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "format/length_table.h"
#include "format/posting_format.h"
#include "tests/support/memory_file.h"
#include "tests/support/memory_section.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

constexpr std::size_t kDocuments = 30'000;

struct List {
  std::vector<std::uint32_t> documents, frequencies, positions;
  std::vector<std::uint8_t> predecessors;
};

class PostingListWriterTest : public ::testing::Test {
 protected:
  PostingListWriterTest() : lengths_(kDocuments) {
    for (std::uint32_t& length : lengths_) {
      length = 1 + number_below(400);
      tokens_ += length;
    }
  }

  std::uint32_t number_below(std::size_t bound) {
    return static_cast<std::uint32_t>(random_.below(bound));
  }

  // Every document is in it with that probability.
  List random_list(double probability) {
    List list;
    for (std::uint32_t d = 0; d < kDocuments; ++d) {
      if (!random_.chance(probability)) continue;
      list.documents.push_back(d);
      list.frequencies.push_back(0);
      const std::uint32_t step = 1 + number_below(lengths_[d]);
      for (std::uint32_t p = number_below(step); p < lengths_[d]; p += step) {
        ++list.frequencies.back();
        list.positions.push_back(p);
        list.predecessors.push_back(static_cast<std::uint8_t>(number_below(4)));
      }
    }
    return list;
  }

  // Adds up to so many postings at once.
  static Status add(const List& list, std::size_t most,
                    PostingListWriter& writer) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < list.documents.size(); i += most) {
      const std::size_t n = std::min(most, list.documents.size() - i);
      const auto frequencies = std::span(list.frequencies).subspan(i, n);
      std::size_t occurrences = 0;
      for (const std::uint32_t f : frequencies) occurrences += f;
      Status s =
          writer.add({std::span(list.documents).subspan(i, n), frequencies,
                      std::span(list.positions).subspan(at, occurrences),
                      std::span(list.predecessors).subspan(at, occurrences)});
      if (!s) return s;
      at += occurrences;
    }
    return {};
  }

  struct Written {
    std::vector<std::uint8_t> postings, positions;
    std::vector<TermInfo> infos;
  };

  // A table of all that TermInfo says.
  static std::vector<std::uint64_t> numbers(const Written& written) {
    std::vector<std::uint64_t> all;
    for (const TermInfo& info : written.infos) {
      all.insert(all.end(),
                 {info.doc_freq, info.collection_freq, info.postings_address,
                  info.postings_size, info.positions_address,
                  info.positions_size, info.single_doc, info.single_position});
    }
    return all;
  }

  // `chunk`: postings in memory at once, 0 for all.
  Written write(const std::vector<List>& lists, std::size_t chunk,
                std::uint64_t part_size) {
    MemorySection postings(part_size), positions(part_size), lengths;
    LengthTable table(kDocuments, chunk != 0 ? 0 : kDocuments * 4,
                      new_memory_file);
    for (const std::uint32_t length : lengths_) {
      EXPECT_TRUE(table.add(length));
    }
    EXPECT_TRUE(table.finish(lengths));
    PostingListWriter writer(postings, positions, table, tokens_, chunk,
                             new_memory_file);
    Written written;
    for (const List& list : lists) {
      EXPECT_TRUE(add(list, 1 + random_.below(2000), writer));
      written.infos.emplace_back();
      EXPECT_TRUE(writer.finish_term(written.infos.back()));
    }
    written.postings = postings.bytes();
    written.positions = positions.bytes();
    return written;
  }

  testing::Random random_{testing::test_seed()};
  std::vector<std::uint32_t> lengths_;
  std::uint64_t tokens_ = 0;
};

// Long and short ones take turns: none leaves anything to the next.
TEST_F(PostingListWriterTest, ChunksDoNotShow) {
  std::vector<List> lists;
  for (const double probability : {0.5, 0.001, 0.03, 1.0, 0.0002, 0.05, 0.09}) {
    lists.push_back(random_list(probability));
    if (lists.back().documents.empty()) lists.pop_back();
  }
  for (const std::uint64_t part : {kDefaultPartSize, std::uint64_t{32} << 10}) {
    const Written expected = write(lists, 0, part);
    for (const std::size_t chunk : {256U, 512U, 2816U, 29'952U}) {
      const Written found = write(lists, chunk, part);
      EXPECT_TRUE(found.postings == expected.postings) << chunk;
      EXPECT_TRUE(found.positions == expected.positions) << chunk;
      EXPECT_EQ(numbers(found), numbers(expected)) << chunk;
    }
  }
}

// A list that ends with a chunk, and one that is a posting longer.
TEST_F(PostingListWriterTest, AtTheBoundary) {
  const List all = random_list(1.0);
  for (const std::size_t size : {511U, 512U, 513U, 1024U, 1025U}) {
    List list = all;
    list.documents.resize(size);
    list.frequencies.resize(size);
    std::size_t occurrences = 0;
    for (const std::uint32_t f : list.frequencies) occurrences += f;
    list.positions.resize(occurrences);
    list.predecessors.resize(occurrences);
    const Written expected = write({list}, 0, kDefaultPartSize);
    const Written found = write({list}, 512, kDefaultPartSize);
    EXPECT_TRUE(found.postings == expected.postings) << size;
    EXPECT_TRUE(found.positions == expected.positions) << size;
  }
}

}  // namespace
}  // namespace kwic
