// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agreement.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "query/plain_query.h"
#include "query/query_parser.h"
#include "query/query_text.h"
#include "tests/support/plain_assembly.h"

namespace kwic::testing {
namespace {

using ::testing::AssertionFailure;
using ::testing::AssertionResult;
using ::testing::AssertionSuccess;

constexpr std::size_t kLimits[] = {1, 3, 10, 100};

bool close(double a, double b) {
  const double scale = std::max({std::fabs(a), std::fabs(b), 1e-6});
  return std::fabs(a - b) <= kScoreTolerance * scale;
}

Result<QueryTree> parse(const std::string& query, Operator operation,
                        Syntax syntax, const Analyzer& analyzer) {
  if (syntax == Syntax::kPlain) return parse_plain(query, operation, analyzer);
  return parse_query(query, operation, analyzer);
}

}  // namespace

Agreement::Agreement(ReferenceEngine reference, Index index,
                     std::shared_ptr<const IndexFile> file)
    : reference_(std::move(reference)),
      index_(std::move(index)),
      searcher_(index_),
      file_(std::move(file)),
      dictionary_(*file_),
      executor_(*file_, dictionary_) {}

Result<std::unique_ptr<Agreement>> Agreement::create(
    std::vector<TextDocument> documents, BuildOptions options) {
  const TemporaryFolder folder;
  const std::string path = folder.file("agreement.kwic");
  const Analyzer& analyzer = analyzer_for(options.analyzer);
  if (Status built = assemble_plainly(documents, path, options); !built) {
    return built;
  }
  auto index = Index::open(path);
  if (!index) return index.error();
  auto file = IndexFile::open_path(path, OpenOptions{});
  if (!file) return file.error();
  return std::unique_ptr<Agreement>(
      new Agreement(ReferenceEngine(std::move(documents), analyzer),
                    *std::move(index), *std::move(file)));
}

std::string Agreement::rank_difference(const Expected& expected,
                                       const Answer& answer, std::size_t rank) {
  const ScoredDoc& found = answer.top[rank];
  const double score = static_cast<double>(found.score);
  std::ostringstream text;
  text << "rank " << rank << ": document " << found.doc << " with " << score
       << ", expected " << expected[rank].doc << " with "
       << expected[rank].score;
  if (!close(expected[rank].score, score)) return text.str();
  if (found.doc == expected[rank].doc) return "";
  // Another document of the same score is as good; but where the real scores
  // are equal too, the lower document must have come first.
  const auto own = std::find_if(
      expected.begin(), expected.end(),
      [&](const ReferenceEngine::Match& m) { return m.doc == found.doc; });
  if (own == expected.end()) return text.str() + ", which does not match";
  return close(own->score, expected[rank].score) ? "" : text.str();
}

std::string Agreement::difference(const Expected& expected,
                                  const Answer& answer, std::size_t limit,
                                  bool count_all) {
  std::ostringstream text;
  const std::size_t wanted = std::min(limit, expected.size());
  if (answer.top.size() != wanted) {
    text << answer.top.size() << " hits, expected " << wanted;
    return text.str();
  }
  if (count_all && !answer.exact) return "the total is not exact";
  if (answer.exact ? answer.total != expected.size()
                   : answer.total > expected.size()) {
    text << "total " << answer.total << ", expected " << expected.size();
    return text.str();
  }
  if (answer.total < wanted) return "the total is below the number of hits";
  for (std::size_t rank = 0; rank < wanted; ++rank) {
    std::string wrong = rank_difference(expected, answer, rank);
    if (!wrong.empty()) return wrong;
    if (rank == 0) continue;
    const ScoredDoc& before = answer.top[rank - 1];
    const ScoredDoc& here = answer.top[rank];
    if (before.score < here.score ||
        (before.score == here.score && before.doc >= here.doc)) {
      return "hits are out of order at rank " + std::to_string(rank);
    }
  }
  return "";
}

AssertionResult Agreement::check_executor(const QueryTree& tree,
                                          const Expected& expected,
                                          std::size_t limit, bool count_all) {
  ExecutorResult result;
  if (Status status = executor_.search(tree, limit, count_all, result);
      !status) {
    return AssertionFailure() << status.message();
  }
  const Answer answer{result.top, result.total, result.exact};
  const std::string wrong = difference(expected, answer, limit, count_all);
  if (wrong.empty()) return AssertionSuccess();
  return AssertionFailure()
         << "limit " << limit << ", count_all " << count_all << ": " << wrong;
}

AssertionResult Agreement::check(const QueryTree& tree) {
  const Expected expected = reference_.search(tree);
  for (const std::size_t limit : kLimits) {
    for (const bool count_all : {false, true}) {
      AssertionResult result = check_executor(tree, expected, limit, count_all);
      if (!result) return result << "\nquery " << query_text(tree);
    }
  }
  std::uint64_t total = 0;
  if (Status status = executor_.count(tree, total); !status) {
    return AssertionFailure() << status.message();
  }
  if (total == expected.size()) return AssertionSuccess();
  return AssertionFailure()
         << "count " << total << ", expected " << expected.size() << "\nquery "
         << query_text(tree);
}

AssertionResult Agreement::check(const std::string& query, Operator operation,
                                 Syntax syntax) {
  const auto tree =
      parse(query, operation, syntax, analyzer_for(index_.stats().analyzer));
  if (!tree)
    return AssertionFailure() << query << ": " << tree.error().message();
  const Expected expected = reference_.search(*tree);
  SearchOptions options;
  options.operation = operation;
  options.syntax = syntax;
  const auto found = searcher_.search(query, options);
  if (!found)
    return AssertionFailure() << query << ": " << found.error().message();
  Answer answer{{}, found->total, found->exact};
  for (const Hit& hit : found->hits) {
    answer.top.push_back({hit.doc, hit.score});
    if (hit.id != reference_.documents()[hit.doc].id) {
      return AssertionFailure() << query << ": wrong id " << hit.id;
    }
  }
  const std::string wrong = difference(expected, answer, options.limit, true);
  if (!wrong.empty()) return AssertionFailure() << query << ": " << wrong;
  const auto total = searcher_.count(query, options);
  if (total && *total == expected.size()) return AssertionSuccess();
  return AssertionFailure() << query << ": wrong count";
}

}  // namespace kwic::testing
