// SPDX-License-Identifier: Apache-2.0
// Here is a run, give me its documents, and its terms with their postings, in
// order, whether it lies in a file (index/run_format.h) or in memory.
#ifndef KWIC_INDEX_RUN_READER_H_
#define KWIC_INDEX_RUN_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "index/place_map.h"
#include "index/posting_batch.h"
#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

// The documents of a run, one after the other.
class DocumentSource {
 public:
  virtual ~DocumentSource() = default;

  // Moves on to the next. False after the last, or on an error: see status().
  virtual bool next() = 0;
  virtual Status status() const = 0;
  // Valid until next().
  const RunDocument& document() const noexcept { return document_; }

 protected:
  RunDocument document_;
};

// The terms of a run and their postings, with documents renumbered.
class TermSource {
 public:
  // Marks a document that is left out, and the end of a term's postings.
  static constexpr std::uint32_t kNoDocument = 0xffff'ffff;

  virtual ~TermSource() = default;

  // Moves on to the next term and its first posting. False after the last, or
  // on an error: see status(). REQUIRES: all postings of this one read.
  virtual bool next_term() = 0;
  // Appends postings of documents below `limit`, and moves on. Takes so many at
  // once as is convenient: to have them all, call until document() is not
  // below `limit`. Of a document that the batch ends with, positions go on.
  virtual void take_below(std::uint32_t limit, PostingBatch& batch) = 0;
  virtual Status status() const = 0;
  // How much was read, and of how much, in no unit.
  virtual std::uint64_t consumed() const = 0;
  virtual std::uint64_t total() const = 0;

  std::string_view term() const noexcept { return term_; }
  // The term's first 8 bytes as a big-endian number.
  std::uint64_t prefix() const noexcept { return prefix_; }
  // The new number of the next posting's document; kNoDocument after the last,
  // and after an error.
  std::uint32_t document() const noexcept { return document_; }

 protected:
  std::string_view term_;
  std::uint64_t prefix_ = 0;
  std::uint32_t document_ = kNoDocument;
};

std::unique_ptr<DocumentSource> open_documents(const Run& run,
                                               std::size_t buffer_bytes);

// `new_numbers`: by number in the run, ascending but for kNoDocument. `places`:
// of a run in files, those of its documents; must outlive what is returned.
std::unique_ptr<TermSource> open_terms(
    const Run& run, std::span<const std::uint32_t> new_numbers,
    const PlaceMap& places, std::size_t buffer_bytes);

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_READER_H_
