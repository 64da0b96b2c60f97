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
#include <vector>

#include "index/place_map.h"
#include "index/posting_batch.h"
#include "index/region.h"
#include "index/run_format.h"
#include "index/run_reader.h"
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
  using DocumentSink = std::function<Status(const RunDocument&)>;
  // Called now and then with the share that is done; an error ends the merge.
  using Checkpoint = std::function<Status(double)>;

  // `runs` in the order they were written. `buffer_bytes`: for each of them.
  RunMerger(std::span<const Run> runs, std::size_t buffer_bytes);

  // Documents in order, their lengths summed up. Call this first, once.
  Status merge_documents(const DocumentSink& sink);
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
  // By run: the new numbers of its documents, and if it is in files their
  // places. They are looked up at random for every occurrence.
  Region tables_;
  std::vector<std::span<std::uint32_t>> new_numbers_;
  std::vector<PlaceMap> places_;

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
