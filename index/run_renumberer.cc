// SPDX-License-Identifier: Apache-2.0
#include "index/run_renumberer.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/limits.h"
#include "index/decoded_terms.h"
#include "index/file_appender.h"
#include "index/place_codes.h"
#include "index/run_input.h"

namespace kwic {
namespace {

constexpr std::size_t kWriteBufferBytes = std::size_t{256} << 10;
// Of an occurrence.
constexpr std::uint64_t kLast = 1;
constexpr unsigned kCodeShift = 1, kGapShift = 5;
constexpr std::uint64_t kCodeMask = 15;

class RenumberedSink final : public TermSink {
 public:
  explicit RenumberedSink(FileAppender& out) : out_(out) {}

  Status begin_term(std::string_view term) override {
    bytes_.clear();
    bytes_.push_back(static_cast<std::uint8_t>(term.size()));
    bytes_.insert(bytes_.end(), term.begin(), term.end());
    next_document_ = 0;
    return {};
  }

  Status add(const Postings& postings) override {
    std::size_t at = 0;
    for (std::size_t i = 0; i < postings.documents.size(); ++i) {
      const std::uint32_t document = postings.documents[i];
      append_varint(bytes_, std::uint64_t{document} + 1 - next_document_);
      next_document_ = std::uint64_t{document} + 1;
      std::uint64_t next = 0;
      for (std::uint32_t n = postings.frequencies[i]; n > 0; --n, ++at) {
        const std::uint64_t position = postings.positions[at];
        append_varint(
            bytes_, (position - next) << kGapShift |
                        std::uint64_t{postings.predecessors[at]} << kCodeShift |
                        (n == 1 ? kLast : 0));
        next = position + 1;
      }
    }
    return flush();
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
  std::uint64_t next_document_ = 0;  // the least that may follow
};

class RenumberedTerms final : public DecodedTerms<RenumberedTerms> {
 public:
  RenumberedTerms(const Run& run, std::size_t buffer_bytes)
      : input_(*run.file, run.terms_begin, run.terms_end, buffer_bytes),
        total_(run.terms_end - run.terms_begin),
        end_document_(run.documents) {}

  bool next_term() override;
  Status status() const override { return input_.status(); }
  std::uint64_t consumed() const override { return input_.consumed(); }
  std::uint64_t total() const override { return total_; }

 private:
  friend DecodedTerms<RenumberedTerms>;

  std::size_t decode_some();
  bool next_posting();

  RunInput input_;
  std::uint64_t total_;
  std::uint64_t end_document_;
  std::uint64_t next_document_ = 0;  // the least that may follow
  std::uint64_t next_position_ = 0;
  bool in_posting_ = false;  // an occurrence follows
  bool ended_ = false;       // the term has no more
  char bytes_[256] = {};
};

bool RenumberedTerms::next_term() {
  if (input_.at_end() || !input_.status().ok()) return false;
  if (!input_.need(1)) return input_.damaged();
  const std::size_t size = *input_.cursor()++;
  if (size == 0 || !input_.need(size)) return input_.damaged();
  std::memset(bytes_, 0, 8);
  std::memcpy(bytes_, input_.cursor(), size);
  input_.cursor() += size;
  term_ = {bytes_, size};
  prefix_ = byte_swapped(
      load_le<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(bytes_)));
  next_document_ = 0;
  in_posting_ = ended_ = false;
  decode();
  return status().ok();
}

// False at the end of the term, or on an error.
bool RenumberedTerms::next_posting() {
  std::uint64_t gap = 0;
  ended_ = ended_ || !input_.number(gap) || gap == 0;
  if (ended_) return false;
  if (gap > end_document_ - next_document_) return input_.damaged();
  next_document_ += gap;
  next_position_ = 0;
  return in_posting_ = true;
}

std::size_t RenumberedTerms::decode_some() {
  std::size_t count = 0;
  while (count < kTogether) {
    if (!in_posting_ && !next_posting()) break;
    std::uint64_t occurrence = 0;
    if (!input_.number(occurrence)) break;
    const std::uint64_t gap = occurrence >> kGapShift;
    if (gap >=
        kMaxDocumentLength - std::min(next_position_, kMaxDocumentLength)) {
      input_.damaged();
      break;
    }
    const std::uint64_t position = next_position_ + gap;
    documents_[count] = static_cast<std::uint32_t>(next_document_ - 1);
    positions_[count] = static_cast<std::uint32_t>(position);
    codes_[count++] =
        static_cast<std::uint8_t>(occurrence >> kCodeShift & kCodeMask);
    next_position_ = position + 1;
    in_posting_ = (occurrence & kLast) == 0;
  }
  return status().ok() ? count : 0;
}

// How many of the runs may be merged at once: one at least.
std::size_t group_size(const RenumberingOptions& options,
                       std::span<const Run> runs) noexcept {
  std::size_t bytes = 0;
  std::size_t n = 0;
  while (n < std::min(options.width, runs.size())) {
    bytes += RunTables::memory_size(runs[n]);
    if (n > 0 && bytes > options.table_bytes) break;
    ++n;
  }
  return n;
}

Status merge_group(const RenumberingOptions& options,
                   std::span<const Run> group,
                   std::unique_ptr<RunTables> tables, FileAppender& out,
                   Run& run) {
  run = {.predecessors = PlaceCodes::same(),
         .file = &out.file(),
         .terms_begin = out.size(),
         .documents = options.documents,
         .renumbered = true};
  RunMerger merger(group, options.buffer_bytes, std::move(tables));
  RenumberedSink sink(out);
  Status s = merger.merge_terms(sink, options.checkpoint);
  run.terms_end = out.size();
  return s;
}

}  // namespace

Status renumber_runs(const RenumberingOptions& options, NumberFile& numbers,
                     std::vector<Run>& runs,
                     std::vector<std::unique_ptr<WritableFile>>& files) {
  for (bool first = true; first || runs.size() > options.width; first = false) {
    auto file = options.new_file();
    if (!file) return file.error();
    FileAppender out(*std::move(file), kWriteBufferBytes);
    std::vector<Run> merged;
    for (std::size_t at = 0; at < runs.size();) {
      const auto left = std::span<const Run>(runs).subspan(at);
      const auto group = left.first(group_size(options, left));
      // Nothing is to be known of runs that are renumbered already.
      auto tables = first ? numbers.tables(group, at)
                          : Result(std::make_unique<RunTables>(group));
      if (!tables) return tables.error();
      merged.emplace_back();
      Status s =
          merge_group(options, group, *std::move(tables), out, merged.back());
      if (!s) return s;
      at += group.size();
    }
    if (Status s = out.close_buffer(); !s) return s;
    files.push_back(out.release());
    runs = std::move(merged);
  }
  return {};
}

std::unique_ptr<TermSource> open_renumbered_terms(const Run& run,
                                                  std::size_t buffer_bytes) {
  return std::make_unique<RenumberedTerms>(run, buffer_bytes);
}

}  // namespace kwic
