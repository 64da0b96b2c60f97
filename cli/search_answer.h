// SPDX-License-Identifier: Apache-2.0
// What kwic search was asked for, and how it prints the answer to one query.
#ifndef KWIC_CLI_SEARCH_ANSWER_H_
#define KWIC_CLI_SEARCH_ANSWER_H_

#include <cstdint>
#include <string>

#include "cli/hit_printer.h"
#include "cli/output.h"
#include "kwic/searcher.h"

namespace kwic::cli {

enum class SearchFormat { kText, kJson, kTrec, kIds, kCount };

struct SearchRequest {
  SearchFormat format = SearchFormat::kText;
  SearchOptions options;
  HitLayout layout;
  bool null_ended = false;           // ids as they are, each with a NUL
  std::string run_name = "kwic";     // last column of a TREC run
  const std::string* qid = nullptr;  // of the query, in a batch
};

// An answer and how long it took.
struct Answer {
  SearchResult result;
  std::uint64_t micros = 0;
};

// Runs one query; only what the format needs is fetched.
Result<Answer> answer(Searcher& searcher, const std::string& query,
                      const SearchRequest& request);

// Prints an answer in the format asked for.
void print_answer(const Answer& answer, const std::string& query,
                  const SearchRequest& request, Output& out);

// Answers the lines `qid<TAB>query` of a file, or of standard input for "-".
// Returns the exit code.
int run_batch(const std::string& batch_path, Searcher& searcher,
              const SearchRequest& request, Output& out);

}  // namespace kwic::cli

#endif  // KWIC_CLI_SEARCH_ANSWER_H_
