// SPDX-License-Identifier: Apache-2.0
#include "index/run_compactor.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "index/file_appender.h"
#include "index/place_map.h"
#include "index/run_tables.h"

namespace kwic {
namespace {

constexpr std::size_t kWriteBufferBytes = std::size_t{256} << 10;
constexpr std::uint32_t kDocumentsPerCheck = 65536;

// Writes merged terms as a run again: terms to one file, entries to another.
class RunTermSink final : public TermSink {
 public:
  // `origins`: by document, the place of its position 0, modulo 2^32.
  RunTermSink(std::span<const std::uint32_t> origins, FileAppender& terms,
              FileAppender& entries)
      : origins_(origins), terms_(terms), out_(entries) {}

  Status begin_term(std::string_view term) override {
    term_ = term;
    before_ = written_;
    return {};
  }

  Status add(const Postings& postings) override {
    entries_.clear();
    std::size_t at = 0;
    for (std::size_t i = 0; i < postings.documents.size(); ++i) {
      const std::uint32_t origin = origins_[postings.documents[i]];
      for (std::uint32_t n = postings.frequencies[i]; n > 0; --n, ++at) {
        const std::uint32_t place =
            (origin + postings.positions[at]) & PlaceMap::kPlaceMask;
        entries_.push_back(place | std::uint32_t{postings.predecessors[at]}
                                       << PlaceMap::kPlaceBits);
      }
    }
    written_ += static_cast<std::uint32_t>(entries_.size());
    return out_.append({reinterpret_cast<const std::uint8_t*>(entries_.data()),
                        entries_.size() * sizeof(std::uint32_t)});
  }

  Status end_term() override {
    head_.clear();
    append_term_head(term_, written_ - before_, head_);
    return terms_.append(head_);
  }

  std::uint32_t written() const noexcept { return written_; }

 private:
  std::span<const std::uint32_t> origins_;
  FileAppender& terms_;
  FileAppender& out_;
  std::string term_;
  std::vector<std::uint8_t> head_;
  std::vector<std::uint32_t> entries_;
  std::uint32_t written_ = 0;
  std::uint32_t before_ = 0;  // written before the term
};

struct Output {
  FileAppender terms, entries;  // documents stand with the terms
};

Status merge_group(const CompactionOptions& options, std::span<const Run> group,
                   Output& out, Run& run) {
  run = {.predecessors = PlaceCodes::same(),
         .file = &out.terms.file(),
         .documents_begin = out.terms.size(),
         .entries_file = &out.entries.file(),
         .entries_begin = out.entries.size()};
  RunMerger merger(group, options.buffer_bytes);
  std::size_t most = 0;
  for (const Run& r : group) most += r.documents;
  std::vector<std::uint32_t> origins;
  origins.reserve(most);
  std::uint32_t places = 0;
  std::vector<std::uint8_t> record;
  Status s = merger.merge_documents([&](const RunDocument& document) {
    if (run.documents++ % kDocumentsPerCheck == 0) {
      if (Status p = options.checkpoint(0); !p) return p;
    }
    origins.push_back(places - document.first_position);
    places += document.length;
    record.clear();
    append_run_document(document, record);
    return append_record(record, out.terms);
  });
  if (!s) return s;
  run.terms_begin = out.terms.size();
  RunTermSink sink(origins, out.terms, out.entries);
  s = merger.merge_terms(sink, options.checkpoint);
  run.terms_end = out.terms.size();
  run.entries = sink.written();
  return s;
}

// How many of the runs may become one.
std::size_t group_size(const CompactionOptions& options,
                       std::span<const Run> runs) noexcept {
  std::size_t places = 0;
  std::size_t bytes = 0;
  std::size_t n = 0;
  while (n < std::min(options.width, runs.size())) {
    places += runs[n].entries;
    bytes += RunTables::memory_size(runs[n]) +
             runs[n].documents * sizeof(std::uint32_t);  // origins
    if (n > 0 &&
        (places > PlaceMap::kMostPlaces || bytes > options.table_bytes)) {
      break;
    }
    ++n;
  }
  return n;
}

// All runs are merged once more. `merged` may be as many.
Status merge_groups(const CompactionOptions& options, std::span<const Run> runs,
                    Output& out, std::vector<Run>& merged) {
  while (!runs.empty()) {
    const std::size_t n = group_size(options, runs);
    merged.emplace_back();
    Status s = merge_group(options, runs.first(n), out, merged.back());
    if (!s) return s;
    runs = runs.subspan(n);
  }
  return {};
}

}  // namespace

Status compact_runs(const CompactionOptions& options, std::vector<Run>& runs,
                    std::vector<std::unique_ptr<WritableFile>>& files) {
  for (bool fewer = true; fewer && runs.size() > options.width;) {
    auto terms = options.new_file();
    if (!terms) return terms.error();
    auto entries = options.new_file();
    if (!entries) return entries.error();
    Output out = {{*std::move(terms), kWriteBufferBytes},
                  {*std::move(entries), kWriteBufferBytes}};
    std::vector<Run> merged;
    if (Status s = merge_groups(options, runs, out, merged); !s) return s;
    if (Status s = out.terms.close_buffer(); !s) return s;
    if (Status s = out.entries.close_buffer(); !s) return s;
    files.push_back(out.terms.release());
    files.push_back(out.entries.release());
    fewer = merged.size() < runs.size();
    runs = std::move(merged);
  }
  return {};
}

}  // namespace kwic
