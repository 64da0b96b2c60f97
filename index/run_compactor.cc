// SPDX-License-Identifier: Apache-2.0
#include "index/run_compactor.h"

#include <algorithm>
#include <span>

#include "base/bytes.h"
#include "index/file_appender.h"

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
    for (std::size_t i = 0; i < postings.documents.size(); ++i) {
      const std::uint32_t document = postings.documents[i] + 1;
      append_varint(bytes_, std::uint64_t{*position} << 1 | 1);
      append_varint(bytes_, document - last_document_);
      last_document_ = document;
      const std::uint32_t* const end = position + postings.frequencies[i];
      for (++position; position != end; ++position) {
        append_varint(bytes_, (position[0] - position[-1]) << 1);
      }
    }
    return bytes_.size() < kWriteBufferBytes ? Status() : flush();
  }

  Status end_term() override {
    bytes_.push_back(0);
    return flush();
  }

 private:
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
