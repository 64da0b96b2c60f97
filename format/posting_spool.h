// SPDX-License-Identifier: Apache-2.0
// Here are the documents and frequencies of a list, give me chunks of them, as
// often as needed.
//
// A list of one chunk, as nearly all are, stays in memory. Longer ones go to a
// temporary file, which serves all of them in turn.
#ifndef KWIC_FORMAT_POSTING_SPOOL_H_
#define KWIC_FORMAT_POSTING_SPOOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/file_system.h"
#include "format/temporary_files.h"
#include "kwic/status.h"

namespace kwic {

class PostingSpool {
 public:
  // `chunk_postings`: of a chunk, all but the last. If it is 0 there are none
  // but the first, and no `new_file` is needed.
  PostingSpool(std::size_t chunk_postings, NewFile new_file);

  Status add(std::span<const std::uint32_t> documents,
             std::span<const std::uint32_t> frequencies);
  std::size_t size() const noexcept { return size_; }
  std::uint32_t first() const noexcept { return first_; }

  // Ends the list. REQUIRES: not empty.
  Status finish();
  std::size_t chunks() const noexcept { return chunks_; }
  // Makes that chunk the one at hand. REQUIRES: finish().
  Status load(std::size_t chunk);

  // Of the chunk at hand, until the next load(): its documents, their
  // frequencies, and the least document that it could begin with.
  std::span<const std::uint32_t> documents() const { return documents_; }
  std::span<const std::uint32_t> frequencies() const { return frequencies_; }
  std::uint32_t base() const noexcept { return base_; }

  // Begins another list.
  void clear() noexcept;

 private:
  Status spill(std::size_t postings);

  std::size_t chunk_postings_;
  NewFile new_file_;
  std::unique_ptr<WritableFile> file_;
  std::size_t size_ = 0;     // postings of the list
  std::size_t spilled_ = 0;  // those in the file
  std::size_t chunks_ = 0;
  std::vector<std::uint32_t> documents_, frequencies_;
  std::vector<std::uint32_t> bases_;  // of the chunks in the file
  std::uint32_t base_ = 0;
  std::uint32_t first_ = 0;
};

// Bytes on their way out of sight and back, in a temporary file of their own.
class ByteSpool {
 public:
  explicit ByteSpool(NewFile new_file) : new_file_(std::move(new_file)) {}

  Status append(ByteView bytes);
  Status read(std::uint64_t offset, std::span<std::uint8_t> out) {
    return file_->read_at(offset, out);
  }
  std::uint64_t size() const noexcept { return size_; }
  void clear() noexcept { size_ = 0; }

 private:
  NewFile new_file_;
  std::unique_ptr<WritableFile> file_;
  std::uint64_t size_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSTING_SPOOL_H_
