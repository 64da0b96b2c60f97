// SPDX-License-Identifier: Apache-2.0
// Posting lists and positions: what was written is what is read, by every
// kernel set, for every layout and at every boundary.
#include "format/posting_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "format/bm25.h"
#include "format/impact_levels.h"
#include "format/posting_list_writer.h"
#include "query/list_cursor.h"
#include "tests/support/memory_section.h"
#include "tests/support/simd_level.h"

namespace kwic {
namespace {

using testing::kSimdLevels;
using testing::SimdLevelScope;

struct Posting {
  std::uint32_t doc;
  std::vector<std::uint32_t> positions;
};
using Postings = std::vector<Posting>;

// A corpus of documents of given lengths, and lists over it.
class ListsTest : public ::testing::Test {
 protected:
  void set_corpus(std::vector<std::uint32_t> lengths) {
    lengths_ = std::move(lengths);
    tokens_ = 0;
    for (const std::uint32_t length : lengths_) tokens_ += length;
  }

  // A random list of `df` documents.
  Postings random_list(std::uint32_t df) {
    std::vector<std::uint32_t> docs(lengths_.size());
    for (std::uint32_t i = 0; i < docs.size(); ++i) docs[i] = i;
    std::shuffle(docs.begin(), docs.end(), random_);
    docs.resize(df);
    std::sort(docs.begin(), docs.end());
    Postings list;
    for (const std::uint32_t doc : docs) {
      list.push_back({doc, random_positions(lengths_[doc])});
    }
    return list;
  }

  std::vector<std::uint32_t> random_positions(std::uint32_t length) {
    const std::uint32_t most =
        random_() % 4 == 0 ? length : std::min(length, 3U);
    const std::uint32_t tf = 1 + static_cast<std::uint32_t>(random_()) % most;
    std::vector<std::uint32_t> all(length);
    for (std::uint32_t i = 0; i < length; ++i) all[i] = i;
    std::shuffle(all.begin(), all.end(), random_);
    all.resize(tf);
    std::sort(all.begin(), all.end());
    return all;
  }

  // Writes lists and checks that each reads back.
  void round_trip(const std::vector<Postings>& lists,
                  std::uint64_t part_size = kDefaultPartSize) {
    MemorySection postings(part_size);
    MemorySection positions(part_size);
    PostingListWriter writer(postings, positions, lengths_, tokens_);
    std::vector<TermInfo> infos;
    for (const Postings& list : lists) {
      for (const Posting& p : list) {
        ASSERT_TRUE(writer.add(p.doc, p.positions).ok());
      }
      infos.emplace_back();
      const Status status = writer.finish_term(infos.back());
      ASSERT_TRUE(status.ok()) << status.message();
    }
    MemorySection lengths(part_size);
    for (const std::uint32_t length : lengths_) {
      std::uint8_t bytes[4];
      store_le(bytes, length);
      ASSERT_TRUE(lengths.append(bytes).ok());
    }
    PostingSource source;
    source.postings = postings.view();
    source.positions = positions.view();
    source.lengths = DocumentLengths(lengths.view(), 4);
    source.documents = static_cast<std::uint32_t>(lengths_.size());
    for (const auto& [level, name] : kSimdLevels) {
      const SimdLevelScope scope(level);
      if (!scope) continue;
      source.kernel = &kernels();
      SCOPED_TRACE(name);
      for (std::size_t i = 0; i < lists.size(); ++i) {
        SCOPED_TRACE("list of " + std::to_string(lists[i].size()));
        check_scan(source, infos[i], lists[i]);
        check_find(source, infos[i], lists[i]);
        check_bounds(source, infos[i], lists[i]);
        check_batches(source, infos[i], lists[i]);
      }
    }
    EXPECT_EQ(source.damage, 0U);
  }

  void check_scan(PostingSource& source, const TermInfo& info,
                  const Postings& list) {
    ASSERT_EQ(info.doc_freq, list.size());
    ListCursor& cursor = reused_;
    ASSERT_TRUE(cursor.open(source, info));
    std::uint32_t doc = cursor.seek(0);
    std::vector<std::uint32_t> positions;
    for (const Posting& p : list) {
      ASSERT_EQ(doc, p.doc);
      ASSERT_EQ(cursor.frequency(), p.positions.size());
      ASSERT_TRUE(cursor.positions(positions));
      ASSERT_EQ(positions, p.positions);
      doc = cursor.seek(doc + 1);
    }
    ASSERT_EQ(doc, kEndDoc);
  }

  // A cursor that is used again forgets the list it had: see
  // AReusedCursorForgetsItsDirectory.
  ListCursor reused_;

