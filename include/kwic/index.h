// SPDX-License-Identifier: Apache-2.0
// Index: an opened index file. Read-only, constant, shared by any number of
// threads.
//
//     auto index = kwic::Index::open("docs.kwic");
//     if (!index) return report(index.error());
//     auto id = index->find("notes/today.md");
//     auto text = index->text(*id);
//
// Opening checks the root of the file (size, version, hash, bounds) and
// touches nothing else, so it costs the same for any size. Everything read
// later is bounds-checked where it is read: damaged bytes lead to an error or a
// wrong answer, never to a crash. Index::verify() finds every damaged byte.
//
// The mapped file must not be changed in place while it is open; replacing it
// by rename, as IndexBuilder does, is safe at any time, and an open Index goes
// on showing the old content. Files from people you do not trust, or on
// storage that may vanish, are better opened with OpenOptions::copy.
//
// An Index is a handle: copying it is cheap and all copies share one mapping,
// which lives as long as the last copy, Searcher or DocumentView of it.
#ifndef KWIC_INDEX_H_
#define KWIC_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kwic/export.h"
#include "kwic/index_builder.h"
#include "kwic/status.h"

namespace kwic {

// A document's number: dense, from 0, in bytewise order of external ids.
using DocId = std::uint32_t;

struct OpenOptions {
  // Read the whole file into memory instead of mapping it. Nothing that
  // happens to the file afterwards matters.
  bool copy = false;
};

// Figures of an index, all known at opening.
struct IndexStats {
  std::uint64_t documents = 0;
  std::uint64_t terms = 0;
  std::uint64_t tokens = 0;      // sum of all document lengths
  std::uint64_t postings = 0;    // (term, document) pairs
  std::uint64_t text_bytes = 0;  // of titles and bodies
  std::uint64_t file_bytes = 0;
  AnalyzerKind analyzer = AnalyzerKind::kStandard;
  bool has_text = false;
  bool has_times = false;
  bool has_hashes = false;
  int format_major = 0;
  int format_minor = 0;

  // What else the root of the file says; docs/format.md has the meanings.
  int analyzer_version = 0;
  std::uint64_t features_compatible = 0, features_incompatible = 0;
  std::uint64_t root_size = 0;  // bytes
  std::uint64_t part_size = 0;  // bytes of the elements of a full section part
  float bm25_k1 = 0, bm25_b = 0;
};

// One section of the file.
struct SectionInfo {
  std::string_view name;      // such as "postings"; lives for ever
  std::uint32_t part = 0;     // sections above the part size continue
  std::uint64_t offset = 0;   // of the file
  std::uint64_t size = 0;     // bytes, header and padding included
  std::uint64_t count = 0;    // elements
  std::uint64_t payload = 0;  // bytes of the elements
  std::uint16_t kind = 0;     // number of the section in docs/format.md
  std::uint8_t element = 0;   // bytes of an element
  std::uint8_t flags = 0;
  std::uint64_t hash_low = 0, hash_high = 0;  // XXH3-128 of its bytes
};

// What a document is, without its text. Views live as long as the Index.
struct DocumentInfo {
  std::string id;
  std::string title;
  std::uint64_t body_bytes = 0;
  std::uint64_t content_hash = 0;  // XXH3-64 of the body; 0 unless kept
  std::uint32_t length = 0;        // tokens, title and body together
  std::int64_t modified = 0;       // 0 unless the index keeps times
};

// A stored document.
struct StoredText {
  std::string title;
  std::string body;  // byte for byte what was added
};

// A term with its figures, as Index::terms() lists them.
struct TermStats {
  std::string_view term;  // valid during the callback
  std::uint64_t documents = 0;
  std::uint64_t occurrences = 0;
};

enum class VerifyLevel {
  kHashes,  // every byte of the file is covered by a hash or must be zero
  kDeep,    // and its meaning: orders, sums, references, stored text
};

// One thing verify() found wrong.
struct VerifyProblem {
  std::string section;       // "root", or a section's name
  std::uint64_t offset = 0;  // of the file, as close as can be told
  std::string message;
};

struct VerifyReport {
  std::vector<VerifyProblem> problems;  // at most 100 are kept
  std::uint64_t bytes_checked = 0;
  bool ok() const noexcept { return problems.empty(); }
};

class KWIC_EXPORT Index {
 public:
  // Opens the file at `path` with one read-only mapping.
  // Errors: kNotFound, kIo, kNotAnIndex, kCorrupt (a cut or lengthened file
  // among them), kTooOld, kTooNew.
  static Result<Index> open(const std::string& path, OpenOptions options = {});

  // Opens an index that lies in memory. The bytes must stay as they are while
  // the Index or a copy of it lives. They may lie at any address, but an
  // address that is not a multiple of 64 makes kwic copy them.
  static Result<Index> open_memory(std::span<const std::byte> bytes);

  // Opens an index inside another file (an archive, an installer): `length`
  // bytes at `offset` of the open descriptor `fd`. The descriptor is neither
  // kept nor closed.
  static Result<Index> open_fd(int fd, std::uint64_t offset,
                               std::uint64_t length, OpenOptions options = {});

  Index(const Index&) noexcept;
  Index(Index&&) noexcept;
  Index& operator=(const Index&) noexcept;
  Index& operator=(Index&&) noexcept;
  ~Index();

  IndexStats stats() const noexcept;

  // The section table, in file order.
  std::vector<SectionInfo> sections() const;

  // The document of that external id, or kNotFound.
  Result<DocId> find(std::string_view id) const;

  // Figures and names of a document. kInvalidArgument beyond the last one.
  Result<DocumentInfo> document(DocId doc) const;

  // The stored text. kNotFound when the index was built without text.
  Result<StoredText> text(DocId doc) const;

  // Calls `visit` for each term that starts with `prefix`, in bytewise order,
  // until it returns false.
  Status terms(std::string_view prefix,
               const std::function<bool(const TermStats&)>& visit) const;

  // Reads the whole file and checks it. The Status is an error only where
  // checking itself failed; damage is in the report.
  // `progress` (may be empty) gets bytes done and total; false cancels.
  Result<VerifyReport> verify(
      VerifyLevel level,
      const std::function<bool(std::uint64_t, std::uint64_t)>& progress = {})
      const;

 private:
  friend class Searcher;
  class Impl;
  explicit Index(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_H_
