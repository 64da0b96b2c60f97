// SPDX-License-Identifier: Apache-2.0
#include "kwic/index_builder.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "analysis/analyzer.h"
#include "base/limits.h"
#include "format/index_file_writer.h"
#include "index/build_internal.h"
#include "index/build_worker.h"
#include "index/frequent_word_sampler.h"
#include "index/guarded.h"
#include "index/index_assembler.h"
#include "index/memory_plan.h"
#include "index/worker_pool.h"

namespace kwic {
namespace {

// Progress is reported at least this often while reading.
constexpr std::uint64_t kBytesPerReport = std::uint64_t{1} << 20;
constexpr std::uint64_t kDocumentsPerReport = 1024;
// What create() asks for; the entry for tests takes any.
constexpr std::uint64_t kLeastMemory = std::uint64_t{16} << 20;

Status cancelled() {
  return {StatusCode::kCancelled, "the build was cancelled"};
}

Status check_document(const Document& document) {
  if (document.id.empty()) {
    return {StatusCode::kInvalidArgument,
            "a document without an id; give each a unique one"};
  }
  if (document.id.size() > kMaxExternalIdBytes) {
    return {StatusCode::kInvalidArgument,
            "a document id of " + std::to_string(document.id.size()) +
                " bytes; at most " + std::to_string(kMaxExternalIdBytes) +
                " are allowed"};
  }
  if (document.title.size() > kMaxTitleBytes) {
    return {StatusCode::kLimit,
            "a title of " + std::to_string(document.title.size()) +
                " bytes; at most " + std::to_string(kMaxTitleBytes) +
                " are allowed"};
  }
  if (document.body.size() > kMaxBodyBytes) {
    return {StatusCode::kLimit,
            "a body of " + std::to_string(document.body.size()) +
                " bytes; at most " + std::to_string(kMaxBodyBytes) +
                " are allowed: split the document"};
  }
  return {};
}

}  // namespace

class IndexBuilder::Impl {
 public:
  Impl(std::unique_ptr<IndexFileWriter> file, const BuildTuning& tuning,
       BuildOptions options)
      : tuning_(tuning),
        options_(std::move(options)),
        analyzer_(analyzer_for(options_.analyzer)),
        plan_(plan_memory(options_, tuning_)),
        file_(std::move(file)) {}

  // Workers in the midst of something stop soon, and pool_ waits for them.
  ~Impl() { ended_ = true; }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  static Result<IndexBuilder> start(FileSystem& files,
                                    const BuildTuning& tuning, std::string path,
                                    BuildOptions options) {
    auto file =
        IndexFileWriter::create(files, std::move(path), tuning.part_size);
    if (!file) return file.error();
    auto impl =
        std::make_unique<Impl>(*std::move(file), tuning, std::move(options));
    if (Status s = impl->create_workers(); !s) return s;
    return IndexBuilder(std::move(impl));
  }

  Status add(const Document& document) {
    if (!failure_.ok()) return failure_;
    if (Status s = check_document(document); !s) return s;
    if (documents_ >= kMaxDocuments) {
      return {StatusCode::kLimit, "an index holds at most " +
                                      std::to_string(kMaxDocuments) +
                                      " documents"};
    }
    failure_ = guarded([&] { return take(document); });
    return failure_;
  }

  Result<BuildSummary> finish() {
    if (!failure_.ok()) return failure_;
    Result<BuildSummary> summary = guarded([this] { return build(); });
    failure_ = {StatusCode::kInvalidArgument,
                "this builder has finished; create another"};
    return summary;
  }

 private:
  Status create_workers() {
    std::vector<std::unique_ptr<BuildWorker>> workers;
    for (unsigned i = 0; i < plan_.workers; ++i) {
      BuildWorker::Setup setup;
      setup.analyzer = &analyzer_;
      setup.number = i;
      setup.accumulator_bytes = plan_.accumulator_bytes;
      setup.run_tokens = std::max<std::uint64_t>(tuning_.run_tokens, 1);
      setup.kept_bytes = plan_.kept_bytes;
      setup.runs = &runs_;
      setup.hashes = options_.keep_hashes;
      setup.checkpoint = checkpoint();
      auto run_file = file_->temporary();
      if (!run_file) return run_file.error();
      setup.run_file = *std::move(run_file);
      if (options_.keep_text) {
        auto text_file = file_->temporary();
        if (!text_file) return text_file.error();
        setup.text_file = *std::move(text_file);
      }
      workers.push_back(std::make_unique<BuildWorker>(std::move(setup)));
    }
    pool_ = std::make_unique<WorkerPool>(
        std::move(workers), plan_.batch_bytes,
        [this] { return report(BuildProgress::Stage::kReading, 0); });
    return {};
  }

  // Of a worker. Progress is reported by the caller's thread only: a worker's
  // own thread just learns when to stop.
  InvertedRun::Checkpoint checkpoint() {
    if (plan_.workers == 1) {
      return [this] { return report(BuildProgress::Stage::kReading, 0); };
    }
    return [this] { return ended_ ? cancelled() : Status(); };
  }

