// SPDX-License-Identifier: Apache-2.0
// Runs against a model: whatever way documents are spread over runs, the merge
// gives what a map of maps gives.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "index/build_worker.h"
#include "index/run_compactor.h"
#include "index/run_merger.h"
#include "index/run_recoder.h"
#include "index/run_renumberer.h"
#include "tests/support/memory_file.h"
#include "tests/support/random_corpus.h"

namespace kwic {
namespace {

// Positions, and the predecessor code of each.
using Positions = std::map<std::uint32_t, int>;
using Lists = std::map<std::string, std::map<std::uint32_t, Positions>>;
using testing::Random;
using testing::TextDocument;

// What a merge gave.
struct Merged final : TermSink {
  Lists terms;
  std::vector<RunDocument> documents;  // without text
  std::vector<std::string> ids, titles;
  std::string term;

  Status begin_term(std::string_view t) override {
    EXPECT_LT(term, t) << "not in order";
    term = t;
    return {};
  }
  Status add(const Postings& postings) override {
    std::size_t at = 0;
    for (std::size_t i = 0; i < postings.documents.size(); ++i) {
      const auto [posting, fresh] =
          terms[term].try_emplace(postings.documents[i]);
      EXPECT_TRUE(fresh) << "the same document twice";
      for (std::uint32_t n = 0; n < postings.frequencies[i]; ++n, ++at) {
        EXPECT_TRUE(
            posting->second
                .emplace(postings.positions[at], postings.predecessors[at])
                .second)
            << "the same position twice";
      }
    }
    EXPECT_EQ(at, postings.positions.size());
    return {};
  }
  Status end_term() override { return {}; }
};

// The obvious index of the documents that are left of `added`.
struct Model {
  Lists terms;
  std::map<std::string, TextDocument> documents;
  std::vector<std::uint32_t> lengths;
};

// Ones that have neighbours as a rule, two that share their positions with
// another, and one that is nowhere.
FrequentWords common_words() {
  return {{"w1", "e", "x", "email", "w0", "nowhere"}, false};
}

Model model_of(const std::vector<TextDocument>& added, const Analyzer& analyzer,
               const FrequentWords& frequent_words) {
  Model model;
  for (const TextDocument& d : added) model.documents[d.id] = d;
  std::uint32_t number = 0;
  for (const auto& [id, d] : model.documents) {
    TokenBuffer tokens;
    const std::uint32_t body = analyzer.analyze(d.title, 0, tokens);
    model.lengths.push_back(analyzer.analyze(d.body, body, tokens));
    std::map<std::uint32_t, std::set<int>> codes;  // by the position behind
    for (const Token& t : tokens.tokens) {
      const int code = frequent_words.code_of(tokens.term(t));
      if (code != 0) codes[t.position + 1].insert(code);
    }
    for (const Token& t : tokens.tokens) {
      const std::set<int>& before = codes[t.position];
      model.terms[std::string(tokens.term(t))][number][t.position] =
          before.empty()       ? 0
          : before.size() == 1 ? *before.begin()
                               : int{kSeveralPredecessors};
    }
    ++number;
  }
  return model;
}

struct Shape {
  std::size_t workers = 1;
  std::uint64_t run_tokens = ~std::uint64_t{0};
  std::size_t width = 256;
  std::size_t buffer_bytes = 0;
  std::size_t kept_bytes = 0;  // of each worker's last run
  // Whether runs are renumbered, and groups of which tables.
  bool renumber = false;
  std::size_t table_bytes = 0;
};

constexpr std::size_t kAll = ~std::size_t{0};

class RunTest : public ::testing::Test {
 protected:
  // The runs, so that others can be added.
  void forget() {
    workers_.clear();
    runs_.runs().clear();
  }

  // Adds documents to workers at random, in order.
  void add(const std::vector<TextDocument>& added, const Shape& shape) {
    for (std::uint32_t i = 0; i < shape.workers; ++i) {
      BuildWorker::Setup setup;
      setup.analyzer = &analyzer_;
      setup.number = i;
      setup.accumulator_bytes = Accumulator::kMinBytes;
      setup.run_tokens = shape.run_tokens;
      setup.kept_bytes = shape.kept_bytes;
      setup.runs = &runs_;
      setup.run_file = std::make_unique<MemoryFile>();
      workers_.push_back(std::make_unique<BuildWorker>(std::move(setup)));
    }
    std::uint64_t sequence = 0;
    for (const TextDocument& d : added) {
      BuildWorker& worker = *workers_[random_.below(workers_.size())];
      ASSERT_TRUE(worker.add({.id = d.id, .title = d.title, .body = d.body},
                             sequence++));
    }
    for (auto& worker : workers_) {
      ASSERT_TRUE(worker->finish(words_));
    }
  }

