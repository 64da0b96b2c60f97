// SPDX-License-Identifier: Apache-2.0
// Here is a document id, give me its name, or the other way round.
//
// Reads the sections kDocumentIds, kDocumentBlocks, kContentHashes, kTimes,
// kLengths and, where the texts are kept, kStoreSizes; format/document_block.h
// has the layout. Thread-safe; constant. Damaged sections give errors or wrong
// names, never a crash.
#ifndef KWIC_FORMAT_DOCUMENT_TABLE_H_
#define KWIC_FORMAT_DOCUMENT_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "format/body_sizes.h"
#include "format/document_block.h"
#include "format/index_file.h"
#include "format/problem_sink.h"
#include "format/section_view.h"
#include "kwic/index.h"
#include "kwic/status.h"

namespace kwic {

// The sections of a document table.
struct DocumentSections {
  SectionView ids, blocks, hashes, times, lengths;
  SectionView sizes;     // kStoreSizes; empty: sizes are in the blocks of `ids`
  int length_bytes = 1;  // of one element of `lengths`
  bool has_hashes = false;
  bool has_times = false;
};

class DocumentTable {
 public:
  DocumentTable() = default;
  explicit DocumentTable(const IndexFile& file);
  // The same from its sections alone.
  DocumentTable(DocumentSections sections, std::uint64_t documents);

  std::uint32_t size() const noexcept { return size_; }

  // Everything the table knows (id, title, body_bytes, hash, time, length).
  Result<DocumentInfo> info(DocId doc) const;

  // Sets `id` and `title` alone, which takes two places of the file.
  Status name(DocId doc, std::string& id, std::string& title) const;

  // Asks for what name() will read of documents, given by a function of their
  // place, before the first of them is read. True if some of it was not asked
  // for before.
  template <typename DocAt>
  bool will_need(std::size_t documents, const DocAt& doc_at) const noexcept {
    bool news = false;
    for (std::size_t i = 0; i < documents; ++i) {
      news |= will_need_block(doc_at(i));
    }
    for (std::size_t i = 0; i < documents; ++i) {
      news |= will_need_names(doc_at(i));
    }
    return news;
  }

  // kNotFound if there is no such document.
  Result<DocId> find(std::string_view id) const;

  // Tokens of a document; 0 beyond the last.
  std::uint32_t length(DocId doc) const noexcept;

  // What the table adds up to.
  struct Totals {
    std::uint64_t documents = 0;
    std::uint64_t tokens = 0;  // sum of lengths
    std::uint64_t title_bytes = 0;
    std::uint64_t body_bytes = 0;
  };

  // Reads everything and reports what is out of order or cannot be read.
  Totals check(const ProblemSink& report) const;

 private:
  bool will_need_block(DocId doc) const noexcept;
  bool will_need_names(DocId doc) const noexcept;
  std::uint64_t block_count() const noexcept;
  bool open_block(std::uint64_t number, DocumentBlock& block) const noexcept;
  Status read_names(DocId doc, DocumentBlock& block, std::string& id,
                    std::string& title) const;
  bool check_counts(const ProblemSink& report) const;
  bool check_blocks(const ProblemSink& report, Totals& totals) const;
  void check_sizes(const ProblemSink& report, Totals& totals) const;

  DocumentSections sections_;
  BodySizes sizes_;
  std::uint32_t size_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_DOCUMENT_TABLE_H_
