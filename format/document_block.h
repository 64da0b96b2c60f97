// SPDX-License-Identifier: Apache-2.0
// The layout of the document table, shared by its writer and its reader.
//
// DESCRIPTION. Documents are numbered in bytewise order of their external ids
// and stand in blocks of kDocumentsPerBlock; "document blocks" holds where each
// block starts in "document ids". A block is
//
//   varint  bytes of the ids
//   ids     varint length of the first id, and the id; for each further one
//             u8  high four bits: bytes to drop from the end of the id before;
//                 low four bits: bytes to add instead
//             varint  the former less 15, where the four bits were all ones
//             varint  the latter less 15, where the four bits were all ones
//             the bytes to add
//   u8      width of the body sizes in bits
//   bytes   bitmap: the document has a title
//   bits    the body sizes, one width each
//   titles  varint length, and the title, for each document that has one
//
// Ids are long and differ at their ends ("page.md#8", "page.md#9"), so the
// lengths count from there: one byte says both in nearly all cases.
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
inline constexpr std::uint64_t kLongIdLength = 15;

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

  // Moves to the next document (at first to the first) and changes `id` from
  // that of the one before to its own. False at the end or if it makes no
  // sense.
  bool next_id(std::string& id);

  // Figures of document `index` of the block. REQUIRES: index < count().
  std::uint64_t body_bytes(std::size_t index) const noexcept;
  // False if the title makes no sense.
  bool title(std::size_t index, std::string_view& title) const noexcept;

 private:
  bool open_figures() noexcept;

  std::size_t count_ = 0;
  std::string_view first_id_;
  std::size_t index_ = 0;            // documents passed by next_id
  const std::uint8_t* p_ = nullptr;  // the ids from there on
  const std::uint8_t* ids_end_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  unsigned body_width_ = 0;
  std::uint32_t titled_ = 0;  // bitmap
  const std::uint8_t* bodies_ = nullptr;
  const std::uint8_t* titles_ = nullptr;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_DOCUMENT_BLOCK_H_