  Status take(const Document& document) {
    if (Status s = pool_->add(document, documents_); !s) return s;
    sampler_.add(document);
    ++documents_;
    text_bytes_ += document.title.size() + document.body.size();
    if (text_bytes_ < next_report_bytes_ &&
        documents_ < next_report_documents_) {
      return {};
    }
    next_report_bytes_ = text_bytes_ + kBytesPerReport;
    next_report_documents_ = documents_ + kDocumentsPerReport;
    return report(BuildProgress::Stage::kReading, 0);
  }

  Status report(BuildProgress::Stage stage, double fraction) {
    if (!options_.progress ||
        options_.progress({stage, documents_, text_bytes_, fraction})) {
      return {};
    }
    ended_ = true;
    return cancelled();
  }

  Result<BuildSummary> build() {
    frequent_words_ = sampler_.words(analyzer_);
    if (Status s = pool_->finish({frequent_words_, false}); !s) return s;
    const std::uint64_t runs_spilled = runs_.runs().size();
    FileFigures figures;
    figures.analyzer_kind = analyzer_.kind();
    figures.analyzer_version = analyzer_.version();
    if (Status s = assemble(figures); !s) return s;
    Status reported;
    Result<std::uint64_t> file_bytes =
        file_->finish(figures, [&](std::uint64_t done, std::uint64_t total) {
          const double share =
              static_cast<double>(done) /
              static_cast<double>(std::max<std::uint64_t>(total, 1));
          reported = report(BuildProgress::Stage::kPublishing, share);
          return reported.ok();
        });
    if (!reported) return reported;
    if (!file_bytes) return file_bytes.error();
    return BuildSummary{.documents = figures.documents,
                        .tokens = figures.tokens,
                        .terms = figures.terms,
                        .postings = figures.postings,
                        .text_bytes = figures.text_bytes,
                        .file_bytes = *file_bytes,
                        .runs_spilled = runs_spilled};
  }

  Status assemble(FileFigures& figures) {
    IndexAssembler::Setup setup;
    setup.file = file_.get();
    setup.options = options_;
    setup.memory_bytes = plan_.memory_bytes;
    setup.threads = plan_.workers;
    setup.merge_width = std::max<std::size_t>(tuning_.merge_width, 2);
    setup.runs = std::move(runs_.runs());
    setup.frequent_words = std::move(frequent_words_);
    setup.texts = pool_->texts();
    setup.release_runs = [this] { pool_->release_runs(); };
    setup.progress = [this](BuildProgress::Stage stage, double fraction) {
      return report(stage, fraction);
    };
    return IndexAssembler(std::move(setup)).assemble(figures);
  }

  const BuildTuning tuning_;
  const BuildOptions options_;
  const Analyzer& analyzer_;
  const MemoryPlan plan_;
  std::unique_ptr<IndexFileWriter> file_;
  RunList runs_;
  FrequentWordSampler sampler_;
  std::vector<std::string> frequent_words_;
  std::atomic<bool> ended_ = false;
  std::unique_ptr<WorkerPool> pool_;  // uses the members above

  std::uint64_t documents_ = 0;
  std::uint64_t text_bytes_ = 0;
  std::uint64_t next_report_bytes_ = 0;
  std::uint64_t next_report_documents_ = 0;
  Status failure_;  // the one that ended the build
};

IndexBuilder::IndexBuilder(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
IndexBuilder::IndexBuilder(IndexBuilder&&) noexcept = default;
IndexBuilder& IndexBuilder::operator=(IndexBuilder&&) noexcept = default;
IndexBuilder::~IndexBuilder() = default;

Result<IndexBuilder> IndexBuilder::create(std::string path,
                                          BuildOptions options) {
  if (options.memory_bytes < kLeastMemory) {
    return Status(StatusCode::kInvalidArgument,
                  "memory_bytes is " + std::to_string(options.memory_bytes) +
                      "; at least 16 MiB (" + std::to_string(kLeastMemory) +
                      ") are needed");
  }
  return create_with(posix_file_system(), BuildTuning{}, std::move(path),
                     std::move(options));
}

Status IndexBuilder::add(const Document& document) {
  return guarded([&] { return impl_->add(document); });
}

Result<BuildSummary> IndexBuilder::finish() {
  return guarded([&] { return impl_->finish(); });
}

Result<IndexBuilder> BuilderAccess::start(FileSystem& files,
                                          const BuildTuning& tuning,
                                          std::string path,
                                          BuildOptions options) {
  return guarded([&] {
    return IndexBuilder::Impl::start(files, tuning, std::move(path),
                                     std::move(options));
  });
}

Result<IndexBuilder> create_with(FileSystem& files, const BuildTuning& tuning,
                                 std::string path, BuildOptions options) {
  return BuilderAccess::start(files, tuning, std::move(path),
                              std::move(options));
}

Result<IndexBuilder> create_with(FileSystem& files, std::uint64_t part_size,
                                 std::string path, BuildOptions options) {
  BuildTuning tuning;
  tuning.part_size = part_size;
  return create_with(files, tuning, std::move(path), std::move(options));
}

}  // namespace kwic
