// SPDX-License-Identifier: Apache-2.0
#include "cli/search_answer.h"

#include <chrono>
#include <sstream>

#include "cli/json_lines.h"
#include "cli/numbers.h"
#include "cli/safe_text.h"

namespace kwic::cli {
namespace {

std::size_t first_rank(const SearchRequest& request) {
  return request.options.offset + 1;
}

// Several words and nothing else, so that --any could find more.
bool is_just_words(const std::string& query) {
  if (query.find_first_of("\"()") != std::string::npos) return false;
  std::istringstream words(query);
  std::string word;
  std::size_t count = 0;
  for (; words >> word; ++count) {
    if (word[0] == '+' || word[0] == '-' || word == "OR" || word == "NOT") {
      return false;
    }
  }
  return count > 1;
}

// The line below the hits.
std::string closing_line(const Answer& answer, const std::string& query,
                         const SearchRequest& request) {
  const SearchResult& result = answer.result;
  if (result.total == 0) {
    const bool all = request.options.operation == Operator::kAnd;
    return all && is_just_words(query)
               ? "No document matches. Any of the words: --any"
               : "No document matches.";
  }
  std::string total = format_count(result.total, "document");
  if (!result.exact) total = "at least " + total;
  if (result.hits.size() < result.total) {
    total = format_count(result.hits.size()) + " of " + total;
  }
  const double millis = static_cast<double>(answer.micros) / 1000;
  return total + " in " + format_fixed(millis, 3) + " ms";
}

void print_text(const Answer& answer, const std::string& query,
                const SearchRequest& request, Output& out) {
  std::size_t rank = first_rank(request);
  for (const Hit& hit : answer.result.hits) {
    out.raw(format_hit(hit, rank++, request.layout));
    out.raw("\n");
  }
  const Style& style = request.layout.style;
  out.raw(style.faint);
  out.raw(closing_line(answer, query, request));
  out.raw(style.reset);
  out.raw("\n");
}

void print_json(const Answer& answer, const SearchRequest& request,
                Output& out) {
  const JsonHitOptions options = {request.qid,
                                  request.options.snippet_bytes > 0};
  std::size_t rank = first_rank(request);
  for (const Hit& hit : answer.result.hits) {
    out.raw(json_hit(hit, rank++, options));
  }
  out.raw(json_summary(answer.result.total, answer.result.exact, answer.micros,
                       options));
}

// White space and unsafe bytes of an id would break the columns of a run file;
// they are written as in URLs: "a b" -> "a%20b".
std::string trec_id(std::string_view id) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (std::size_t pos = 0; pos < id.size();) {
    const std::size_t start = pos;
    const char32_t c = next_code_point(id, pos);
    const std::string_view bytes = id.substr(start, pos - start);
    if (c != ' ' && c != kInvalidCodePoint && !is_unsafe(c)) {
      out += bytes;
      continue;
    }
    for (char byte : bytes) {
      const auto value = static_cast<unsigned char>(byte);
      out.append({'%', kHex[value >> 4], kHex[value & 15]});
    }
  }
  return out;
}

void print_trec(const Answer& answer, const SearchRequest& request,
                Output& out) {
  std::size_t rank = first_rank(request);
  const std::string qid = trec_id(*request.qid);
  for (const Hit& hit : answer.result.hits) {
    out.raw(qid + " Q0 " + trec_id(hit.id) + " " + std::to_string(rank++) +
            " " + format_float(hit.score) + " " + trec_id(request.run_name) +
            "\n");
  }
}

void print_ids(const Answer& answer, const SearchRequest& request,
               Output& out) {
  for (const Hit& hit : answer.result.hits) {
    if (request.null_ended) {
      out.raw(hit.id);
      out.raw(std::string_view("\0", 1));
      continue;
    }
    if (request.qid != nullptr) out.raw(safe_text(*request.qid) + "\t");
    out.text(hit.id);
    out.raw("\n");
  }
}

void print_count(const Answer& answer, const SearchRequest& request,
                 Output& out) {
  if (request.qid != nullptr) out.raw(safe_text(*request.qid) + "\t");
  out.raw(std::to_string(answer.result.total) + "\n");
}

// Options of the library for what the format shows.
SearchOptions fitted(const SearchRequest& request) {
  SearchOptions options = request.options;
  const SearchFormat format = request.format;
  options.count_all =
      format == SearchFormat::kText || format == SearchFormat::kJson;
  if (!options.count_all) options.snippet_bytes = 0;
  return options;
}

}  // namespace

Result<Answer> answer(Searcher& searcher, const std::string& query,
                      const SearchRequest& request) {
  using Clock = std::chrono::steady_clock;
  Answer answer;
  const Clock::time_point start = Clock::now();
  if (request.format == SearchFormat::kCount) {
    Result<std::uint64_t> total = searcher.count(query, request.options);
    if (!total) return total.error();
    answer.result.total = *total;
  } else {
    Result<SearchResult> result = searcher.search(query, fitted(request));
    if (!result) return result.error();
    answer.result = *std::move(result);
  }
  const auto spent = Clock::now() - start;
  answer.micros = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
  return answer;
}

void print_answer(const Answer& answer, const std::string& query,
                  const SearchRequest& request, Output& out) {
  switch (request.format) {
    case SearchFormat::kText: print_text(answer, query, request, out); break;
    case SearchFormat::kJson: print_json(answer, request, out); break;
    case SearchFormat::kTrec: print_trec(answer, request, out); break;
    case SearchFormat::kIds: print_ids(answer, request, out); break;
    case SearchFormat::kCount: print_count(answer, request, out); break;
  }
}

}  // namespace kwic::cli
