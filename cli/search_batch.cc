// SPDX-License-Identifier: Apache-2.0
// Batches of queries: lines `qid<TAB>query`.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "cli/report.h"
#include "cli/search_answer.h"

namespace kwic::cli {
namespace {

// Where a line is, for messages.
struct LinePlace {
  const std::string& file;
  std::size_t number;
  std::string prefix() const {
    return file + ":" + std::to_string(number) + ": ";
  }
};

struct BatchQuery {
  std::string qid;
  std::string text;
};

// False, with a message, for a line that has no tab or no qid.
bool parse_line(const std::string& line, const LinePlace& place,
                BatchQuery& query) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string::npos || tab == 0) {
    fail(place.prefix() + "expected an id, a tab and a query. Line skipped.");
    return false;
  }
  query.qid = line.substr(0, tab);
  query.text = line.substr(tab + 1);
  return true;
}

// Answers one query; the exit code it would have alone.
int answer_one(const BatchQuery& query, const LinePlace& place,
               Searcher& searcher, SearchRequest& request, Output& out) {
  request.qid = &query.qid;
  const Result<Answer> result = answer(searcher, query.text, request);
  if (!result) {
    return fail(place.prefix() + sentence(result.error().message()) +
                " Query skipped.");
  }
  if (request.format == SearchFormat::kText) {
    out.text(query.qid + ": " + query.text);
    out.raw("\n\n");
  }
  print_answer(*result, query.text, request, out);
  if (request.format == SearchFormat::kText) out.raw("\n");
  const bool none = request.format == SearchFormat::kCount
                        ? result->result.total == 0
                        : result->result.hits.empty();
  return none ? kExitNone : kExitOk;
}

int answer_all(std::istream& in, const std::string& name, Searcher& searcher,
               SearchRequest request, Output& out) {
  bool any_hit = false, any_error = false;
  std::string line;
  for (std::size_t number = 1; !out.failed() && std::getline(in, line);
       ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const LinePlace place = {name, number};
    BatchQuery query;
    const int exit = parse_line(line, place, query)
                         ? answer_one(query, place, searcher, request, out)
                         : kExitError;
    any_hit |= exit == kExitOk;
    any_error |= exit == kExitError;
  }
  if (in.bad()) return fail(name + ": reading failed.");
  if (any_error) return kExitError;
  return any_hit ? kExitOk : kExitNone;
}

}  // namespace

int run_batch(const std::string& batch_path, Searcher& searcher,
              const SearchRequest& request, Output& out) {
  if (batch_path == "-") {
    return answer_all(std::cin, "standard input", searcher, request, out);
  }
  errno = 0;
  std::ifstream in(batch_path, std::ios::binary);
  if (!in) {
    return fail("cannot read the queries in " + in_quotes(batch_path) + ": " +
                std::strerror(errno) + ".");
  }
  return answer_all(in, batch_path, searcher, request, out);
}

}  // namespace kwic::cli
