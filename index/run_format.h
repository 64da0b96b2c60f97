// SPDX-License-Identifier: Apache-2.0
// Runs: the sorted pieces of an index that the builder spills to temporary
// files and merges at the end. docs/decisions/002-building.md has the whole.
//
// A run is three byte strings:
//
//   documents  sorted by id, then the one added last first, then by part; each
//              is u32 size, and that many bytes
//   terms      sorted bytewise; each is u8 length, its bytes, u32 entries
//   entries    of all terms, one behind the other: u32 each, of this machine's
//              byte order; of one term ascending
//
// An entry is one occurrence: its place (index/place_map.h), and in the top
// bits its predecessor code (index/place_codes.h). So runs are written as they
// were sorted, and what is read needs no decoding: four bytes a token instead
// of two, but neither is on the way for long.
//
// A document whose tokens did not fit into one run goes on as a further part
// in a later one. Runs live and die with one build on one machine; nothing of
// this is a file format.
#ifndef KWIC_INDEX_RUN_FORMAT_H_
#define KWIC_INDEX_RUN_FORMAT_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "base/bytes.h"
#include "base/file_system.h"
#include "base/varint.h"
#include "index/place_codes.h"

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

// What stands before a term's entries.
inline void append_term_head(std::string_view term, std::uint32_t entries,
                             std::vector<std::uint8_t>& out) {
  out.push_back(static_cast<std::uint8_t>(term.size()));
  out.insert(out.end(), term.begin(), term.end());
  const std::size_t at = out.size();
  out.resize(at + sizeof(entries));
  store_le(out.data() + at, entries);
}

// The reverse of append_run_document; views into `record`. False if it makes no
// sense.
bool parse_run_document(ByteView record, RunDocument& document) noexcept;

// What to say of bytes that make no sense.
Status damaged_run();

// Order of documents in a run: of equal ids the one added last comes first.
// Below 0 if a comes first, 0 if they are the same.
inline int run_order(const RunDocument& a, const RunDocument& b) noexcept {
  if (const int order = a.id.compare(b.id); order != 0) return order;
  if (a.sequence != b.sequence) return a.sequence > b.sequence ? -1 : 1;
  return a.part < b.part ? -1 : a.part > b.part;
}

// Calls visit with each term of RunDocument::before.
template <typename Visitor>
void for_each_before(std::string_view before, const Visitor& visit) {
  while (!before.empty()) {
    const auto size = static_cast<unsigned char>(before[0]);
    visit(before.substr(1, size));
    before.remove_prefix(std::min<std::size_t>(before.size(), 1U + size));
  }
}

class InvertedRun;

// A run in its file, or one that was never written: one for each worker, the
// last, can stay in memory.
struct Run {
  const InvertedRun* memory = nullptr;  // if not null, the files are unused
  std::shared_ptr<const PlaceCodes> codes = {};
  PlaceCodes::Table predecessors = {};  // what the codes mean, once known
  WritableFile* file = nullptr;
  std::uint64_t documents_begin = 0;
  std::uint64_t terms_begin = 0;
  std::uint64_t terms_end = 0;
  WritableFile* entries_file = nullptr;  // mostly the same file
  std::uint64_t entries_begin = 0;
  std::uint32_t entries = 0;
  std::uint32_t documents = 0;
  // It has its documents' numbers in the result: see index/run_renumberer.h.
  // Terms and postings are from terms_begin to terms_end, and `documents` are
  // those of the result.
  bool renumbered = false;

  std::uint64_t entries_end() const noexcept {
    return entries_begin + std::uint64_t{entries} * sizeof(std::uint32_t);
  }
};

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_FORMAT_H_
