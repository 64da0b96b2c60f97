// SPDX-License-Identifier: Apache-2.0
// Executor: a query tree in, the best documents and their number out.
//
// It chooses a plan by the tree's shape (one term, any of several, all of
// several, a phrase, or the general one) and every plan gives the same answer.
//
// Thread-safety: one thread at a time; it keeps buffers from query to query.
#ifndef KWIC_QUERY_EXECUTOR_H_
#define KWIC_QUERY_EXECUTOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "format/index_file.h"
#include "format/term_dictionary.h"
#include "kwic/searcher.h"
#include "kwic/status.h"
#include "query/query_tree.h"

namespace kwic {

struct ExecutorResult {
  std::vector<ScoredDoc> top;  // best first; ties by lower document id
  std::uint64_t total = 0;
  bool exact = true;  // total is exact, else a lower bound
};

class Executor {
 public:
  // Views into both, which must outlive this.
  Executor(const IndexFile& file, const TermDictionary& dictionary);
  ~Executor();

  // The `limit` best documents. With `count_all` the total is exact.
  Status search(const QueryTree& tree, std::size_t limit, bool count_all,
                ExecutorResult& result);
  Status count(const QueryTree& tree, std::uint64_t& total);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_EXECUTOR_H_
