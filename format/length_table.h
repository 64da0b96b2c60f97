// SPDX-License-Identifier: Apache-2.0
// Here are the lengths of all documents, one after the other; give me those of
// some of them, again and again.
//
// Within the memory allowed they are an array. Beyond it they lie in a
// temporary file, as narrow as the largest permits, and come through a cache of
// pages: lists name documents in ascending order, so a page mostly serves
// several of them.
#ifndef KWIC_FORMAT_LENGTH_TABLE_H_
#define KWIC_FORMAT_LENGTH_TABLE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/file_system.h"
#include "format/section_writer.h"
#include "format/temporary_files.h"
#include "kwic/status.h"

namespace kwic {

class LengthTable {
 public:
  // Of lengths that are there already, which must outlive this.
  explicit LengthTable(std::span<const std::uint32_t> lengths)
      : size_(static_cast<std::uint32_t>(lengths.size())), all_(lengths) {}

  // For at most `most` documents, in about `memory_bytes`. `new_file` is called
  // if they need more.
  LengthTable(std::size_t most, std::size_t memory_bytes, NewFile new_file);

  Status add(std::uint32_t length);
  std::uint32_t size() const noexcept { return size_; }
  // What the largest fits.
  ElementType element() const noexcept;

  // Ends adding, and writes all as elements of that type.
  Status finish(SectionWriter& section);

  // Sets out[i] to the length of documents[i]. REQUIRES: finish(); documents
  // below size().
  Status find(std::span<const std::uint32_t> documents, std::uint32_t* out);

 private:
  Status flush();
  Status write_from_file(SectionWriter& section);
  Status load(std::size_t page);

  std::uint32_t size_ = 0;
  std::uint32_t largest_ = 0;
  std::span<const std::uint32_t> all_;  // if they are in memory
  std::vector<std::uint32_t> added_;    // all, or those not in the file yet

  bool in_file_ = false;
  std::size_t memory_bytes_ = 0;
  NewFile new_file_;
  std::unique_ptr<WritableFile> file_;
  std::uint64_t written_ = 0;        // lengths
  std::size_t width_ = 4;            // bytes of each in the file, when finished
  std::vector<std::uint8_t> pages_;  // a cache, by page modulo their number
  std::vector<std::size_t> numbers_;  // of the pages in it
};

}  // namespace kwic

#endif  // KWIC_FORMAT_LENGTH_TABLE_H_
