// SPDX-License-Identifier: Apache-2.0
// Here are documents in order of id, give me the table's sections.
#ifndef KWIC_FORMAT_DOCUMENT_TABLE_WRITER_H_
#define KWIC_FORMAT_DOCUMENT_TABLE_WRITER_H_

#include <memory>
#include <string_view>

#include "format/section_writer.h"
#include "kwic/status.h"

namespace kwic {

struct DocumentRecord {
  std::string_view id;
  std::string_view title;
  std::uint64_t body_bytes = 0;
  std::uint64_t content_hash = 0;
  std::int64_t modified = 0;
};

// The sections a table is written to: kDocumentIds, kDocumentBlocks and, where
// they are not null, kContentHashes and kTimes. (kLengths is written by the
// postings side.)
struct DocumentTableSections {
  SectionWriter* ids;
  SectionWriter* blocks;
  SectionWriter* hashes = nullptr;
  SectionWriter* times = nullptr;
  // False: a doc store beside it has the bodies' sizes, in kStoreSizes.
  bool sizes = true;
};

class DocumentTableWriter {
 public:
  explicit DocumentTableWriter(const DocumentTableSections& sections);
  ~DocumentTableWriter();
  // REQUIRES: ids strictly ascending bytewise.
  Status add(const DocumentRecord& record);
  Status finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_DOCUMENT_TABLE_WRITER_H_