  Status recode_all(std::vector<kwic::Run>& runs) {
    const RecodingOptions options = {&words_, 64, [] { return Status(); }};
    for (kwic::Run& run : runs) {
      if (Status s = recode(options, run); !s) return s;
    }
    return {};
  }

  static DocumentSink note(Merged& merged) {
    return [&merged](const RunDocument& d) {
      merged.ids.emplace_back(d.id);
      merged.titles.emplace_back(d.title);
      merged.documents.push_back(d);
      return Status();
    };
  }

  Status renumber(const Shape& shape, const CompactionOptions& how,
                  Merged& merged) {
    std::vector<kwic::Run>& runs = runs_.runs();
    NumberFile numbers(runs, std::make_unique<MemoryFile>());
    Status s = merge_documents(runs, shape.buffer_bytes, numbers, note(merged));
    if (!s) return s;
    if (s = numbers.finish(); !s) return s;
    RenumberingOptions options;
    options.documents = static_cast<std::uint32_t>(merged.ids.size());
    options.width = shape.width;
    options.table_bytes = shape.table_bytes;
    options.buffer_bytes = shape.buffer_bytes;
    options.checkpoint = how.checkpoint;
    options.new_file = how.new_file;
    return renumber_runs(options, numbers, runs, files_);
  }

  Status merge_renumbered(const Shape& shape, const CompactionOptions& how,
                          Merged& merged) {
    if (Status s = renumber(shape, how, merged); !s) return s;
    // Nothing of the runs that were.
    workers_.clear();
    for (const kwic::Run& run : runs_.runs()) EXPECT_TRUE(run.renumbered);
    EXPECT_LE(runs_.runs().size(), shape.width);
    RunMerger merger(runs_.runs(), shape.buffer_bytes);
    return merger.merge_terms(merged, how.checkpoint);
  }

  Status merge(const Shape& shape, Merged& merged) {
    CompactionOptions options;
    options.width = shape.width;
    options.buffer_bytes = shape.buffer_bytes;
    options.checkpoint = [](double) { return Status(); };
    options.new_file = new_memory_file;
    if (Status s = recode_all(runs_.runs()); !s) return s;
    if (shape.renumber) return merge_renumbered(shape, options, merged);
    Status s = compact_runs(options, runs_.runs(), files_);
    if (!s) return s;
    RunMerger merger(runs_.runs(), shape.buffer_bytes);
    s = merger.merge_documents(note(merged));
    if (!s) return s;
    return merger.merge_terms(merged, options.checkpoint);
  }

  void expect_like_model(const std::vector<TextDocument>& added,
                         const Shape& shape) {
    add(added, shape);
    Merged merged;
    const Status s = merge(shape, merged);
    ASSERT_TRUE(s) << s.message();
    const Model model = model_of(added, analyzer_, words_);
    EXPECT_TRUE(merged.terms == model.terms);
    ASSERT_EQ(merged.ids.size(), model.documents.size());
    std::size_t i = 0;
    for (const auto& [id, d] : model.documents) {
      EXPECT_EQ(merged.ids[i], id);
      EXPECT_EQ(merged.titles[i], d.title);
      EXPECT_EQ(merged.documents[i].body_bytes, d.body.size());
      EXPECT_EQ(merged.documents[i].length, model.lengths[i]);
      ++i;
    }
  }

  std::vector<TextDocument> random_documents(double duplicates) {
    testing::CorpusShape shape;
    shape.documents = 200;
    shape.mean_length = 20;
    shape.edges = true;
    std::vector<TextDocument> all = testing::random_corpus(shape, random_);
    for (std::size_t i = 1; i < all.size(); ++i) {
      std::swap(all[i], all[random_.below(i + 1)]);
      if (random_.chance(duplicates)) all[i].id = all[random_.below(i)].id;
      if (random_.chance(0.3))
        all[i].body += " e-mail U.S. don't unique" + std::to_string(i);
    }
    return all;
  }

