// SPDX-License-Identifier: Apache-2.0
#include "index/run_compactor.h"

#include <algorithm>
#include <span>

#include "base/bytes.h"
#include "index/file_appender.h"
#include "index/run_predecessors.h"

namespace kwic {
namespace {

constexpr std::size_t kWriteBufferBytes = std::size_t{256} << 10;
constexpr std::uint32_t kDocumentsPerCheck = 65536;

// Writes merged terms as a run again.
class RunTermSink final : public TermSink {
 public:
  explicit RunTermSink(FileAppender& out) : out_(out) {}

  Status begin_term(std::string_view term) override {
    bytes_.assign(1, static_cast<std::uint8_t>(term.size()));
    bytes_.insert(bytes_.end(), term.begin(), term.end());
    last_document_ = 0;
    return {};
  }

  Status add(const Postings& postings) override {
    const std::uint32_t* position = postings.positions.data();
    const std::uint8_t* predecessor = postings.predecessors.data();
    for (std::size_t i = 0; i < postings.documents.size(); ++i) {
      const std::uint32_t document = postings.documents[i] + 1;
      const std::uint32_t gap = document - last_document_;
      put(*position, *predecessor++, gap);
      last_document_ = document;
      const std::uint32_t* const end = position + postings.frequencies[i];
      for (++position; position != end; ++position) {
        put(position[0] - position[-1], *predecessor++, 0);
      }
    }
    return bytes_.size() < kWriteBufferBytes ? Status() : flush();
  }

  Status end_term() override {
    bytes_.push_back(0);
    return flush();
  }

 private:
  // One item; `documents`: since the last one with the term, or 0.
  void put(std::uint32_t positions, std::uint8_t code,
           std::uint32_t documents) {
    std::uint8_t item[kMostItemBytes];
    const std::uint32_t flags = (code != 0 ? 2U : 0U) | (documents != 0);
    std::uint8_t* p = put_varint(item, positions << 2 | flags);
    if (documents != 0) p = put_varint(p, documents);
    if (code != 0) *p++ = code;
    bytes_.insert(bytes_.end(), item, p);
  }

  Status flush() {
    Status s = out_.append(bytes_);
    bytes_.clear();
    return s;
  }

  FileAppender& out_;
  std::vector<std::uint8_t> bytes_;
  std::uint32_t last_document_ = 0;  // counted from 1
};

Status merge_group(const CompactionOptions& options, std::span<const Run> group,
                   FileAppender& out, Run& run) {
  run = {.file = &out.file(), .documents_begin = out.size()};
  RunMerger merger(group, options.buffer_bytes);
  std::vector<std::uint8_t> record;
  Status s = merger.merge_documents([&](const RunDocument& document) {
    if (run.documents++ % kDocumentsPerCheck == 0) {
      if (Status p = options.checkpoint(0); !p) return p;
    }
    record.clear();
    append_run_document(document, record);
    return append_record(record, out);
  });
  if (!s) return s;
  run.terms_begin = out.size();
  RunTermSink sink(out);
  s = merger.merge_terms(sink, options.checkpoint);
  run.end = out.size();
  return s;
}

}  // namespace

Status add_predecessors(const CompactionOptions& options,
                        const FrequentWords& words, std::vector<Run>& runs,
                        std::vector<std::unique_ptr<WritableFile>>& files) {
  std::unique_ptr<FileAppender> out;
  for (Run& run : runs) {
    if (run.memory != nullptr) continue;
    if (Status s = options.checkpoint(0); !s) return s;
    auto table = RunPredecessors::of(run, words, options.buffer_bytes);
    if (!table) return table.error();
    run.predecessors =
        std::make_shared<const RunPredecessors>(*std::move(table));
    if (out == nullptr) {
      auto file = options.new_file();
      if (!file) return file.error();
      out = std::make_unique<FileAppender>(*std::move(file), kWriteBufferBytes);
    }
    Run coded;
    if (Status s = merge_group(options, {&run, 1}, *out, coded); !s) return s;
    run = coded;
  }
  if (out == nullptr) return {};
  if (Status s = out->close_buffer(); !s) return s;
  files.push_back(out->release());
  return {};
}

Status compact_runs(const CompactionOptions& options, std::vector<Run>& runs,
                    std::vector<std::unique_ptr<WritableFile>>& files) {
  while (runs.size() > options.width) {
    auto file = options.new_file();
    if (!file) return file.error();
    FileAppender out(*std::move(file), kWriteBufferBytes);
    std::vector<Run> merged;
    for (std::size_t i = 0; i < runs.size(); i += options.width) {
      const std::size_t n = std::min(options.width, runs.size() - i);
      merged.emplace_back();
      Status s = merge_group(options, std::span(runs).subspan(i, n), out,
                             merged.back());
      if (!s) return s;
    }
    if (Status s = out.close_buffer(); !s) return s;
    files.push_back(out.release());
    runs = std::move(merged);
  }
  return {};
}

}  // namespace kwic
