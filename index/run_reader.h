// SPDX-License-Identifier: Apache-2.0
// Here is a run, give me its documents, and its terms with their postings, in
// order. See index/run_format.h.
#ifndef KWIC_INDEX_RUN_READER_H_
#define KWIC_INDEX_RUN_READER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

// A range of a temporary file through a buffer. Behind the bytes in the buffer
// stand kSlack zeros, so that a decoder may look a little ahead unchecked.
class RunInput {
 public:
  static constexpr std::size_t kSlack = 16;

  RunInput(WritableFile& file, std::uint64_t begin, std::uint64_t end,
           std::size_t buffer_bytes);
  RunInput(RunInput&&) = default;  // not copyable: it points into its buffer

  // Makes `size` bytes at cursor() readable. False if there are not so many,
  // or they could not be read: see status().
  bool need(std::size_t size) {
    return size <= available() || (refill(size) && size <= available());
  }
  // As need(kSlack), but at the end of the range zeros follow.
  bool look_ahead() { return available() >= kSlack || refill(kSlack); }

  const std::uint8_t*& cursor() noexcept { return cursor_; }
  bool at_end() const noexcept { return cursor_ == limit_ && offset_ == end_; }
  std::uint64_t consumed() const noexcept {
    return offset_ - begin_ - available();
  }

  const Status& status() const noexcept { return status_; }
  // Remembers that the bytes make no sense. Always false.
  bool damaged();

 private:
  std::size_t available() const noexcept {
    return cursor_ < limit_ ? static_cast<std::size_t>(limit_ - cursor_) : 0;
  }
  bool refill(std::size_t size);

  WritableFile* file_;
  std::uint64_t begin_, offset_, end_;
  std::vector<std::uint8_t> buffer_;
  const std::uint8_t* cursor_;
  const std::uint8_t* limit_;
  Status status_;
};

// The documents of a run.
class RunDocuments {
 public:
  RunDocuments(const Run& run, std::size_t buffer_bytes)
      : input_(*run.file, run.documents_begin, run.terms_begin, buffer_bytes),
        left_(run.documents) {}

  // Moves on to the next. False after the last, or on an error: see status().
  bool next();
  // Valid until next().
  const RunDocument& document() const noexcept { return document_; }
  const Status& status() const noexcept { return input_.status(); }

 private:
  RunInput input_;
  std::uint32_t left_;
  RunDocument document_;
};

// The terms of a run and their postings, with documents renumbered.
class RunTerms {
 public:
  // Marks a document that is left out, and the end of a term's postings.
  static constexpr std::uint32_t kNoDocument = 0xffff'ffff;

  // `new_numbers`: by number in the run, ascending but for kNoDocument.
  RunTerms(const Run& run, std::span<const std::uint32_t> new_numbers,
           std::size_t buffer_bytes)
      : input_(*run.file, run.terms_begin, run.end, buffer_bytes),
        new_numbers_(new_numbers) {}

  // Moves on to the next term and its first posting. False after the last, or
  // on an error: see status(). REQUIRES: all postings of this one read.
  bool next_term();
  std::string_view term() const noexcept { return {term_, term_size_}; }
  // The term's first 8 bytes as a big-endian number.
  std::uint64_t prefix() const noexcept { return prefix_; }

  // The new number of the posting's document; kNoDocument after the last, and
  // after an error.
  std::uint32_t document() const noexcept { return document_; }
  // Appends the posting's positions and moves on to the next posting.
  void take(std::vector<std::uint32_t>& positions);

  const Status& status() const noexcept { return input_.status(); }
  std::uint64_t consumed() const noexcept { return input_.consumed(); }

 private:
  void next_posting();
  void fail();

  RunInput input_;
  std::span<const std::uint32_t> new_numbers_;
  std::uint64_t prefix_ = 0;
  std::uint32_t item_ = 0;    // the one decoded last
  std::uint32_t number_ = 0;  // of the document in the run, from 1
  std::uint32_t document_ = kNoDocument;
  std::uint8_t term_size_ = 0;
  char term_[256] = {};
};

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_READER_H_
