// SPDX-License-Identifier: Apache-2.0
#include "cli/build_report.h"

#include <sys/resource.h>

#include <algorithm>

#include "cli/numbers.h"
#include "cli/safe_text.h"

namespace kwic::cli {

std::string describe_skip(std::string_view path, SkipReason reason,
                          std::string_view detail) {
  std::string line = std::string(path) + ": " + skip_reason_name(reason);
  if (!detail.empty()) line.append(" (").append(detail) += ')';
  return safe_text(line);
}

void SkipExamples::add(std::string_view path, SkipReason reason,
                       std::string_view detail) {
  const auto number = static_cast<std::size_t>(reason);
  if (number >= kept_.size() || kept_[number].size() >= kKept) return;
  std::string line(path);
  if (!detail.empty()) line.append(" (").append(detail) += ')';
  kept_[number].push_back(safe_text(line));
}

std::string SkipExamples::format(const CorpusReport& report) const {
  std::string out;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    const std::uint64_t count = report.skipped[i];
    if (count == 0) continue;
    out += "  skipped    " + format_count(count) + ": " +
           skip_reason_name(static_cast<SkipReason>(i)) + "\n";
    for (const std::string& example : kept_[i]) {
      out += "             " + example + "\n";
    }
    const std::uint64_t rest =
        count - std::min<std::uint64_t>(count, kept_[i].size());
    if (rest > 0) out += "             and " + format_count(rest) + " more\n";
  }
  return out;
}

std::string format_build(const std::string& path, const BuildFigures& figures) {
  const BuildSummary& summary = figures.summary;
  const double pace =
      static_cast<double>(summary.text_bytes) / std::max(figures.seconds, 1e-6);
  std::string size = format_bytes(summary.text_bytes) + " of text in, " +
                     format_bytes(summary.file_bytes) + " out";
  if (summary.text_bytes > 0) {
    size += " (" + format_share(summary.file_bytes, summary.text_bytes) + ")";
  }
  return safe_text(path) + "\n  documents  " + format_count(summary.documents) +
         "\n  tokens     " + format_count(summary.tokens) + "\n  terms      " +
         format_count(summary.terms) + "\n  size       " + size +
         "\n  time       " + format_seconds(figures.seconds) + ", " +
         format_bytes(static_cast<std::uint64_t>(pace)) + "/s" +
         "\n  memory     " + format_bytes(figures.peak_memory_bytes) + "\n";
}

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  const auto peak = static_cast<std::uint64_t>(usage.ru_maxrss);
#if defined(__APPLE__)
  return peak;  // bytes there
#else
  return peak * 1024;
#endif
}

}  // namespace kwic::cli
