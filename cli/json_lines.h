// SPDX-License-Identifier: Apache-2.0
// JSON for programs. Always valid: bytes that are not UTF-8 become U+FFFD, and
// characters a terminal might act on are written as \u escapes.
#ifndef KWIC_CLI_JSON_LINES_H_
#define KWIC_CLI_JSON_LINES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "kwic/corpus.h"
#include "kwic/index.h"
#include "kwic/index_builder.h"
#include "kwic/searcher.h"

namespace kwic::cli {

// A hit or a count belongs to a query of a batch, or to the only one.
struct JsonHitOptions {
  const std::string* qid = nullptr;  // null: no such member
  bool snippet = true;
};

// Each ends in a line end.
std::string json_hit(const Hit& hit, std::size_t rank,
                     const JsonHitOptions& options);
std::string json_summary(std::uint64_t total, bool exact, std::uint64_t micros,
                         const JsonHitOptions& options);
std::string json_term(const TermStats& term);
std::string json_stats(const Index& index);
std::string json_dump(const Index& index);
std::string json_verify(const VerifyReport& report);

// What a build did.
struct BuildFigures {
  BuildSummary summary;
  CorpusReport corpus;
  double seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
};
std::string json_build(const std::string& path, const BuildFigures& figures);

// "standard" or "simple".
std::string_view analyzer_name(AnalyzerKind kind);

}  // namespace kwic::cli

#endif  // KWIC_CLI_JSON_LINES_H_
