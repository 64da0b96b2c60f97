// SPDX-License-Identifier: Apache-2.0
// What kwic index tells about a build when it is over.
#ifndef KWIC_CLI_BUILD_REPORT_H_
#define KWIC_CLI_BUILD_REPORT_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json_lines.h"
#include "kwic/corpus.h"

namespace kwic::cli {

// "docs/a.png: binary file (PNG)".
std::string describe_skip(std::string_view path, SkipReason reason,
                          std::string_view detail);

// Keeps the first few things skipped for each reason.
class SkipExamples {
 public:
  void add(std::string_view path, SkipReason reason, std::string_view detail);

  // A line for each reason with its count, and the examples below it.
  std::string format(const CorpusReport& report) const;

 private:
  static constexpr std::size_t kKept = 3;
  std::array<std::vector<std::string>, kSkipReasonCount> kept_;
};

// The summary, a few lines.
std::string format_build(const std::string& path, const BuildFigures& figures);

// The most memory this process has had, in bytes.
std::uint64_t peak_memory_bytes();

}  // namespace kwic::cli

#endif  // KWIC_CLI_BUILD_REPORT_H_
