// SPDX-License-Identifier: Apache-2.0
// kwic stats: figures of an index and the sizes of its sections.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/numbers.h"
#include "cli/output.h"
#include "cli/report.h"

namespace kwic::cli {

const Manual kStatsManual = {
    "stats", "stats FILE [OPTION]...", "show figures and sizes of an index",
    "Show how many documents, terms and postings an index holds, and the "
    "bytes\n"
    "of each of its sections with their share of the text.",
    "Examples:\n"
    "  kwic stats docs.kwic\n"
    "  kwic stats docs.kwic --json"};

namespace {

// One section with all its parts.
struct SectionSum {
  std::string_view name;
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
};

std::vector<SectionSum> sum_sections(const Index& index) {
  std::vector<SectionSum> sums;
  for (const SectionInfo& section : index.sections()) {
    auto at = std::find_if(sums.begin(), sums.end(), [&](const auto& sum) {
      return sum.name == section.name;
    });
    if (at == sums.end()) at = sums.insert(sums.end(), {section.name, 0, 0});
    at->bytes += section.size;
    at->count += section.count;
  }
  return sums;
}

std::string pad_left(std::string text, std::size_t columns) {
  if (text.size() < columns) text.insert(0, columns - text.size(), ' ');
  return text;
}

std::string pad_right(std::string_view text, std::size_t columns) {
  std::string padded(text);
  if (padded.size() < columns) padded.resize(columns, ' ');
  return padded;
}

void print_figure(std::string_view name, const std::string& value,
                  Output& out) {
  out.raw(pad_right(name, 20) + pad_left(value, 18) + "\n");
}

void print_row(std::string_view name, std::uint64_t bytes, std::uint64_t text,
               const std::string& count, Output& out) {
  out.raw(pad_right(name, 20) + pad_left(format_count(bytes), 18) +
          pad_left(format_share(bytes, text), 12) +
          (count.empty() ? "" : pad_left(count, 18)) + "\n");
}

void print_sections(const Index& index, Output& out) {
  const IndexStats stats = index.stats();
  out.raw("\n");
  out.raw(pad_right("section", 20) + pad_left("bytes", 18) +
          pad_left("of text", 12) + pad_left("elements", 18) + "\n");
  std::uint64_t rest = stats.file_bytes;
  for (const SectionSum& sum : sum_sections(index)) {
    print_row(sum.name, sum.bytes, stats.text_bytes, format_count(sum.count),
              out);
    rest -= std::min(rest, sum.bytes);
  }
  print_row("root and padding", rest, stats.text_bytes, "", out);
  print_row("whole file", stats.file_bytes, stats.text_bytes, "", out);
}

void print_stats(const Index& index, Output& out) {
  const IndexStats stats = index.stats();
  print_figure("documents", format_count(stats.documents), out);
  print_figure("terms", format_count(stats.terms), out);
  print_figure("tokens", format_count(stats.tokens), out);
  print_figure("postings", format_count(stats.postings), out);
  print_figure("bytes of text", format_count(stats.text_bytes), out);
  print_figure("bytes of file", format_count(stats.file_bytes), out);
  print_figure("analyzer", std::string(analyzer_name(stats.analyzer)), out);
  print_figure("text stored", stats.has_text ? "yes" : "no", out);
  print_figure("times kept", stats.has_times ? "yes" : "no", out);
  print_figure("hashes kept", stats.has_hashes ? "yes" : "no", out);
  print_figure("format",
               std::to_string(stats.format_major) + "." +
                   std::to_string(stats.format_minor),
               out);
  print_sections(index, out);
}

}  // namespace

int run_stats(const Words& words) {
  bool json = false;
  Arguments arguments(kStatsManual);
  arguments.flag("--json", "print one JSON object", json);
  if (auto exit = arguments.parse(words, 1, 1)) return *exit;
  const std::string& path = arguments.positionals()[0];
  const Result<Index> index = Index::open(path);
  if (!index) return fail_open(path, index.error());
  Output out(STDOUT_FILENO);
  if (json) {
    out.raw(json_stats(*index));
  } else {
    print_stats(*index, out);
  }
  return out.finish(kExitOk);
}

}  // namespace kwic::cli