  // Membership and frequencies, without decoding, for every other document.
  void check_find(PostingSource& source, const TermInfo& info,
                  const Postings& list) {
    ListCursor cursor;
    ASSERT_TRUE(cursor.open(source, info));
    std::size_t at = 0;
    for (std::uint32_t doc = 0; doc < source.documents; doc += 1 + doc % 3) {
      while (at < list.size() && list[at].doc < doc) ++at;
      const bool there = at < list.size() && list[at].doc == doc;
      ASSERT_EQ(cursor.find(doc), there) << doc;
      if (there) {
        ASSERT_EQ(cursor.frequency(), list[at].positions.size());
      }
    }
  }

  // What is asked of many documents at once is what each of them has.
  void check_batches(PostingSource& source, const TermInfo& info,
                     const Postings& list) {
    ListCursor cursor;
    ASSERT_TRUE(cursor.open(source, info));
    std::vector<std::uint32_t> docs;
    for (std::uint32_t doc = 0; doc < source.documents;
         doc += 1 + static_cast<std::uint32_t>(random_()) % 40) {
      docs.push_back(doc);
    }
    const auto n = static_cast<std::uint32_t>(docs.size());
    std::vector<std::uint32_t> which(n + 1);
    std::vector<std::uint32_t> ranks(n + 1);
    const std::uint32_t found =
        cursor.find_all(docs.data(), n, which.data(), ranks.data());
    std::vector<std::uint32_t> expected;
    std::vector<std::uint32_t> expected_ranks;
    std::uint32_t at = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
      while (at < list.size() && list[at].doc < docs[i]) ++at;
      if (at == list.size() || list[at].doc != docs[i]) continue;
      expected.push_back(i);
      expected_ranks.push_back(at);
    }
    which.resize(found);
    ASSERT_EQ(which, expected);
    if (cursor.list().dense()) {
      docs.clear();
      for (const std::uint32_t rank : expected_ranks) {
        docs.push_back(list[rank].doc);
      }
      cursor.rank_all(docs.data(), found, ranks.data());
    }
    ranks.resize(found);
    ASSERT_EQ(ranks, expected_ranks);
    check_runs(cursor, list, ranks);
    check_frequencies(source, info, list, ranks);
  }

  // All of some postings at once; then every third, from the first, second and
  // third on, by a reader that may know them.
  static void check_frequencies(PostingSource& source, const TermInfo& info,
                                const Postings& list,
                                const std::vector<std::uint32_t>& ranks) {
    ListCursor cursor;
    ASSERT_TRUE(cursor.open(source, info));
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}}) {
      for (std::size_t from = 0; from < step; ++from) {
        std::vector<std::uint32_t> some;
        for (std::size_t i = from; i < ranks.size(); i += step) {
          some.push_back(ranks[i]);
        }
        std::vector<std::uint32_t> frequencies(some.size());
        cursor.occurrences().frequencies(
            some.data(), static_cast<std::uint32_t>(some.size()),
            frequencies.data());
        for (std::size_t i = 0; i < some.size(); ++i) {
          ASSERT_EQ(frequencies[i], list[some[i]].positions.size())
              << "rank " << some[i];
        }
      }
    }
  }

  // All of some postings at once; then every third, which are farther apart.
  static void check_runs(ListCursor& cursor, const Postings& list,
                         std::vector<std::uint32_t> ranks) {
    for (int round = 0; round < 2; ++round) {
      OccurrenceReader& reader = cursor.occurrences();
      std::vector<PositionRun> runs(ranks.size());
      const auto n = static_cast<std::uint32_t>(ranks.size());
      for (std::uint32_t i = 0; i < n;) {
        const std::uint32_t read = reader.read(&ranks[i], n - i, runs.data());
        ASSERT_GE(read, 1U);
        ASSERT_LE(read, n - i);
        for (std::uint32_t r = 0; r < read; ++r, ++i) {
          const std::uint32_t* const sums = reader.sums() + runs[r].at;
          std::vector<std::uint32_t> positions(sums, sums + runs[r].count);
          for (std::uint32_t& p : positions) p -= runs[r].less;
          ASSERT_EQ(positions, list[ranks[i]].positions) << "rank " << ranks[i];
        }
      }
      std::size_t kept = 0;
      for (std::size_t i = 0; i < ranks.size(); i += 3)
        ranks[kept++] = ranks[i];
      ranks.resize(kept);
    }
  }

  // No posting scores more than its code, its block or the list says.
  void check_bounds(PostingSource& source, const TermInfo& info,
                    const Postings& list) {
    PostingList view;
    ASSERT_TRUE(view.open(source, info));
    const Bm25Norm norm(lengths_.size(), tokens_);
    std::vector<float> scores;
    for (const Posting& p : list) {
      scores.push_back(
          bm25_saturation(static_cast<std::uint32_t>(p.positions.size()),
                          norm(lengths_[p.doc])));
      ASSERT_LE(scores.back(), static_cast<float>(view.best()) / kImpactUnit);
    }
    std::sort(scores.rbegin(), scores.rend());
    for (const std::uint32_t rank : kSeedRanks) {
      if (scores.size() < rank || !view.coded()) continue;
      ASSERT_GE(scores[rank - 1],
                static_cast<float>(view.seed(rank)) / kImpactUnit);
    }
    if (view.layout() == ListLayout::kBlocks) check_codes(view, list, norm);
    if (!view.dense()) check_documents(view, list);
  }

  // Each alone is what decoding the block gives.
  static void check_documents(const PostingList& view, const Postings& list) {
    for (std::uint32_t b = 0; b < view.blocks(); ++b) {
      const PostingList::Block block = view.block(b);
      for (std::uint32_t i = 0; i < block.postings; ++i) {
        ASSERT_EQ(view.document(block, i),
                  list[std::size_t{b} * kBlockPostings + i].doc);
      }
    }
  }

  void check_codes(const PostingList& view, const Postings& list,
                   const Bm25Norm& norm) {
    for (std::uint32_t b = 0; b < view.blocks(); ++b) {
      const PostingList::Block block = view.block(b);
      ASSERT_FALSE(block.empty());
      for (std::uint32_t i = 0; i < block.postings; ++i) {
        const Posting& p = list[std::size_t{b} * kBlockPostings + i];
        const int code = block.codes[i / 2] >> (4 * (i % 2)) & 15;
        ASSERT_EQ(view.code(b * kBlockPostings + i), code);
        ASSERT_LE(code, view.best_code(b));
        ASSERT_LE(
            bm25_saturation(static_cast<std::uint32_t>(p.positions.size()),
                            norm(lengths_[p.doc])),
            static_cast<float>(view.bound(code)) / kImpactUnit);
      }
    }
  }

  std::vector<std::uint32_t> lengths_;
  std::uint64_t tokens_ = 0;
  std::mt19937 random_{20261122};
};

