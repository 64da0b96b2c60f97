// SPDX-License-Identifier: Apache-2.0
// IndexFileWriter: sections in, one published file out.
//
// Sections are written in any order and side by side; each waits in a
// temporary file of its own beside the target. finish() assembles them in
// order of kind behind the root, flushes, and renames into place.
#ifndef KWIC_FORMAT_INDEX_FILE_WRITER_H_
#define KWIC_FORMAT_INDEX_FILE_WRITER_H_

#include <functional>
#include <memory>
#include <string>

#include "base/file_system.h"
#include "format/section.h"
#include "format/section_writer.h"
#include "kwic/index_builder.h"
#include "kwic/status.h"

namespace kwic {

// Everything of the root that the sections do not say themselves.
struct FileFigures {
  AnalyzerKind analyzer_kind = AnalyzerKind::kStandard;
  std::uint16_t analyzer_version = 0;
  std::uint64_t features_compatible = 0;
  std::uint64_t documents = 0;
  std::uint64_t terms = 0;
  std::uint64_t tokens = 0;
  std::uint64_t postings = 0;
  std::uint64_t text_bytes = 0;
};

class IndexFileWriter {
 public:
  // Checks that the folder of `path` can be written and removes what killed
  // builds of the same target left there (files named by temporary_prefix()
  // whose owner is no longer alive).
  static Result<std::unique_ptr<IndexFileWriter>> create(
      FileSystem& files, std::string path,
      std::uint64_t part_size = kDefaultPartSize);
  virtual ~IndexFileWriter() = default;  // without finish(): removes everything

  // Begins a section. REQUIRES: each kind at most once. The writer belongs to
  // this object. A section left empty does not appear in the file.
  virtual SectionWriter& section(SectionKind kind, ElementType element) = 0;

  // A further temporary file of this build (for runs and spilled texts),
  // removed with the others at the end.
  virtual Result<std::unique_ptr<WritableFile>> temporary() = 0;

  // Assembles, flushes and publishes. Returns the size of the file.
  // `progress` gets bytes written and total; may be empty; false cancels.
  virtual Result<std::uint64_t> finish(
      const FileFigures& figures,
      const std::function<bool(std::uint64_t, std::uint64_t)>& progress) = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_INDEX_FILE_WRITER_H_
