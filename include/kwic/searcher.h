// SPDX-License-Identifier: Apache-2.0
// Searcher: queries in, hits out.
//
//     kwic::Searcher searcher(index);                   // one per thread
//     auto result = searcher.search(R"("security guarantees" -NATO)");
//     if (!result) return report(result.error());
//     for (const kwic::Hit& hit : result->hits)
//       std::cout << hit.id << ": " << hit.snippet.text << "\n";
//
// The query language (SearchOptions::syntax == Syntax::kQuery):
//
//     one two            both words (Operator::kAnd, the default) or any
//     one OR two         either; binds weaker than AND
//     one AND two        both
//     NOT one, -one      documents without it
//     +one two           one is required, two is welcome
//     "one two"          the exact phrase, stop words included
//     (one OR two) three groups, at most 64 deep
//
// Operators are upper case. A word of several parts, such as de-escalation,
// finds them in a row or joined. Errors are kSyntax with position().
//
// Plain text (Syntax::kPlain) is whatever a person types: punctuation is never
// an operator, except that text between two double quotes is a phrase, and it
// never fails.
//
// Ranking is BM25 with k1 = 1.2 and b = 0.75, exact to float precision:
//     idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5))
//     score = sum over words of idf * tf / (tf + k1 * (1 - b + b * dl / avgdl))
// (Robertson and Zaragoza 2009, without the constant factor k1 + 1). A phrase
// scores as one unit: the sum of its words' idf, and its number of occurrences
// as tf. Of equal scores the lower DocId (bytewise smaller id) comes first.
//
// Thread-safety: a Searcher belongs to one thread at a time; any number of
// them share an Index.
#ifndef KWIC_SEARCHER_H_
#define KWIC_SEARCHER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kwic/export.h"
#include "kwic/index.h"
#include "kwic/status.h"

namespace kwic {

enum class Syntax { kQuery, kPlain };

// What a space between two words means.
enum class Operator { kAnd, kOr };

struct SearchOptions {
  std::size_t limit = 10;  // hits wanted, at most 10,000
  std::size_t offset = 0;  // hits to pass over first; offset + limit <= 10,000
  Syntax syntax = Syntax::kQuery;
  Operator operation = Operator::kAnd;

  // Whether SearchResult::total must be exact. Without it, ranking may stop
  // counting where it can prove that no better hit follows.
  bool count_all = true;

  // Fill Hit::id, title and snippet. Without it only doc and score are set.
  bool fill = true;

  // Longest snippet in bytes of text; 0 for none. Needs a stored text.
  std::size_t snippet_bytes = 240;
};

// A passage of the document around its best matches.
struct Snippet {
  // Taken from the stored text: valid UTF-8 (other bytes became U+FFFD), runs
  // of white space became one space, control characters are gone.
  std::string text;
  // Byte ranges of `text` that matched, ascending, not overlapping.
  struct Range {
    std::uint32_t begin = 0, end = 0;
  };
  std::vector<Range> matches;
  bool cut_before = false;  // text precedes it in the document
  bool cut_after = false;   // text follows it
};

struct Hit {
  DocId doc = 0;
  float score = 0;
  std::string id;
  std::string title;
  Snippet snippet;
};

struct SearchResult {
  std::vector<Hit> hits;    // best first
  std::uint64_t total = 0;  // documents that match
  bool exact = true;        // total is exact; else a lower bound
};

// A document and its score, without anything filled in.
struct ScoredDoc {
  DocId doc = 0;
  float score = 0;
};

class KWIC_EXPORT Searcher {
 public:
  explicit Searcher(Index index);
  Searcher(Searcher&&) noexcept;
  Searcher& operator=(Searcher&&) noexcept;
  ~Searcher();

  // Runs a query. Errors: kSyntax with a position, kLimit for a query beyond
  // the documented limits, kInvalidArgument, kCorrupt where the search needed
  // bytes that make no sense.
  Result<SearchResult> search(std::string_view query,
                              const SearchOptions& options = {});

  // The same into a result that is used again and again: a query that ran
  // before, with SearchOptions::fill off, then allocates no memory. After an
  // error `result` is empty.
  Status search(std::string_view query, const SearchOptions& options,
                SearchResult& result);

  // The number of documents that match.
  Result<std::uint64_t> count(std::string_view query,
                              const SearchOptions& options = {});

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The query as the searcher understands it, in a form for people, such as
// (AND "security guarantees" (NOT nato)). For learning and for bug reports.
KWIC_EXPORT Result<std::string> explain_query(
    const Index& index, std::string_view query,
    const SearchOptions& options = {});

}  // namespace kwic

#endif  // KWIC_SEARCHER_H_