TEST_F(ListsTest, EveryLayoutAndBoundary) {
  std::vector<std::uint32_t> lengths;
  for (int i = 0; i < 20000; ++i) {
    lengths.push_back(1 + static_cast<std::uint32_t>(random_()) % 90);
  }
  set_corpus(lengths);
  std::vector<Postings> lists;
  for (const std::uint32_t df :
       {1U,   2U,    3U,    9U,    10U,   11U,   63U,    64U,   65U,
        99U,  100U,  128U,  255U,  256U,  257U,  511U,   512U,  513U,
        999U, 1000U, 2499U, 2500U, 2501U, 7000U, 19999U, 20000U}) {
    lists.push_back(random_list(df));
  }
  round_trip(lists);
}

TEST_F(ListsTest, SmallPartsAreNeverStraddled) {
  set_corpus(std::vector<std::uint32_t>(9000, 40));
  std::vector<Postings> lists;
  for (const std::uint32_t df : {5U, 300U, 800U, 1100U, 2000U, 5000U, 9000U}) {
    lists.push_back(random_list(df));
  }
  round_trip(lists, 16384);
}

TEST_F(ListsTest, GiantDocumentsAndEveryPosition) {
  set_corpus({1, 70000, 2, 1000000, 5});
  Postings list;
  for (std::uint32_t doc = 0; doc < 5; ++doc) {
    Posting p{doc, {}};
    for (std::uint32_t i = 0; i < lengths_[doc]; i += 1 + doc % 3) {
      p.positions.push_back(i);
    }
    list.push_back(p);
  }
  round_trip({list, {list[1]}, {list[3], list[4]}, {list[0]}});
}

TEST_F(ListsTest, ClusteredDocuments) {
  set_corpus(std::vector<std::uint32_t>(100000, 10));
  Postings list;
  for (std::uint32_t doc = 0; doc < 100000; ++doc) {
    if (doc % 20000 < 600) list.push_back({doc, random_positions(10)});
  }
  Postings edges;
  for (std::uint32_t i = 0; i < 300; ++i) {
    edges.push_back({i < 150 ? i : 99700 + i, random_positions(10)});
  }
  round_trip({list, edges, {list.front(), list.back()}});
}

// A short list read through the directory of the long list before it.
TEST_F(ListsTest, AReusedCursorForgetsItsDirectory) {
  set_corpus(std::vector<std::uint32_t>(9000, 20));
  round_trip({random_list(700), random_list(30), random_list(5000),
              random_list(2), random_list(1)});
}

