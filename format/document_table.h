// SPDX-License-Identifier: Apache-2.0
// Here is a document id, give me its name, or the other way round.
//
// Reads the sections kDocumentIds, kDocumentBlocks, kContentHashes, kTimes and
// kLengths. Thread-safe; constant. Damaged sections give errors or wrong names,
// never a crash.
#ifndef KWIC_FORMAT_DOCUMENT_TABLE_H_
#define KWIC_FORMAT_DOCUMENT_TABLE_H_

#include <cstdint>
#include <string_view>

#include "format/index_file.h"
#include "format/section_view.h"
#include "kwic/index.h"
#include "kwic/status.h"

namespace kwic {

class DocumentTable {
 public:
  DocumentTable() = default;
  explicit DocumentTable(const IndexFile& file);

  std::uint32_t size() const noexcept { return size_; }

  // Everything the table knows (id, title, body_bytes, hash, time, length).
  Result<DocumentInfo> info(DocId doc) const;

  // kNotFound if there is no such document.
  Result<DocId> find(std::string_view id) const;

 private:
  SectionView ids_, blocks_, hashes_, times_, lengths_;
  int length_bytes_ = 1;
  std::uint32_t size_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_DOCUMENT_TABLE_H_
