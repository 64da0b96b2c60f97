// SPDX-License-Identifier: Apache-2.0
// Here are runs, give me one stream of documents, and one of terms with their
// postings: what a single run over all documents would have held, each document
// once.
//
// First the documents are merged, which gives every document of every run its
// number in the result; then the terms. Of several documents with one id the
// one added last stays; the others vanish with all their postings, and a term
// that only they held never shows. Parts of one document become one.
#ifndef KWIC_INDEX_RUN_MERGER_H_
#define KWIC_INDEX_RUN_MERGER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "index/document_merger.h"
#include "index/posting_batch.h"
#include "index/run_format.h"
#include "index/run_reader.h"
#include "index/run_tables.h"
#include "kwic/status.h"

namespace kwic {

// Takes terms bytewise ascending, each with at least one posting.
class TermSink {
 public:
  virtual ~TermSink() = default;
  virtual Status begin_term(std::string_view term) = 0;
  // Called as often as is convenient; no document comes twice.
  virtual Status add(const Postings& postings) = 0;
  virtual Status end_term() = 0;
};

class RunMerger {
 public:
  // Called now and then with the share that is done; an error ends the merge.
  using Checkpoint = std::function<Status(double)>;

  // `runs` in the order they were written. `buffer_bytes`: for each of them.
  RunMerger(std::span<const Run> runs, std::size_t buffer_bytes)
      : RunMerger(runs, buffer_bytes, std::make_unique<RunTables>(runs)) {}
  // With tables that are filled already.
  RunMerger(std::span<const Run> runs, std::size_t buffer_bytes,
            std::unique_ptr<RunTables> tables)
      : runs_(runs), buffer_bytes_(buffer_bytes), tables_(std::move(tables)) {}

  // Documents in order, their lengths summed up. Call this first, once, if the
  // tables are not filled.
  Status merge_documents(const DocumentSink& sink) {
    return kwic::merge_documents(runs_, buffer_bytes_, *tables_, sink);
  }
  // Then this, once.
  Status merge_terms(TermSink& sink, const Checkpoint& checkpoint);

 private:
  // Merges the postings of the term that all of `same` are at.
  Status merge_postings(TermSink& sink);
  Status drain(TermSource& terms, std::uint32_t limit, TermSink& sink);
  Status emit(const Postings& postings, TermSink& sink);
  double share_done() const noexcept;

  std::span<const Run> runs_;
  std::size_t buffer_bytes_;
  std::unique_ptr<RunTables> tables_;

  // While terms are merged:
  std::vector<std::unique_ptr<TermSource>> inputs_;
  std::vector<std::uint32_t> heap_;  // inputs by term
  std::vector<std::uint32_t> same_;  // inputs at the current term, in order
  bool term_begun_ = false;
  std::uint64_t unchecked_ = 0;  // occurrences since the last checkpoint
  const Checkpoint* checkpoint_ = nullptr;
  // The postings gathered last; a later part of the last one may follow.
  PostingBatch batch_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_MERGER_H_
