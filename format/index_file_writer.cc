// SPDX-License-Identifier: Apache-2.0
#include "format/index_file_writer.h"

#include <cassert>
#include <utility>

#include "format/bm25.h"
#include "format/root.h"
#include "format/section_assembler.h"
#include "format/section_frame.h"
#include "format/section_spool.h"
#include "format/temporary_files.h"
#include "format/version.h"

namespace kwic {
namespace {

using Progress = std::function<bool(std::uint64_t, std::uint64_t)>;

// The file being assembled: removed at the end unless it was published.
class PendingFile {
 public:
  PendingFile(FileSystem& files, TemporaryFiles::Named named)
      : files_(files), named_(std::move(named)) {}
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;
  ~PendingFile() {
    if (named_.path.empty()) return;
    if (!files_.remove(named_.path)) (void)files_.remove(named_.path);
  }

  WritableFile& file() { return *named_.file; }

  // The file keeps its lock until it has its final name: closed before, it
  // would look abandoned to another build of the same target. What close()
  // can still report sync() has reported already.
  Status publish(const TargetPath& target, const std::string& path) {
    if (Status s = named_.file->set_read_only(); !s) return s;
    if (Status s = named_.file->sync(); !s) return s;
    if (Status s = files_.rename(named_.path, path); !s) return s;
    named_.path.clear();
    Status closed = named_.file->close();
    Status synced = files_.sync_folder(target.folder);
    if (closed.ok() && synced.ok()) return {};
    return {StatusCode::kDurability,
            path + " is in place, but may be lost if the power fails now: " +
                (synced.ok() ? closed : synced).message()};
  }

 private:
  FileSystem& files_;
  TemporaryFiles::Named named_;
};

fb::Header header_of(const FileFigures& figures,
                     const SectionAssembler::Plan& plan,
                     std::uint64_t part_size) {
  return fb::Header(kFormatMajor, kFormatMinor,
                    static_cast<std::uint16_t>(figures.analyzer_kind),
                    figures.analyzer_version, figures.features_compatible,
                    /*features_incompatible=*/0, root_bytes(plan.entries),
                    plan.file_bytes, figures.documents, figures.terms,
                    figures.tokens, figures.postings, figures.text_bytes,
                    part_size, kBm25K1, kBm25B);
}

class SpoolingWriter final : public IndexFileWriter {
 public:
  SpoolingWriter(FileSystem& files, std::string path, std::uint64_t part_size)
      : files_(files),
        path_(std::move(path)),
        target_(path_),
        part_size_(part_size),
        temporaries_(files, target_) {}

  // Finds out now what would else fail after hours of work.
  Status prepare() {
    if (Status s = check_target(); !s) return s;
    temporaries_.remove_abandoned();
    const auto probe = temporaries_.create();
    return probe ? Status() : about_target(probe.error());
  }

  SectionWriter& section(SectionKind kind, ElementType element) override {
    auto& spool = spools_[static_cast<std::size_t>(kind)];
    assert(spool == nullptr);
    spool = std::make_unique<SectionSpool>(temporaries_, element, part_size_);
    return *spool;
  }

  Result<std::unique_ptr<WritableFile>> temporary() override {
    return temporaries_.create();
  }

  Result<std::uint64_t> finish(const FileFigures& figures,
                               const Progress& progress) override {
    SectionAssembler::Plan plan;
    if (Status s = make_plan(plan); !s) return s;
    Result<TemporaryFiles::Named> named = temporaries_.create_named();
    if (!named) return about_target(named.error());
    PendingFile pending(files_, *std::move(named));
    SectionAssembler assembler(pending.file(), plan, progress);
    if (Status s = assemble(assembler); !s) return about_target(s);
    Status s = assembler.write_root(header_of(figures, plan, part_size_));
    if (!s) return about_target(s);
    s = pending.publish(target_, path_);
    if (s.code() == StatusCode::kDurability) return s;
    if (!s) return about_target(s);
    return plan.file_bytes;
  }

 private:
  Status check_target() {
    const Result<FileKind> folder = files_.kind(target_.folder);
    if (!folder) return about_target(folder.error());
    if (*folder != FileKind::kFolder) {
      const bool missing = *folder == FileKind::kMissing;
      return {StatusCode::kNotFound,
              "cannot write " + path_ + ": " + target_.folder +
                  (missing ? " does not exist; create this folder first"
                           : " is not a folder; choose another path")};
    }
    const Result<FileKind> target = files_.kind(path_);
    if (!target) return about_target(target.error());
    if (*target == FileKind::kFolder || target_.name.empty()) {
      return {StatusCode::kInvalidArgument,
              "cannot write " + path_ +
                  ": it is a folder; name a file, such as one in it"};
    }
    if (*target == FileKind::kOther) {
      return {StatusCode::kInvalidArgument,
              "cannot write " + path_ +
                  ": it is a device or a pipe; name a "
                  "regular file"};
    }
    return {};
  }

  // Temporary files have names that mean nothing to people.
  Status about_target(const Status& cause) const {
    return {cause.code(), "cannot write " + path_ + ": " + cause.message()};
  }

  Status make_plan(SectionAssembler::Plan& plan) const {
    for (const auto& spool : spools_) {
      if (spool == nullptr) continue;
      Status s = SectionAssembler::add_to_plan(plan, spool->size(), part_size_);
      if (!s) return s;
      if (spool->size() % spool->element_size() != 0) {
        return {StatusCode::kInternal,
                "a section does not end with a whole element; please report "
                "this"};
      }
    }
    plan.file_bytes += first_part_offset(plan.entries);
    return {};
  }

  Status assemble(SectionAssembler& assembler) {
    for (std::size_t kind = 0; kind < kSectionKindLimit; ++kind) {
      SectionSpool* const spool = spools_[kind].get();
      if (spool == nullptr || spool->size() == 0) continue;
      Status s = assembler.add(static_cast<SectionKind>(kind), *spool);
      if (!s) return s;
      spool->release();  // so that the disk holds no section twice
    }
    return {};
  }

  FileSystem& files_;
  std::string path_;
  TargetPath target_;
  std::uint64_t part_size_;
  TemporaryFiles temporaries_;
  std::unique_ptr<SectionSpool> spools_[kSectionKindLimit];
};

}  // namespace

Result<std::unique_ptr<IndexFileWriter>> IndexFileWriter::create(
    FileSystem& files, std::string path, std::uint64_t part_size) {
  if (!is_valid_part_size(part_size)) {
    return Status(StatusCode::kInvalidArgument,
                  "a part size of " + std::to_string(part_size) +
                      " bytes; it must be a multiple of 64, at most " +
                      std::to_string(kMaxPartSize));
  }
  if (path.empty()) {
    return Status(StatusCode::kInvalidArgument,
                  "the path of the index is empty; name a file");
  }
  auto writer =
      std::make_unique<SpoolingWriter>(files, std::move(path), part_size);
  if (Status s = writer->prepare(); !s) return s;
  return std::unique_ptr<IndexFileWriter>(std::move(writer));
}

}  // namespace kwic
