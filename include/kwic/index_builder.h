// SPDX-License-Identifier: Apache-2.0
// IndexBuilder: documents in, one index file out.
//
//     auto builder = kwic::IndexBuilder::create("docs.kwic");
//     if (!builder) return report(builder.error());
//     builder->add({.id = "a.txt", .body = "Hello, world"});
//     auto summary = builder->finish();       // the file appears here
//
// To index folders and JSON lines, see kwic/corpus.h, which feeds a builder.
//
// The file is a pure function of the documents and the options marked "shape
// the file": the order of add(), threads, memory, machine and clock do not
// show. It appears whole or not at all: until finish() returns success the old
// file of that name stays as it was, whatever happens in between.
#ifndef KWIC_INDEX_BUILDER_H_
#define KWIC_INDEX_BUILDER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kwic/export.h"
#include "kwic/status.h"

namespace kwic {

// How text becomes terms. Recorded in the file; the searcher does the same to
// queries.
enum class AnalyzerKind : std::uint8_t {
  // Unicode words, case and diacritics folded, compounds joined and split,
  // CJK as bigrams. What people expect; the default.
  kStandard = 0,
  // Maximal runs of letters, marks and numbers (Unicode L*, M*, N*), each code
  // point in simple lower case, nothing else. For comparisons with other
  // engines and for machine-made text.
  kSimple = 1,
};

// One document. Views need to live only during the call they are passed to.
struct Document {
  // Unique, not empty, at most 4096 bytes. Any bytes; a relative path or a key.
  std::string_view id = {};
  // Shown in results and searched together with the body. May be empty.
  std::string_view title = {};
  // The text, any bytes; at most 1 GiB. Bytes that are not UTF-8 separate
  // words and are kept as they are.
  std::string_view body = {};
  // Seconds since 1970, kept only under BuildOptions::keep_times.
  std::int64_t modified = 0;
};

// What the builder has done so far, for progress displays.
struct BuildProgress {
  enum class Stage { kReading, kMerging, kStoring, kPublishing };
  Stage stage = Stage::kReading;
  std::uint64_t documents = 0;   // added so far
  std::uint64_t text_bytes = 0;  // of titles and bodies, added so far
  double fraction = 0;           // of this stage, 0 to 1; 0 while reading
};

// Options that shape the file come first, options about the work after them.
struct BuildOptions {
  // --- shape the file -----------------------------------------------------
  AnalyzerKind analyzer = AnalyzerKind::kStandard;

  // Keep the documents' text inside, compressed, so that snippets and
  // Index::text() work. Without it the file is about half as large.
  bool keep_text = true;

  // Compress text less, index faster.
  bool fast_store = false;

  // Keep Document::modified. Off by default, so that equal texts give equal
  // files.
  bool keep_times = false;

  // Keep a hash of each document's text: DocumentInfo::content_hash tells
  // whether a text has changed, and verify() holds stored texts against it. 8
  // bytes a document.
  bool keep_hashes = true;

  // --- about the work -----------------------------------------------------
  // Upper bound in bytes on what the builder keeps in memory; beyond it, runs
  // are spilled to a temporary file beside the output and merged at the end.
  // At least 16 MiB. Process memory stays below this + 32 MiB, however many
  // documents there are. On top come documents of many megabytes, one at a
  // time, and up to 60 MiB if texts are kept in which hardly a word comes more
  // than twice.
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;

  // Worker threads; 0 means one per core.
  unsigned threads = 0;

  // Called now and then from the thread that calls add() and finish(). May be
  // empty. Returning false cancels: the call in progress fails with
  // kCancelled, and the build has ended.
  std::function<bool(const BuildProgress&)> progress = {};
};

// What a finished build amounts to.
struct BuildSummary {
  std::uint64_t documents = 0;
  std::uint64_t tokens = 0;      // token occurrences, positions counted once
  std::uint64_t terms = 0;       // distinct
  std::uint64_t postings = 0;    // (term, document) pairs
  std::uint64_t text_bytes = 0;  // titles and bodies
  std::uint64_t file_bytes = 0;  // of the index file
  std::uint64_t runs_spilled = 0;
};

// Builds one index file. Not copyable; movable. One thread at a time.
class KWIC_EXPORT IndexBuilder {
 public:
  // Starts a build that will publish `path`. Fails if the folder of `path` is
  // not writable. Creates temporary files named ".<name>.kwic-tmp.*" in that
  // folder and removes those that a killed build left behind.
  static Result<IndexBuilder> create(std::string path,
                                     BuildOptions options = {});

  IndexBuilder(IndexBuilder&&) noexcept;
  IndexBuilder& operator=(IndexBuilder&&) noexcept;
  ~IndexBuilder();  // without finish(): removes the temporary files

  // Adds a document. kInvalidArgument for an empty or too long id and kLimit
  // for a too long body concern this document only: the build goes on.
  // Any other error ends the build. Ids must be unique; of several documents
  // with one id, finish() keeps the one added last.
  Status add(const Document& document);

  // Merges, writes and publishes: temporary file, fsync, rename, fsync of the
  // folder. kDurability: the new file is in place, but the last fsync failed.
  // REQUIRES: called once, and nothing after it.
  Result<BuildSummary> finish();

 private:
  friend struct BuilderAccess;
  class Impl;
  explicit IndexBuilder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_BUILDER_H_
