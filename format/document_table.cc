// SPDX-License-Identifier: Apache-2.0
#include "format/document_table.h"

#include <algorithm>
#include <string>

#include "base/limits.h"

namespace kwic {
namespace {

DocumentSections sections_of(const IndexFile& file) {
  return {file.section(SectionKind::kDocumentIds),
          file.section(SectionKind::kDocumentBlocks),
          file.section(SectionKind::kContentHashes),
          file.section(SectionKind::kTimes),
          file.section(SectionKind::kLengths),
          file.section(SectionKind::kStoreSizes),
          file.element_size(SectionKind::kLengths),
          file.stats().has_hashes,
          file.stats().has_times};
}

Status unreadable(std::uint64_t block) {
  return {StatusCode::kCorrupt, "document ids: block " + std::to_string(block) +
                                    " cannot be read; rebuild the index"};
}

Status no_such_document(std::string_view id) {
  return {StatusCode::kNotFound,
          "no document has the id \"" + std::string(id) + "\""};
}

}  // namespace

DocumentTable::DocumentTable(const IndexFile& file)
    : DocumentTable(sections_of(file), file.stats().documents) {}

DocumentTable::DocumentTable(DocumentSections sections, std::uint64_t documents)
    : sections_(std::move(sections)),
      sizes_(sections_.sizes),
      size_(static_cast<std::uint32_t>(std::min(documents, kMaxDocuments))) {
  const int width = sections_.length_bytes;
  if (width != 1 && width != 2 && width != 4) sections_.length_bytes = 1;
}

std::uint64_t DocumentTable::block_count() const noexcept {
  return (std::uint64_t{size_} + kDocumentsPerBlock - 1) / kDocumentsPerBlock;
}

// A block's bytes go on to the next block; before the end of a section part
// they may be followed by padding that reaches into the next part.
bool DocumentTable::open_block(std::uint64_t number,
                               DocumentBlock& block) const noexcept {
  const SectionView& ids = sections_.ids;
  if (number >= block_count()) return false;
  const std::uint64_t begin =
      sections_.blocks.get<std::uint64_t>(number, ids.size());
  const std::uint64_t end =
      sections_.blocks.get<std::uint64_t>(number + 1, ids.size());
  if (begin >= end) return false;
  const std::uint64_t size = std::min(end - begin, ids.contiguous(begin));
  const std::uint8_t* p = ids.at(begin, size);
  if (p == nullptr) return false;
  const std::uint64_t documents = size_ - number * kDocumentsPerBlock;
  return block.open({p, static_cast<std::size_t>(size)},
                    static_cast<std::size_t>(std::min<std::uint64_t>(
                        documents, kDocumentsPerBlock)));
}

std::uint32_t DocumentTable::length(DocId doc) const noexcept {
  switch (sections_.length_bytes) {
    case 1: return sections_.lengths.get<std::uint8_t>(doc);
    case 2: return sections_.lengths.get<std::uint16_t>(doc);
    default: return sections_.lengths.get<std::uint32_t>(doc);
  }
}

bool DocumentTable::will_need_block(DocId doc) const noexcept {
  return sections_.blocks.will_need(doc / kDocumentsPerBlock * 8, 16);
}

// Where they are is read here: after the blocks of all were asked for.
bool DocumentTable::will_need_names(DocId doc) const noexcept {
  constexpr std::uint64_t kUsualBytes = 1024;
  return sections_.ids.will_need(
      sections_.blocks.get<std::uint64_t>(doc / kDocumentsPerBlock),
      kUsualBytes);
}

Status DocumentTable::read_names(DocId doc, DocumentBlock& block,
                                 std::string& id, std::string& title) const {
  if (doc >= size_) {
    return {StatusCode::kInvalidArgument, "document " + std::to_string(doc) +
                                              " of " + std::to_string(size_) +
                                              " does not exist"};
  }
  const std::uint64_t number = doc / kDocumentsPerBlock;
  if (!open_block(number, block)) return unreadable(number);
  for (std::size_t i = 0; i <= doc % kDocumentsPerBlock; ++i) {
    if (!block.next_id(id) || !block.next_title(title)) {
      return unreadable(number);
    }
  }
  return {};
}

Status DocumentTable::name(DocId doc, std::string& id,
                           std::string& title) const {
  DocumentBlock block;
  return read_names(doc, block, id, title);
}

Result<DocumentInfo> DocumentTable::info(DocId doc) const {
  DocumentInfo info;
  DocumentBlock block;
  if (Status s = read_names(doc, block, info.id, info.title); !s) return s;
  BodySizes::Extent body;
  if (!sizes_.present()) {
    info.body_bytes = block.body_bytes(doc % kDocumentsPerBlock);
  } else if (sizes_.extent(doc, body)) {
    info.body_bytes = body.size;
  } else {
    return Status(StatusCode::kCorrupt,
                  "store sizes: the size of document " + std::to_string(doc) +
                      " cannot be read; rebuild the index");
  }
  info.length = length(doc);
  if (sections_.has_hashes) {
    info.content_hash = sections_.hashes.get<std::uint64_t>(doc);
  }
  if (sections_.has_times) {
    info.modified =
        static_cast<std::int64_t>(sections_.times.get<std::uint64_t>(doc));
  }
  return info;
}

Result<DocId> DocumentTable::find(std::string_view id) const {
  // The last block whose first id is not above `id`, one past it: `end`.
  std::uint64_t begin = 0, end = block_count();
  DocumentBlock block;
  while (begin < end) {
    const std::uint64_t middle = begin + (end - begin) / 2;
    if (!open_block(middle, block)) return unreadable(middle);
    if (block.first_id() <= id) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  if (end == 0) return no_such_document(id);
  const std::uint64_t number = end - 1;
  if (!open_block(number, block)) return unreadable(number);
  std::string current;
  for (std::size_t i = 0; i < block.count(); ++i) {
    if (!block.next_id(current)) return unreadable(number);
    if (current < id) continue;
    if (current != id) break;
    return static_cast<DocId>(number * kDocumentsPerBlock + i);
  }
  return no_such_document(id);
}

namespace {

// Reads one block through; null, or what is wrong with it. `id` is the last one
// before it. Its sizes count where they are the only ones.
const char* check_block(DocumentBlock& block, bool sizes, std::string& id,
                        DocumentTable::Totals& totals) {
  if (block.has_sizes() && !sizes) return "it has sizes of its own";
  std::string last = id, title;
  for (std::size_t i = 0; i < block.count(); ++i) {
    if (!block.next_id(id)) return "an id cannot be read";
    if (id <= last) return "ids are out of order";
    last = id;
    if (!block.next_title(title)) return "a title cannot be read";
    ++totals.documents;
    totals.title_bytes += title.size();
    totals.body_bytes += block.body_bytes(i);
  }
  return nullptr;
}

// Whether a section has as many elements as it should; reports if not.
bool check_count(SectionKind kind, std::uint64_t found, std::uint64_t expected,
                 const ProblemSink& report) {
  return found == expected ||
         report(kind, 0,
                "expected " + std::to_string(expected) + " elements, found " +
                    std::to_string(found));
}

}  // namespace

bool DocumentTable::check_counts(const ProblemSink& report) const {
  const DocumentSections& s = sections_;
  const std::uint64_t blocks = s.blocks.count<std::uint64_t>();
  const std::uint64_t hashes = s.hashes.count<std::uint64_t>();
  const std::uint64_t times = s.times.count<std::uint64_t>();
  const std::uint64_t lengths =
      s.lengths.size() / static_cast<std::uint64_t>(s.length_bytes);
  return check_count(SectionKind::kDocumentBlocks, blocks, block_count(),
                     report) &&
         check_count(SectionKind::kContentHashes, hashes,
                     s.has_hashes ? size_ : 0, report) &&
         check_count(SectionKind::kLengths, lengths, size_, report) &&
         check_count(SectionKind::kTimes, times, s.has_times ? size_ : 0,
                     report) &&
         (!sizes_.present() ||
          check_count(SectionKind::kStoreSizes, sizes_.count(), size_, report));
}

bool DocumentTable::check_blocks(const ProblemSink& report,
                                 Totals& totals) const {
  std::string id;
  DocumentBlock block;
  const std::uint64_t blocks = sections_.blocks.count<std::uint64_t>();
  for (std::uint64_t number = 0; number < std::min(blocks, block_count());
       ++number) {
    const char* wrong = open_block(number, block)
                            ? check_block(block, !sizes_.present(), id, totals)
                            : "it cannot be read";
    if (wrong == nullptr) continue;
    const std::uint64_t address = sections_.blocks.get<std::uint64_t>(number);
    std::string message = "block " + std::to_string(number) + ": " + wrong;
    if (!report(SectionKind::kDocumentIds, address, std::move(message))) {
      return false;
    }
  }
  return true;
}

// Every body begins where the one before ends.
void DocumentTable::check_sizes(const ProblemSink& report,
                                Totals& totals) const {
  if (!sizes_.present()) return;
  totals.body_bytes = 0;
  const std::uint64_t counted = std::min<std::uint64_t>(sizes_.count(), size_);
  for (std::uint64_t doc = 0; doc < counted; ++doc) {
    BodySizes::Extent body;
    const bool read = sizes_.extent(static_cast<DocId>(doc), body);
    if (!read || body.begin != totals.body_bytes) {
      report(SectionKind::kStoreSizes, 0,
             "document " + std::to_string(doc) + ": its " +
                 (read ? "text is not behind the one before"
                       : "size cannot be read"));
      return;
    }
    totals.body_bytes += body.size;
  }
}

DocumentTable::Totals DocumentTable::check(const ProblemSink& report) const {
  Totals totals;
  if (!check_counts(report) || !check_blocks(report, totals)) return totals;
  check_sizes(report, totals);
  const std::uint64_t lengths =
      sections_.lengths.size() /
      static_cast<std::uint64_t>(sections_.length_bytes);
  const std::uint64_t counted = std::min<std::uint64_t>(lengths, size_);
  for (std::uint64_t doc = 0; doc < counted; ++doc) {
    totals.tokens += length(static_cast<DocId>(doc));
  }
  return totals;
}

}  // namespace kwic
