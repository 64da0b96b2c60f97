// SPDX-License-Identifier: Apache-2.0
// kwic search: queries in, hits out.
#include <unistd.h>

#include "cli/commands.h"
#include "cli/report.h"
#include "cli/search_answer.h"
#include "cli/terminal.h"

namespace kwic::cli {

const Manual kSearchManual = {
    "search", "search FILE QUERY... [OPTION]...",
    "find documents in an index, best first",
    "Find the documents that match a query and show them, best first. Several\n"
    "words of a query are joined by spaces:\n"
    "\n"
    "  one two          documents with both words (with --any: either)\n"
    "  one OR two       either word\n"
    "  one -two         the first but not the second, also: one NOT two\n"
    "  +one two         the first; the second makes a hit better\n"
    "  '\"one two\"'      exactly this phrase; the outer quotes are the "
    "shell's\n"
    "  (a OR b) c       groups",
    "Exit code: 0 with hits, 1 without, 2 on error.\n"
    "\n"
    "Examples:\n"
    "  kwic search docs.kwic security guarantees\n"
    "  kwic search docs.kwic '\"security guarantees\" -draft'\n"
    "  kwic search docs.kwic -- -draft security\n"
    "  kwic search docs.kwic --plain \"what does c++ (11) mean?\"\n"
    "  kwic search docs.kwic --ids --null word | xargs -0 ls -l\n"
    "  kwic search docs.kwic --batch queries.tsv --format trec > run.txt"};

namespace {

constexpr std::uint64_t kMostHits = 10000;
constexpr std::uint64_t kTrecHits = 1000;
constexpr std::uint64_t kNotGiven = ~std::uint64_t{0};

// The options as they are written.
struct SearchArguments {
  std::uint64_t limit = kNotGiven;
  std::uint64_t offset = 0;
  bool any = false, plain = false, no_snippet = false;
  bool json = false, count = false, ids = false, null_ended = false;
  SearchFormat format = SearchFormat::kText;
  bool format_given = false;
  ColorChoice color = ColorChoice::kAuto;
  std::string batch;
  std::string run_name = "kwic";
};

bool parse_format(std::string_view word, SearchArguments& given) {
  given.format_given = true;
  if (word == "text") return given.format = SearchFormat::kText, true;
  if (word == "json") return given.format = SearchFormat::kJson, true;
  if (word == "trec") return given.format = SearchFormat::kTrec, true;
  return false;
}

void declare(Arguments& arguments, SearchArguments& given) {
  arguments.count("-k,--limit",
                  "show at most N hits (default 10, and 1000 with "
                  "--format trec)",
                  given.limit, kMostHits);
  arguments.count("--offset", "pass over the first N hits", given.offset,
                  kMostHits);
  arguments.flag("--any", "accept documents with any of the words", given.any);
  arguments.flag("--plain",
                 "take the query as text without operators, but for phrases in "
                 "double quotes; never a syntax error",
                 given.plain);
  arguments.flag("--json", "print JSON lines: hits, then a summary",
                 given.json);
  arguments.flag("--count", "print the number of matching documents only",
                 given.count);
  arguments.flag("--ids", "print the ids of the hits only", given.ids);
  arguments.flag("-0,--null", "end each id with a NUL byte, unchanged",
                 given.null_ended);
  arguments.flag("--no-snippet", "leave the snippets out", given.no_snippet);
  arguments.choice(
      "--color", "auto|always|never", "mark matches by colour",
      [&](std::string_view word) { return parse_color(word, given.color); });
  arguments.text("--batch", "QUERIES",
                 "answer each line of a file (\"-\": standard input), an id, a "
                 "tab and a query",
                 given.batch);
  arguments.choice(
      "--format", "text|json|trec",
      "how to print; trec is a run file, with --batch only",
      [&](std::string_view word) { return parse_format(word, given); });
  arguments.text("--run-name", "TAG", "last column of the run file (kwic)",
                 given.run_name);
}

// A sentence on what does not go together, or "".
std::string_view contradiction(const SearchArguments& given) {
  const int outputs = int{given.json} + int{given.count} + int{given.ids} +
                      int{given.format_given};
  if (outputs > 1) {
    return "--json, --count, --ids and --format exclude each other. "
           "Choose one.";
  }
  if (given.null_ended && !given.ids) return "--null goes with --ids.";
  if (given.null_ended && !given.batch.empty()) {
    return "--null does not go with --batch.";
  }
  if (given.format == SearchFormat::kTrec && given.batch.empty()) {
    return "--format trec goes with --batch.";
  }
  const std::uint64_t limit = given.limit == kNotGiven ? 0 : given.limit;
  if (limit + given.offset > kMostHits) {
    return "--limit and --offset together reach 10,000 hits at most.";
  }
  return "";
}

SearchFormat chosen_format(const SearchArguments& given) {
  if (given.json) return SearchFormat::kJson;
  if (given.count) return SearchFormat::kCount;
  if (given.ids) return SearchFormat::kIds;
  return given.format;
}

SearchRequest make_request(const SearchArguments& given) {
  SearchRequest request;
  request.format = chosen_format(given);
  const bool trec = request.format == SearchFormat::kTrec;
  const std::uint64_t standard = trec ? kTrecHits : request.options.limit;
  request.options.limit = given.limit == kNotGiven ? standard : given.limit;
  request.options.offset = given.offset;
  request.options.syntax = given.plain ? Syntax::kPlain : Syntax::kQuery;
  request.options.operation = given.any ? Operator::kOr : Operator::kAnd;
  if (given.no_snippet) request.options.snippet_bytes = 0;
  request.layout = {style_for(use_color(given.color, STDOUT_FILENO)),
                    terminal_width(STDOUT_FILENO)};
  request.null_ended = given.null_ended;
  request.run_name = given.run_name;
  return request;
}

std::string join(const std::vector<std::string>& words, std::size_t first) {
  std::string out;
  for (std::size_t i = first; i < words.size(); ++i) {
    if (i > first) out += ' ';
    out += words[i];
  }
  return out;
}

int search_one(const std::string& query, Searcher& searcher,
               const std::string& path, const SearchRequest& request,
               Output& out) {
  const Result<Answer> result = answer(searcher, query, request);
  if (!result && result.error().code() == StatusCode::kSyntax) {
    return fail_query(query, result.error());
  }
  if (!result) return fail_at(path, result.error());
  print_answer(*result, query, request, out);
  return result->result.total == 0 ? kExitNone : kExitOk;
}

}  // namespace

int run_search(const Words& words) {
  SearchArguments given;
  Arguments arguments(kSearchManual);
  declare(arguments, given);
  if (auto exit = arguments.parse(words, 1, ~std::size_t{0})) return *exit;
  const std::string_view problem = contradiction(given);
  if (!problem.empty()) return fail("search: " + std::string(problem));
  const std::vector<std::string>& positionals = arguments.positionals();
  const std::string& path = positionals[0];
  if (given.batch.empty() && positionals.size() < 2) {
    return fail("search: no query given. Example: kwic search " + path +
                " two words");
  }
  if (!given.batch.empty() && positionals.size() > 1) {
    return fail("search: a query and --batch exclude each other.");
  }

  const Result<Index> index = Index::open(path);
  if (!index) return fail_open(path, index.error());
  Searcher searcher(*index);
  const SearchRequest request = make_request(given);
  Output out(STDOUT_FILENO);
  const int exit =
      given.batch.empty()
          ? search_one(join(positionals, 1), searcher, path, request, out)
          : run_batch(given.batch, searcher, request, out);
  return out.finish(exit);
}

}  // namespace kwic::cli
