// SPDX-License-Identifier: Apache-2.0
// BuildWorker: documents in, runs and spilled texts out. One thread at a time.
#ifndef KWIC_INDEX_BUILD_WORKER_H_
#define KWIC_INDEX_BUILD_WORKER_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "analysis/analyzer.h"
#include "index/accumulator.h"
#include "index/file_appender.h"
#include "index/inverted_run.h"
#include "index/run_format.h"
#include "index/text_spill.h"
#include "kwic/index_builder.h"
#include "kwic/status.h"

namespace kwic {

// The runs of all workers, in the order they were written, so that the parts
// of a document are in theirs. Thread-safe.
class RunList {
 public:
  void push(const Run& run) {
    const std::lock_guard lock(mutex_);
    runs_.push_back(run);
  }
  // REQUIRES: nobody pushes any more.
  std::vector<Run>& runs() noexcept { return runs_; }

 private:
  std::mutex mutex_;
  std::vector<Run> runs_;
};

class BuildWorker {
 public:
  struct Setup {
    const Analyzer* analyzer = nullptr;
    std::uint32_t number = 0;  // of this worker
    std::size_t accumulator_bytes = 0;
    std::uint64_t run_tokens = 0;  // a run has no more than this
    // The last run stays in memory if it takes no more than this.
    std::size_t kept_bytes = 0;
    std::unique_ptr<WritableFile> run_file;
    std::unique_ptr<WritableFile> text_file;  // null: texts are not kept
    bool hashes = true;                       // of the texts
    RunList* runs = nullptr;                  // must outlive this
    // Called now and then in the midst of work; an error ends it.
    InvertedRun::Checkpoint checkpoint = [] { return Status(); };
  };
  explicit BuildWorker(Setup setup);

  Status add(const Document& document, std::uint64_t sequence);

  // Writes what is left or keeps it in memory, with codes for `words`, and
  // gives back all memory but that and what texts() needs.
  Status finish(const FrequentWords& words);

  // Gives back the memory of a run that finish() kept, which is read no more.
  void release_run() noexcept {
    last_run_.reset();
    accumulator_.reset();
  }

  // Null if texts are not kept. Readable after finish().
  const TextSpill* texts() const noexcept { return texts_.get(); }

 private:
  Status begin_document();
  Status begin_part(std::uint32_t position);
  std::size_t fitting(std::span<const Token> tokens) const;
  Status analyze(std::string_view text);
  Status add_tokens();
  Status write_run();
  Status finish_run(const FrequentWords& words);

  Setup setup_;
  std::unique_ptr<Accumulator> accumulator_;
  std::unique_ptr<InvertedRun> last_run_;  // in the accumulator's memory
  FileAppender run_out_;
  std::unique_ptr<TextSpill> texts_;
  TokenBuffer tokens_;
  RunDocument document_;             // the one being added
  std::string before_;               // its part at hand: see RunDocument
  std::uint32_t position_ = 0;       // its next free one
  std::size_t unchecked_bytes_ = 0;  // analyzed since the last checkpoint
};

}  // namespace kwic

#endif  // KWIC_INDEX_BUILD_WORKER_H_
