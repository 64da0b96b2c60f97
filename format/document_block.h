// SPDX-License-Identifier: Apache-2.0
// The layout of the document table, shared by its writer and its reader.
//
// DESCRIPTION. Documents are numbered in bytewise order of their external ids
// and stand in blocks of kDocumentsPerBlock; "document blocks" holds where each
// block starts in "document ids". A block is
//
//   varint  bytes of the ids
//   ids     varint length of the first id, and the id; then the others, front
//           coded, each against the one before
//   u8      width of the body sizes in bits
//   bytes   bitmap: the title is another one than that of the document before
//   bits    the body sizes, one width each
//   titles  those others, front coded, each against the one before
//
// Before the first title of a block stands an empty one. Front coded is
//
//   u8      high four bits: bytes to drop from the end of the text before; low
//           four bits: bytes to add instead
//   varint  the former less 15, where the four bits were all ones
//   varint  the latter less 15, where the four bits were all ones
//   bytes   those to add
//
// Ids are long and differ at their ends ("page.md#8", "page.md#9"), so the
// lengths count from there: one byte says both in nearly all cases. Documents
// that were cut out of one have one title.
//
// Where the texts are kept, their sizes are in kStoreSizes, and those here have
// no width.
#ifndef KWIC_FORMAT_DOCUMENT_BLOCK_H_
#define KWIC_FORMAT_DOCUMENT_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace kwic {

// Documents of a full block. All blocks but the last are full.
inline constexpr std::size_t kDocumentsPerBlock = 32;
// The value of a four-bit length that says that a varint follows.
inline constexpr std::uint64_t kLongLength = 15;

// Reads one block. The bytes are not trusted: whatever they are, nothing
// outside them is used, and no id or title is longer than the limits allow.
class DocumentBlock {
 public:
  // `bytes` begin with the block and may go on behind it; eight more must be
  // loadable. `count` is 1 to kDocumentsPerBlock. False if they make no sense.
  bool open(ByteView bytes, std::size_t count) noexcept;

  // The first id, a view into the bytes.
  std::string_view first_id() const noexcept { return first_id_; }
  std::size_t count() const noexcept { return count_; }

  // Each moves to the next document (at first to the first) and changes `id` or
  // `title` from that of the one before to its own. False at the end or if it
  // makes no sense.
  bool next_id(std::string& id);
  bool next_title(std::string& title);

  // Whether bodies have sizes here, and that of document `index` of the block.
  // REQUIRES: index < count().
  bool has_sizes() const noexcept { return body_width_ != 0; }
  std::uint64_t body_bytes(std::size_t index) const noexcept;

 private:
  bool open_figures() noexcept;

  std::size_t count_ = 0;
  std::string_view first_id_;
  std::size_t ids_passed_ = 0, titles_passed_ = 0;
  const std::uint8_t* ids_ = nullptr;  // from the next one on
  const std::uint8_t* ids_end_ = nullptr;
  const std::uint8_t* titles_ = nullptr;  // from the next one on
  const std::uint8_t* end_ = nullptr;
  unsigned body_width_ = 0;
  std::uint32_t other_titles_ = 0;  // bitmap
  const std::uint8_t* bodies_ = nullptr;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_DOCUMENT_BLOCK_H_