  Random random_{testing::test_seed()};
  const Analyzer& analyzer_ = analyzer_for(AnalyzerKind::kStandard);
  FrequentWords words_ = common_words();
  RunList runs_;
  std::vector<std::unique_ptr<BuildWorker>> workers_;
  std::vector<std::unique_ptr<WritableFile>> files_;
};

TEST_F(RunTest, OneRun) { expect_like_model(random_documents(0), {}); }

TEST_F(RunTest, OneRunInMemory) {
  expect_like_model(random_documents(0), {.kept_bytes = kAll});
  EXPECT_NE(runs_.runs().front().memory, nullptr);
}

TEST_F(RunTest, RunsInFilesAndInMemory) {
  expect_like_model(random_documents(0.3),
                    {.workers = 3, .run_tokens = 400, .kept_bytes = kAll});
}

TEST_F(RunTest, PartsInFilesAndInMemory) {
  expect_like_model(
      random_documents(0.2),
      {.workers = 2, .run_tokens = 7, .width = 100'000, .kept_bytes = kAll});
}

TEST_F(RunTest, MemoryRunsCompacted) {
  expect_like_model(
      random_documents(0.2),
      {.workers = 4, .run_tokens = 500, .width = 2, .kept_bytes = kAll});
}

TEST_F(RunTest, Renumbered) {
  for (const std::size_t table_bytes : {0U, 2000U, 1U << 20}) {
    for (const std::size_t kept_bytes : {std::size_t{0}, kAll}) {
      forget();
      expect_like_model(random_documents(0.3), {.workers = 3,
                                                .run_tokens = 400,
                                                .kept_bytes = kept_bytes,
                                                .renumber = true,
                                                .table_bytes = table_bytes});
    }
  }
}

TEST_F(RunTest, RenumberedAgainAndAgain) {
  expect_like_model(random_documents(0.2), {.workers = 2,
                                            .run_tokens = 7,
                                            .width = 3,
                                            .kept_bytes = kAll,
                                            .renumber = true,
                                            .table_bytes = 500});
}

TEST_F(RunTest, NothingAtAll) {
  expect_like_model({}, {});
  forget();
  expect_like_model({}, {.renumber = true});
}

TEST_F(RunTest, DocumentsWithoutTokens) {
  const std::vector<TextDocument> all = {
      {"b", "", ""}, {"a", "", "... !"}, {"c", "", "x"}, {"d", "", ""}};
  expect_like_model(all, {});
  forget();
  expect_like_model(all, {.kept_bytes = kAll});
  forget();
  expect_like_model(all, {.renumber = true});
}

TEST_F(RunTest, OfEqualIdsTheLastAddedStays) {
  expect_like_model(random_documents(0.5), {.workers = 3, .run_tokens = 500});
}

TEST_F(RunTest, DocumentsInPartsOverManyRuns) {
  expect_like_model(random_documents(0.2),
                    {.workers = 2, .run_tokens = 7, .width = 100'000});
}

TEST_F(RunTest, RunsOfOneToken) {
  expect_like_model({{"a", "t", "x y x"}, {"b", "", "y z"}, {"a", "", "x x"}},
                    {.run_tokens = 1});
}

// More of one term, and of one document, than is handed on at once.
TEST_F(RunTest, LongListsAndLongDocuments) {
  std::vector<TextDocument> all;
  for (int d = 0; d < 3000; ++d) {
    all.push_back({std::to_string(d), "", d % 3 == 0 ? "x y x" : "x"});
  }
  std::string body;
  for (int i = 0; i < 20'000; ++i) body += i % 7 == 0 ? "y " : "x ";
  all.push_back({"1", "", body});
  all.push_back({"zz", "", body});
  expect_like_model(all, {.kept_bytes = kAll});
  forget();
  expect_like_model(all, {.workers = 2, .run_tokens = 9000});
}

TEST_F(RunTest, CompactedInSeveralPasses) {
  expect_like_model(random_documents(0.2),
                    {.workers = 3, .run_tokens = 60, .width = 3});
}

TEST_F(RunTest, FillsTheAccumulatorToItsLimit) {
  std::vector<TextDocument> all;
  for (int d = 0; d < 40; ++d) {
    std::string body;
    for (int i = 0; i < 3000; ++i) {
      body += std::to_string(random_.below(20'000)) + ' ';
    }
    all.push_back({std::to_string(d), "", body});
  }
  expect_like_model(all, {.workers = 2});
  EXPECT_GT(runs_.runs().size(), 2u);
}

// The bytes of the runs in files.
std::vector<std::vector<std::uint8_t>> bytes_of(
    const std::vector<kwic::Run>& runs) {
  std::vector<std::vector<std::uint8_t>> all;
  for (const kwic::Run& run : runs) {
    all.push_back(static_cast<MemoryFile*>(run.file)->bytes());
  }
  return all;
}

// Documents of so many words with 's, which are found without it as well.
std::vector<TextDocument> possessives(std::size_t words, Random& random) {
  std::vector<TextDocument> all;
  for (int d = 0; d < 60; ++d) {
    std::string body;
    for (int i = 0; i < 50; ++i) {
      body += "name" + std::to_string(random.below(words)) + "'s rare" +
              std::to_string(random.below(1000)) + ' ';
    }
    all.push_back({std::to_string(d), "", body});
  }
  return all;
}

TEST_F(RunTest, CandidatesSpareRecoding) {
  words_ = {{"name1", "name0's", "name0", "nowhere", "name3's"}, false};
  add(possessives(4, random_), {.run_tokens = 1000});
  const auto before = bytes_of(runs_.runs());
  ASSERT_TRUE(recode_all(runs_.runs()));
  EXPECT_EQ(bytes_of(runs_.runs()), before);
  forget();
  for (const std::size_t kept : {std::size_t{0}, kAll}) {
    expect_like_model(possessives(4, random_),
                      {.run_tokens = 1000, .kept_bytes = kept});
    forget();
  }
}

TEST_F(RunTest, FrequentWordsThatAreNoCandidatesAreFound) {
  words_ = {{"name1", "rare7", "name0"}, false};
  add(possessives(4, random_), {.run_tokens = 1000});
  const auto before = bytes_of(runs_.runs());
  ASSERT_TRUE(recode_all(runs_.runs()));
  EXPECT_NE(bytes_of(runs_.runs()), before);
  forget();
  expect_like_model(possessives(4, random_), {.run_tokens = 1000});
}

// More sets of words at one position than candidates have codes for.
TEST_F(RunTest, ManyWordsThatShareTheirPositions) {
  std::vector<std::string> names;
  for (int i = 0; i < 7; ++i) {
    names.push_back("name" + std::to_string(i));
    names.push_back("name" + std::to_string(i) + "'s");
  }
  words_ = {names, false};
  for (const std::uint64_t run_tokens : {50ULL, 1000ULL, 100'000ULL}) {
    for (const std::size_t kept : {std::size_t{0}, kAll}) {
      expect_like_model(possessives(10, random_),
                        {.run_tokens = run_tokens, .kept_bytes = kept});
      forget();
    }
  }
}

// Temporary files are on disks, too.
TEST_F(RunTest, DamagedRunsGiveErrorsOrNonsenseButNoCrash) {
  add(random_documents(0.1), {.workers = 2, .run_tokens = 1000});
  for (int round = 0; round < 60; ++round) {
    const kwic::Run& run = runs_.runs()[random_.below(runs_.runs().size())];
    auto& bytes = static_cast<MemoryFile*>(run.file)->bytes();
    std::uint8_t& byte = bytes[random_.below(bytes.size())];
    const std::uint8_t before = byte;
    byte = static_cast<std::uint8_t>(random_.below(256));
    std::vector<kwic::Run> runs = runs_.runs();
    if (round % 2 == 0) {
      if (Status s = recode_all(runs); !s) {
        EXPECT_EQ(s.code(), StatusCode::kIo);
        byte = before;
        continue;
      }
    }
    RunMerger merger(runs, 64);
    struct Sink final : TermSink {
      Status begin_term(std::string_view) override { return {}; }
      Status add(const Postings&) override { return {}; }
      Status end_term() override { return {}; }
    } sink;
    Status s =
        merger.merge_documents([](const RunDocument&) { return Status(); });
    if (s.ok()) {
      s = merger.merge_terms(sink, [](double) { return Status(); });
    }
    if (!s) {
      EXPECT_EQ(s.code(), StatusCode::kIo);
    }
    byte = before;
  }
}

TEST_F(RunTest, DamagedRenumberedRunsGiveErrorsOrNonsenseButNoCrash) {
  const Shape shape = {.workers = 2, .run_tokens = 1000, .width = 2};
  add(random_documents(0.1), shape);
  CompactionOptions how;
  how.checkpoint = [](double) { return Status(); };
  how.new_file = new_memory_file;
  ASSERT_TRUE(recode_all(runs_.runs()));
  Merged merged;
  ASSERT_TRUE(renumber(shape, how, merged));
  struct Sink final : TermSink {
    Status begin_term(std::string_view) override { return {}; }
    Status add(const Postings& postings) override {
      for (const std::uint32_t d : postings.documents) {
        EXPECT_LT(d, documents);
      }
      for (const std::uint32_t p : postings.positions) {
        EXPECT_LT(p, kMaxDocumentLength);
      }
      return {};
    }
    Status end_term() override { return {}; }
    std::size_t documents = 0;
  } sink;
  sink.documents = merged.ids.size();
  auto& bytes = static_cast<MemoryFile*>(files_.back().get())->bytes();
  int errors = 0;
  for (int round = 0; round < 500; ++round) {
    std::uint8_t& byte = bytes[random_.below(bytes.size())];
    const std::uint8_t before = byte;
    byte = static_cast<std::uint8_t>(random_.below(256));
    RunMerger merger(runs_.runs(), 64);
    const Status s = merger.merge_terms(sink, how.checkpoint);
    if (!s) {
      EXPECT_EQ(s.code(), StatusCode::kIo);
      ++errors;
    }
    byte = before;
  }
  EXPECT_GT(errors, 0);
}

}  // namespace
}  // namespace kwic
