// SPDX-License-Identifier: Apache-2.0
// IndexAssembler: runs and spilled texts in, all sections of the file out.
//
// Sees nothing but the merged stream: how documents were spread over runs,
// workers and time does not reach the file. See docs/decisions/002-building.md.
#ifndef KWIC_INDEX_INDEX_ASSEMBLER_H_
#define KWIC_INDEX_INDEX_ASSEMBLER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "format/document_table_writer.h"
#include "format/index_file_writer.h"
#include "format/length_table.h"
#include "format/posting_list_writer.h"
#include "format/temporary_files.h"
#include "index/run_format.h"
#include "index/run_merger.h"
#include "index/text_spill.h"
#include "index/text_storer.h"
#include "kwic/index_builder.h"
#include "kwic/status.h"

namespace kwic {

class IndexAssembler {
 public:
  struct Setup {
    IndexFileWriter* file = nullptr;
    BuildOptions options;
    std::uint64_t memory_bytes = 0;
    unsigned threads = 1;
    std::size_t merge_width = 256;  // runs merged at once; at least 2
    std::vector<Run> runs;
    std::vector<std::string> frequent_words;
    std::vector<const TextSpill*> texts;  // by RunDocument::text_file
    // Gives back the memory of runs in it, which are read no more.
    std::function<void()> release_runs = [] {};
    // Called from the thread that called assemble(); an error ends the work.
    std::function<Status(BuildProgress::Stage, double)> progress;
  };
  explicit IndexAssembler(Setup setup) : setup_(std::move(setup)) {}

  // Writes all sections and fills `figures` but for the analyzer.
  Status assemble(FileFigures& figures);

 private:
  std::size_t run_buffer_bytes(std::size_t runs) const noexcept;
  std::size_t merge_width() const noexcept;
  std::uint64_t spare_bytes() const noexcept;
  std::size_t length_bytes() const noexcept;
  std::size_t table_bytes() const noexcept;
  bool tables_fit() const noexcept;
  NewFile new_file() const {
    return [file = setup_.file] { return file->temporary(); };
  }
  Status prepare_runs();
  Status write_frequent_words(const PostingListWriter& lists);
  Status create_text_storer();
  DocumentTableSections table_sections() const;
  Status merge_documents(FileFigures& figures);
  Status number_documents(const DocumentSink& sink);
  Status write_lengths();
  Status merge_terms(FileFigures& figures);
  Status merge_terms_and_texts(FileFigures& figures);
  Status report(BuildProgress::Stage stage, double share) {
    return setup_.progress(stage, share);
  }

  Setup setup_;
  std::vector<std::unique_ptr<WritableFile>> rewritten_;  // where runs are now
  std::unique_ptr<RunMerger> merger_;
  std::unique_ptr<TextStorer> text_storer_;
  std::unique_ptr<LengthTable> lengths_;  // positions, by document
};

}  // namespace kwic

#endif  // KWIC_INDEX_INDEX_ASSEMBLER_H_