TEST_F(ListsTest, ImpactLevelsCoverEverySaturation) {
  std::vector<std::uint16_t> sorted;
  for (int i = 0; i < 5000; ++i) {
    sorted.push_back(static_cast<std::uint16_t>(random_() % 60000));
  }
  std::sort(sorted.begin(), sorted.end());
  const ImpactLevels levels = ImpactLevels::of(sorted);
  for (const std::uint16_t q : sorted) {
    const int code = levels.code(q);
    ASSERT_LE(q, levels.bound[code]);
    if (code > 1) {
      ASSERT_GT(q, levels.bound[code - 1]);
    }
  }
}

// Damaged bytes may give wrong answers, but documents stay in range and every
// walk ends.
TEST_F(ListsTest, AnyBytesAreSafe) {
  std::vector<std::uint32_t> lengths;
  for (int i = 0; i < 6000; ++i) {
    lengths.push_back(1 + static_cast<std::uint32_t>(random_()) % 50);
  }
  set_corpus(lengths);
  MemorySection postings(kDefaultPartSize);
  MemorySection positions(kDefaultPartSize);
  PostingListWriter writer(postings, positions, lengths_, tokens_);
  std::vector<TermInfo> infos;
  for (const std::uint32_t df : {1U, 2U, 40U, 256U, 300U, 700U, 3000U}) {
    for (const Posting& p : random_list(df)) {
      ASSERT_TRUE(writer.add(p.doc, p.positions).ok());
    }
    infos.emplace_back();
    ASSERT_TRUE(writer.finish_term(infos.back()).ok());
  }
  MemorySection length_section(kDefaultPartSize);
  for (const std::uint32_t length : lengths_) {
    ASSERT_TRUE(length_section
                    .append(std::vector<std::uint8_t>{
                        static_cast<std::uint8_t>(length)})
                    .ok());
  }
  const auto spoil = [&](const SectionView& view) {
    std::vector<std::uint8_t> bytes(view.at(0, view.size()),
                                    view.at(0, view.size()) + view.size());
    for (int i = 0; i < 8; ++i) {
      bytes[random_() % bytes.size()] = static_cast<std::uint8_t>(random_());
    }
    MemorySection out(kDefaultPartSize);
    EXPECT_TRUE(out.append(bytes).ok());
    return out;
  };
  for (int round = 0; round < 300; ++round) {
    MemorySection bad_postings = spoil(postings.view());
    MemorySection bad_positions = spoil(positions.view());
    MemorySection bad_lengths = spoil(length_section.view());
    const SimdLevelScope scope(kSimdLevels[round % 4].level);
    PostingSource source;
    source.kernel = &kernels();
    source.postings = bad_postings.view();
    source.positions = bad_positions.view();
    source.lengths = DocumentLengths(bad_lengths.view(), 1);
    source.documents = static_cast<std::uint32_t>(lengths_.size());
    for (const TermInfo& info : infos) {
      ListCursor cursor;
      if (!cursor.open(source, info)) continue;
      std::vector<std::uint32_t> found;
      std::uint32_t steps = 0;
      for (std::uint32_t doc = cursor.seek(0); doc != kEndDoc;
           doc = cursor.seek(doc + 1)) {
        ASSERT_LT(doc, source.documents);
        ASSERT_LE(++steps, source.documents);
        cursor.frequency();
        cursor.positions(found);
      }
      for (std::uint32_t doc = 0; doc < source.documents; doc += 7) {
        if (cursor.find(doc)) cursor.frequency();
      }
      std::vector<std::uint32_t> ranks(cursor.list().doc_freq());
      std::iota(ranks.begin(), ranks.end(), 0U);
      std::vector<PositionRun> runs(ranks.size());
      OccurrenceReader& reader = cursor.occurrences();
      std::vector<std::uint32_t> frequencies(ranks.size());
      reader.frequencies(ranks.data(), cursor.list().doc_freq(),
                         frequencies.data());
      EXPECT_GE(*std::min_element(frequencies.begin(), frequencies.end()), 1U);
      for (std::uint32_t b = 0;
           !cursor.list().dense() && b < cursor.list().blocks(); ++b) {
        const PostingList::Block block = cursor.list().block(b);
        for (std::uint32_t i = 0; i < block.postings; ++i) {
          ASSERT_LT(cursor.list().document(block, i), source.documents);
        }
      }
      for (std::uint32_t i = 0; i < ranks.size();) {
        const auto left = static_cast<std::uint32_t>(ranks.size()) - i;
        const std::uint32_t read = reader.read(&ranks[i], left, runs.data());
        ASSERT_GE(read, 1U);
        for (std::uint32_t r = 0; r < read; ++r, ++i) {
          // Every sum can be looked at.
          std::uint32_t all = 0;
          for (std::uint32_t p = 0; p < runs[r].count; ++p) {
            all |= reader.sums()[runs[r].at + p];
          }
          ASSERT_LE(all, 0xffff'ffffU);
        }
      }
    }
  }
}

}  // namespace
}  // namespace kwic
