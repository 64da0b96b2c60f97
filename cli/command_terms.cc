// SPDX-License-Identifier: Apache-2.0
// kwic terms: the words of the dictionary.
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <string>

#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/numbers.h"
#include "cli/output.h"
#include "cli/report.h"

namespace kwic::cli {

const Manual kTermsManual = {
    "terms", "terms FILE [PREFIX] [OPTION]...", "list the terms of an index",
    "List the terms of an index that begin with PREFIX, or all, in bytewise\n"
    "order: the number of documents with the term, of its occurrences, and "
    "the\n"
    "term as the analyzer made it (in lower case).",
    "Examples:\n"
    "  kwic terms docs.kwic secur\n"
    "  kwic terms docs.kwic --limit 100\n"
    "  kwic terms docs.kwic | sort -n | tail    the terms in most documents"};

namespace {

std::string format_term(const TermStats& term) {
  std::string documents = std::to_string(term.documents);
  std::string occurrences = std::to_string(term.occurrences);
  if (documents.size() < 10) documents.insert(0, 10 - documents.size(), ' ');
  if (occurrences.size() < 12) {
    occurrences.insert(0, 12 - occurrences.size(), ' ');
  }
  return documents + occurrences + "  ";
}

bool has_capital(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

int run_terms(const Words& words) {
  bool json = false;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  Arguments arguments(kTermsManual);
  arguments.count("--limit", "list at most N terms (default: all)", limit,
                  limit);
  arguments.flag("--json", "print JSON lines", json);
  if (auto exit = arguments.parse(words, 1, 2)) return *exit;
  const std::string& path = arguments.positionals()[0];
  const std::string prefix =
      arguments.positionals().size() > 1 ? arguments.positionals()[1] : "";
  const Result<Index> index = Index::open(path);
  if (!index) return fail_open(path, index.error());

  Output out(STDOUT_FILENO);
  std::uint64_t listed = 0;
  const Status status = index->terms(prefix, [&](const TermStats& term) {
    if (listed++ == limit || out.failed()) return false;
    if (json) {
      out.raw(json_term(term));
    } else {
      out.raw(format_term(term));
      out.text(term.term);
      out.raw("\n");
    }
    return true;
  });
  if (status.ok() && listed == 0 && has_capital(prefix)) {
    print_error("kwic: no term begins with " + in_quotes(prefix) +
                "; terms are in lower case.");
  }
  const int exit = out.finish(kExitOk);
  return status.ok() ? exit : fail_at(path, status);
}

}  // namespace kwic::cli
