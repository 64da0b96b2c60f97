// SPDX-License-Identifier: Apache-2.0
#include "kwic/index.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "query/index_impl.h"
#include "query/no_throw.h"
#include "query/verify_deep.h"

namespace kwic {
namespace {

bool is_known(AnalyzerKind kind) {
  return kind == AnalyzerKind::kStandard || kind == AnalyzerKind::kSimple;
}

// Queries must be cut into words as the documents were, so a file of another
// analyzer version cannot be searched.
Status check_analyzer(const IndexFile& file) {
  const AnalyzerKind kind = file.stats().analyzer;
  if (!is_known(kind)) {
    return {StatusCode::kTooNew,
            "the index was built with analyzer " +
                std::to_string(static_cast<int>(kind)) +
                ", which this version of kwic does not have: upgrade kwic"};
  }
  const int own = analyzer_for(kind).version();
  const int found = file.analyzer_version();
  if (found == own) return {};
  const std::string versions =
      "the index was built with version " + std::to_string(found) +
      " of the analyzer, this kwic has version " + std::to_string(own);
  if (found > own) return {StatusCode::kTooNew, versions + ": upgrade kwic"};
  return {StatusCode::kTooOld, versions + ": build the index anew"};
}

// Loops run up to the number of documents, so it must be backed by as many
// bytes: every document has a length.
Status check_documents(const IndexFile& file) {
  const std::uint64_t documents = file.stats().documents;
  const auto element =
      static_cast<std::uint64_t>(file.element_size(SectionKind::kLengths));
  const std::uint64_t lengths =
      element == 0 ? 0 : file.section(SectionKind::kLengths).size() / element;
  if (documents == lengths) return {};
  return {StatusCode::kCorrupt,
          "root: " + std::to_string(documents) + " documents, but lengths of " +
              std::to_string(lengths) + "; copy the index anew or rebuild it"};
}

Status no_such_document(DocId doc, std::uint64_t documents) {
  return {StatusCode::kInvalidArgument,
          "document " + std::to_string(doc) + " of an index of " +
              std::to_string(documents) + " documents"};
}

}  // namespace

Index::Index(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Index::Index(const Index&) noexcept = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(const Index&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;
Index::~Index() = default;

Result<Index> Index::Impl::adopt(
    Result<std::shared_ptr<const IndexFile>> opened) {
  if (!opened) return opened.error();
  if (Status status = check_analyzer(**opened); !status) return status;
  if (Status status = check_documents(**opened); !status) return status;
  const Analyzer& analyzer = analyzer_for((*opened)->stats().analyzer);
  return Index(std::make_shared<const Impl>(*std::move(opened), analyzer));
}

Result<Index> Index::open(const std::string& path, OpenOptions options) {
  return no_throw([&]() -> Result<Index> {
    return Impl::adopt(IndexFile::open_path(path, options));
  });
}

Result<Index> Index::open_memory(std::span<const std::byte> bytes) {
  return no_throw([&]() -> Result<Index> {
    return Impl::adopt(IndexFile::open_memory(
        {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
  });
}

Result<Index> Index::open_fd(int fd, std::uint64_t offset, std::uint64_t length,
                             OpenOptions options) {
  return no_throw([&]() -> Result<Index> {
    return Impl::adopt(IndexFile::open_fd(fd, offset, length, options));
  });
}

IndexStats Index::stats() const noexcept { return impl_->file->stats(); }

std::vector<SectionInfo> Index::sections() const {
  return impl_->file->sections();
}

Result<DocId> Index::find(std::string_view id) const {
  return no_throw([&] { return impl_->documents.find(id); });
}

Result<DocumentInfo> Index::document(DocId doc) const {
  return no_throw([&]() -> Result<DocumentInfo> {
    const std::uint32_t size = impl_->documents.size();
    if (doc >= size) return no_such_document(doc, size);
    return impl_->documents.info(doc);
  });
}

Result<StoredText> Index::text(DocId doc) const {
  return no_throw([&]() -> Result<StoredText> {
    const std::uint32_t size = impl_->documents.size();
    if (doc >= size) return no_such_document(doc, size);
    if (!impl_->store.present()) {
      return Status(StatusCode::kNotFound,
                    "the index was built without its texts (--no-text)");
    }
    StoredText text;
    std::string id;
    Status status = impl_->documents.name(doc, id, text.title);
    if (!status) return status;
    DocStore::Scratch scratch;
    status = impl_->store.read(doc, scratch, text.body);
    if (!status) return status;
    return text;
  });
}

Status Index::terms(std::string_view prefix,
                    const std::function<bool(const TermStats&)>& visit) const {
  return no_throw([&] {
    return impl_->dictionary.scan(
        prefix, [&](std::string_view term, const TermInfo& info) {
          return term.starts_with(prefix) &&
                 visit({term, info.doc_freq, info.collection_freq});
        });
  });
}

Result<VerifyReport> Index::verify(
    VerifyLevel level,
    const std::function<bool(std::uint64_t, std::uint64_t)>& progress) const {
  return no_throw([&]() -> Result<VerifyReport> {
    VerifyReport report;
    Status status = impl_->file->verify_hashes(report, progress);
    if (!status) return status;
    if (level == VerifyLevel::kDeep) {
      const DeepParts parts{*impl_->file, impl_->analyzer, impl_->dictionary,
                            impl_->documents, impl_->store};
      status = verify_deep(parts, report, progress);
      if (!status) return status;
    }
    return report;
  });
}

}  // namespace kwic
