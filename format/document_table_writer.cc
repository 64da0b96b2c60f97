// SPDX-License-Identifier: Apache-2.0
#include "format/document_table_writer.h"

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/varint.h"
#include "format/bits.h"
#include "format/document_block.h"

namespace kwic {
namespace {

void append_text(std::string_view text, std::vector<std::uint8_t>& out) {
  const ByteView bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_front_coded(std::string_view before, std::string_view text,
                        std::vector<std::uint8_t>& out) {
  const auto differ =
      std::mismatch(before.begin(), before.end(), text.begin(), text.end());
  const auto shared = static_cast<std::size_t>(differ.second - text.begin());
  const std::uint64_t drop = before.size() - shared, add = text.size() - shared;
  const std::uint64_t high = std::min(drop, kLongLength);
  const std::uint64_t low = std::min(add, kLongLength);
  out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  if (high == kLongLength) append_varint(out, drop - kLongLength);
  if (low == kLongLength) append_varint(out, add - kLongLength);
  append_text(text.substr(shared), out);
}

Status append_u64(SectionWriter& section, std::uint64_t value) {
  std::uint8_t bytes[8];
  store_le(bytes, value);
  return section.append(bytes);
}

}  // namespace

struct DocumentTableWriter::Impl {
  DocumentTableSections sections;

  std::string last_id = {};
  // The block in progress.
  std::string title = {};  // the last one
  std::vector<std::uint8_t> id_bytes = {};
  std::vector<std::uint8_t> title_bytes = {};
  std::vector<std::uint64_t> bodies = {};
  std::uint32_t other_titles = 0;

  std::vector<std::uint8_t> block = {};

  void add(const DocumentRecord& record);
  void assemble();
  Status flush();
};

void DocumentTableWriter::Impl::add(const DocumentRecord& record) {
  if (bodies.empty()) {
    append_varint(id_bytes, record.id.size());
    append_text(record.id, id_bytes);
  } else {
    append_front_coded(last_id, record.id, id_bytes);
  }
  last_id.assign(record.id);
  if (record.title != title) {
    other_titles |= std::uint32_t{1} << bodies.size();
    append_front_coded(title, record.title, title_bytes);
    title.assign(record.title);
  }
  bodies.push_back(sections.sizes ? record.body_bytes : 0);
}

void DocumentTableWriter::Impl::assemble() {
  block.clear();
  append_varint(block, id_bytes.size());
  block.insert(block.end(), id_bytes.begin(), id_bytes.end());
  const std::uint64_t largest = *std::max_element(bodies.begin(), bodies.end());
  const auto width = static_cast<unsigned>(std::bit_width(largest));
  block.push_back(static_cast<std::uint8_t>(width));
  for (std::size_t i = 0; i < bodies.size(); i += 8) {
    block.push_back(static_cast<std::uint8_t>(other_titles >> i));
  }
  BitWriter bits;
  for (const std::uint64_t body : bodies) bits.put(body, width);
  bits.align();
  block.insert(block.end(), bits.bytes().begin(), bits.bytes().end());
  block.insert(block.end(), title_bytes.begin(), title_bytes.end());
}

Status DocumentTableWriter::Impl::flush() {
  assemble();
  title.clear();
  id_bytes.clear();
  title_bytes.clear();
  bodies.clear();
  other_titles = 0;
  SectionWriter& ids = *sections.ids;
  if (block.size() > ids.part_size()) {
    return {StatusCode::kLimit,
            "document ids: a block of " + std::to_string(block.size()) +
                " bytes does not fit into a section part of " +
                std::to_string(ids.part_size())};
  }
  if (Status s = ids.align(block.size()); !s) return s;
  if (Status s = append_u64(*sections.blocks, ids.size()); !s) return s;
  return ids.append(block);
}

DocumentTableWriter::DocumentTableWriter(const DocumentTableSections& sections)
    : impl_(new Impl{sections}) {}

DocumentTableWriter::~DocumentTableWriter() = default;

Status DocumentTableWriter::add(const DocumentRecord& record) {
  Impl& d = *impl_;
  if (record.id.empty() || record.id.size() > kMaxExternalIdBytes ||
      record.id <= d.last_id || record.title.size() > kMaxTitleBytes ||
      record.body_bytes > kMaxBodyBytes) {
    return {StatusCode::kInternal,
            "document table: a document out of order or too large"};
  }
  d.add(record);
  const DocumentTableSections& to = d.sections;
  if (to.hashes != nullptr) {
    Status s = append_u64(*to.hashes, record.content_hash);
    if (!s) return s;
  }
  if (to.times != nullptr) {
    const auto time = static_cast<std::uint64_t>(record.modified);
    if (Status s = append_u64(*to.times, time); !s) return s;
  }
  return d.bodies.size() == kDocumentsPerBlock ? d.flush() : Status();
}

Status DocumentTableWriter::finish() {
  return impl_->bodies.empty() ? Status() : impl_->flush();
}

}  // namespace kwic
