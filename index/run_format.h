// SPDX-License-Identifier: Apache-2.0
// Runs: the sorted pieces of an index that the builder spills to temporary
// files and merges at the end. docs/decisions/002-building.md has the whole.
//
// A run is two byte strings, one behind the other:
//
//   documents  sorted by id, then the one added last first, then by part; each
//              is u32 size, and that many bytes
//   terms      sorted bytewise; each is
//                u8 length, its bytes,
//                items, 0
//
// An item is one occurrence, as varints. The first of a document:
//   position * 4 + c * 2 + 1, documents since the last one with the term (at
//   least 1)
// and a further one of the same document:
//   positions since the last one (at least 1) * 4 + c * 2
// each followed, if c is 1, by its predecessor code (format/frequent_words.h).
// So no count needs to be known beforehand, most occurrences take one or two
// bytes, and a byte of 0 is found nowhere but at the end: the items of a term
// are passed over without being read.
//
// Workers write runs without codes, which are not known yet; the assembler
// writes them again with codes (index/run_compactor.h).
//
// A document whose tokens did not fit into one run goes on as a further part
// in a later one. Runs live and die with one build on one machine; nothing of
// this is a file format.
#ifndef KWIC_INDEX_RUN_FORMAT_H_
#define KWIC_INDEX_RUN_FORMAT_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "base/bytes.h"
#include "base/file_system.h"
#include "base/varint.h"
#include "format/frequent_words.h"

namespace kwic {

// A document, or a part of one, as runs know it. Views belong to whoever
// handed it out.
struct RunDocument {
  std::string_view id;
  std::string_view title;
  std::uint64_t sequence = 0;  // how many documents were added before it
  std::uint32_t part = 0;      // 0 for the first part
  std::uint32_t length = 0;    // positions of this part
  // Of a further part: where it begins, and the terms at the position before,
  // each behind a byte with its size.
  std::uint32_t first_position = 0;
  std::string_view before = {};
  std::uint64_t body_bytes = 0;
  std::uint64_t content_hash = 0;
  std::int64_t modified = 0;
  std::uint32_t text_file = 0;     // which text spill
  std::uint64_t text_address = 0;  // where in it
};

inline void append_run_document(const RunDocument& d,
                                std::vector<std::uint8_t>& out) {
  const auto append_text = [&out](std::string_view text) {
    append_varint(out, text.size());
    out.insert(out.end(), text.begin(), text.end());
  };
  append_text(d.id);
  append_text(d.title);
  append_varint(out, d.sequence);
  append_varint(out, d.part);
  append_varint(out, d.length);
  append_varint(out, d.first_position);
  append_text(d.before);
  append_varint(out, d.body_bytes);
  append_varint(out, d.content_hash);
  append_varint(out, static_cast<std::uint64_t>(d.modified));
  append_varint(out, d.text_file);
  append_varint(out, d.text_address);
}

inline Status append_record(const std::vector<std::uint8_t>& record,
                            ByteSink& out) {
  std::uint8_t size[4];
  store_le<std::uint32_t>(size, static_cast<std::uint32_t>(record.size()));
  if (Status s = out.append(size); !s) return s;
  return out.append(record);
}

// The reverse; views into `record`. False if it makes no sense.
bool parse_run_document(ByteView record, RunDocument& document) noexcept;

// Order of documents in a run: of equal ids the one added last comes first.
inline bool run_order(const RunDocument& a, const RunDocument& b) noexcept {
  if (const int order = a.id.compare(b.id); order != 0) return order < 0;
  if (a.sequence != b.sequence) return a.sequence > b.sequence;
  return a.part < b.part;
}

// The predecessor code of the first position of a part.
std::uint8_t code_before(const RunDocument& document,
                         const FrequentWords& words) noexcept;

class InvertedRun;
class RunPredecessors;

// A run in its file, or one that was never written: one for each worker, the
// last, can stay in memory.
struct Run {
  const InvertedRun* memory = nullptr;  // if not null, the file is unused
  // Of a run in a file: the codes of occurrences; if null they are in it.
  std::shared_ptr<const RunPredecessors> predecessors = {};
  WritableFile* file = nullptr;
  std::uint64_t documents_begin = 0;
  std::uint64_t terms_begin = 0;
  std::uint64_t end = 0;
  std::uint32_t documents = 0;
};

// --- items ----------------------------------------------------------------

// Two varints of 32 bits, and a code.
inline constexpr std::size_t kMostItemBytes = 11;

// Writes a varint at p and returns its end.
inline std::uint8_t* put_varint(std::uint8_t* p, std::uint32_t value) noexcept {
  while (value >= 0x80) {
    *p++ = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  *p++ = static_cast<std::uint8_t>(value);
  return p;
}

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_FORMAT_H_
