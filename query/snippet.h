// SPDX-License-Identifier: Apache-2.0
// SnippetMaker: the passage of a document that shows best why it was found.
//
// Thread-safety: one thread at a time; it keeps buffers from text to text.
#ifndef KWIC_QUERY_SNIPPET_H_
#define KWIC_QUERY_SNIPPET_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analyzer.h"
#include "kwic/searcher.h"
#include "kwic/status.h"
#include "query/match_finder.h"
#include "query/passage.h"
#include "query/query_tree.h"

namespace kwic {

// A text that is read piece by piece.
struct TextSource {
  std::uint64_t size = 0;
  // Sets `out` to the bytes [begin, begin + size), cut at the text's end.
  std::function<Status(std::uint64_t begin, std::uint64_t size,
                       std::string& out)>
      read;
};

class SnippetMaker {
 public:
  explicit SnippetMaker(const Analyzer& analyzer) : analyzer_(analyzer) {}

  // What to look for from now on: the terms and phrases of the tree that a
  // document is found by, not those it must not have.
  void set_query(const QueryTree& tree) { finder_.set_query(tree); }

  // Sets `snippet` to at most `max_bytes` bytes around the best matches, or to
  // the beginning of a text without any. Reads no more than it must to find a
  // passage with all terms, and stops looking for a better one after a while.
  Status make(const TextSource& source, std::size_t max_bytes,
              Snippet& snippet);

 private:
  Status find_window(const TextSource& source, std::size_t max_bytes);
  void take_piece(std::string_view piece, std::uint64_t base,
                  std::size_t max_bytes);
  Status show(const TextSource& source, std::size_t max_bytes,
              Snippet& snippet);

  const Analyzer& analyzer_;
  MatchFinder finder_;
  std::vector<Match> matches_;  // of the text at hand, in order of begin
  MatchWindow window_;          // the best of them
  std::string piece_;
  TokenBuffer tokens_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_SNIPPET_H_
