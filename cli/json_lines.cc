// SPDX-License-Identifier: Apache-2.0
#include "cli/json_lines.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/numbers.h"
#include "cli/safe_text.h"

namespace kwic::cli {
namespace {

// Keeps members in the order they were added.
using Json = nlohmann::ordered_json;

std::string dump(const Json& value, int indent = -1) {
  return safe_json(value.dump(indent, ' ', /*ensure_ascii=*/false,
                              Json::error_handler_t::replace)) +
         "\n";
}

// The double whose shortest form is that of the float: 1.23, not
// 1.2300000190734863.
double as_written(float value) {
  const std::string text = format_float(value);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

Json start(std::string_view type, const JsonHitOptions& options) {
  Json line = Json::object();
  line["type"] = type;
  if (options.qid != nullptr) line["qid"] = *options.qid;
  return line;
}

Json section_json(const SectionInfo& section) {
  return {{"kind", section.kind},          {"element", section.element},
          {"flags", section.flags},        {"part", section.part},
          {"offset", section.offset},      {"size", section.size},
          {"payload", section.payload},    {"hash_low", section.hash_low},
          {"hash_high", section.hash_high}};
}

}  // namespace

std::string json_hit(const Hit& hit, std::size_t rank,
                     const JsonHitOptions& options) {
  Json line = start("hit", options);
  line["rank"] = rank;
  line["id"] = hit.id;
  line["title"] = hit.title;
  line["score"] = as_written(hit.score);
  if (options.snippet) line["snippet"] = hit.snippet.text;
  return dump(line);
}

std::string json_summary(std::uint64_t total, bool exact, std::uint64_t micros,
                         const JsonHitOptions& options) {
  Json line = start("summary", options);
  line["total"] = total;
  line["exact"] = exact;
  line["micros"] = micros;
  return dump(line);
}

std::string json_term(const TermStats& term) {
  return dump(Json{{"term", term.term},
                   {"documents", term.documents},
                   {"occurrences", term.occurrences}});
}

std::string json_stats(const Index& index) {
  const IndexStats stats = index.stats();
  Json object = {{"documents", stats.documents},
                 {"terms", stats.terms},
                 {"tokens", stats.tokens},
                 {"postings", stats.postings},
                 {"text_bytes", stats.text_bytes},
                 {"file_bytes", stats.file_bytes},
                 {"analyzer", analyzer_name(stats.analyzer)},
                 {"has_text", stats.has_text},
                 {"has_times", stats.has_times},
                 {"has_hashes", stats.has_hashes},
                 {"format_major", stats.format_major},
                 {"format_minor", stats.format_minor}};
  Json sections = Json::array();
  for (const SectionInfo& section : index.sections()) {
    sections.push_back({{"name", section.name},
                        {"part", section.part},
                        {"bytes", section.size},
                        {"count", section.count}});
  }
  object["sections"] = std::move(sections);
  return dump(object, 2);
}

std::string json_dump(const Index& index) {
  const IndexStats stats = index.stats();
  Json sections = Json::array();
  for (const SectionInfo& section : index.sections()) {
    sections.push_back(section_json(section));
  }
  const Json header = {{"format_major", stats.format_major},
                       {"format_minor", stats.format_minor},
                       {"analyzer_kind", static_cast<int>(stats.analyzer)},
                       {"analyzer_version", stats.analyzer_version},
                       {"features_compatible", stats.features_compatible},
                       {"features_incompatible", stats.features_incompatible},
                       {"root_size", stats.root_size},
                       {"file_size", stats.file_bytes},
                       {"documents", stats.documents},
                       {"terms", stats.terms},
                       {"tokens", stats.tokens},
                       {"postings", stats.postings},
                       {"text_bytes", stats.text_bytes},
                       {"part_size", stats.part_size},
                       {"bm25_k1", as_written(stats.bm25_k1)},
                       {"bm25_b", as_written(stats.bm25_b)}};
  const Json root = {{"header", header}, {"sections", std::move(sections)}};
  return dump(root, 2);
}

std::string json_verify(const VerifyReport& report) {
  Json problems = Json::array();
  for (const VerifyProblem& problem : report.problems) {
    problems.push_back({{"section", problem.section},
                        {"offset", problem.offset},
                        {"message", problem.message}});
  }
  return dump(Json{{"good", report.ok()},
                   {"bytes_checked", report.bytes_checked},
                   {"problems", std::move(problems)}});
}

std::string json_build(const std::string& path, const BuildFigures& figures) {
  const BuildSummary& summary = figures.summary;
  Json skipped = Json::object();
  for (int i = 0; i < kSkipReasonCount; ++i) {
    const std::uint64_t n = figures.corpus.skipped[i];
    if (n > 0) skipped[skip_reason_name(static_cast<SkipReason>(i))] = n;
  }
  return dump(Json{{"file", path},
                   {"documents", summary.documents},
                   {"tokens", summary.tokens},
                   {"terms", summary.terms},
                   {"postings", summary.postings},
                   {"text_bytes", summary.text_bytes},
                   {"file_bytes", summary.file_bytes},
                   {"runs_spilled", summary.runs_spilled},
                   {"skipped", std::move(skipped)},
                   {"seconds", figures.seconds},
                   {"peak_memory_bytes", figures.peak_memory_bytes}});
}

std::string_view analyzer_name(AnalyzerKind kind) {
  return kind == AnalyzerKind::kSimple ? "simple" : "standard";
}

}  // namespace kwic::cli
