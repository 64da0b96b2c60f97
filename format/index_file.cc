// SPDX-License-Identifier: Apache-2.0
#include "format/index_file.h"

#include <utility>

#include "format/root.h"
#include "format/version.h"

namespace kwic {
namespace {

using OpenResult = Result<std::shared_ptr<const IndexFile>>;

bool is_aligned(ByteView bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes.data()) % kSectionAlignment ==
         0;
}

IndexStats stats_of(const fb::Header& header) {
  IndexStats stats;
  stats.documents = header.documents();
  stats.terms = header.terms();
  stats.tokens = header.tokens();
  stats.postings = header.postings();
  stats.text_bytes = header.text_bytes();
  stats.file_bytes = header.file_size();
  stats.analyzer = static_cast<AnalyzerKind>(header.analyzer_kind());
  stats.has_text = (header.features_compatible() & kFeatureText) != 0;
  stats.has_times = (header.features_compatible() & kFeatureTimes) != 0;
  stats.has_hashes = (header.features_compatible() & kFeatureHashes) != 0;
  stats.format_major = header.format_major();
  stats.format_minor = header.format_minor();
  stats.analyzer_version = header.analyzer_version();
  stats.features_compatible = header.features_compatible();
  stats.features_incompatible = header.features_incompatible();
  stats.root_size = header.root_size();
  stats.part_size = header.part_size();
  stats.bm25_k1 = header.bm25_k1();
  stats.bm25_b = header.bm25_b();
  return stats;
}

SectionInfo info_of(const fb::SectionEntry& entry) {
  SectionInfo info;
  info.name = section_name(static_cast<SectionKind>(entry.kind()));
  info.part = entry.part();
  info.offset = entry.offset();
  info.size = entry.size();
  info.count = entry.payload() / entry.element();
  info.payload = entry.payload();
  info.kind = entry.kind();
  info.element = entry.element();
  info.flags = entry.flags();
  info.hash_low = entry.hash_low();
  info.hash_high = entry.hash_high();
  return info;
}

}  // namespace

OpenResult IndexFile::open(ByteView bytes,
                           std::shared_ptr<const void> keep_alive,
                           const std::string& name) {
  return open_bytes(bytes, std::move(keep_alive), nullptr, name);
}

OpenResult IndexFile::open_mapped(
    Result<std::shared_ptr<const MappedFile>> file, const std::string& name) {
  if (!file) return file.error();
  const ByteView bytes = (*file)->bytes();
  const PageRequests* requests =
      (*file)->is_copy() ? nullptr : &(*file)->requests();
  return open_bytes(bytes, *std::move(file), requests, name);
}

OpenResult IndexFile::open_bytes(ByteView bytes,
                                 std::shared_ptr<const void> keep_alive,
                                 const PageRequests* requests,
                                 const std::string& name) {
  if (!is_aligned(bytes)) {
    return Status(StatusCode::kInvalidArgument,
                  name + " does not start at a multiple of 64; copy it");
  }
  const Result<Root> root = decode_root(bytes);
  if (!root) {
    return Status(root.error().code(), name + " " + root.error().message());
  }
  std::shared_ptr<IndexFile> file(new IndexFile);
  file->bytes_ = bytes;
  file->keep_alive_ = std::move(keep_alive);
  file->requests_ = requests;
  file->take_root(*root);
  return std::shared_ptr<const IndexFile>(std::move(file));
}

OpenResult IndexFile::open_memory(ByteView bytes) {
  if (is_aligned(bytes)) return open(bytes, nullptr);
  return open_mapped(MappedFile::copy_of(bytes), "the index in memory");
}

OpenResult IndexFile::open_path(const std::string& path,
                                const OpenOptions& options) {
  return open_mapped(MappedFile::open(path, options.copy), path);
}

OpenResult IndexFile::open_fd(int fd, std::uint64_t offset,
                              std::uint64_t length,
                              const OpenOptions& options) {
  return open_mapped(MappedFile::open_fd(fd, offset, length, options.copy),
                     "the index at byte " + std::to_string(offset) +
                         " of descriptor " + std::to_string(fd));
}

// decode_root() has proven that every part lies inside bytes_, so that here
// offsets and sizes fit a size_t.
void IndexFile::take_root(const Root& root) {
  stats_ = stats_of(root.header);
  analyzer_version_ = root.header.analyzer_version();
  k1_ = root.header.bm25_k1();
  b_ = root.header.bm25_b();
  std::vector<ByteView> parts[kSectionKindLimit];
  infos_.reserve(root.entries.size());
  info_elements_.reserve(root.entries.size());
  for (const fb::SectionEntry& entry : root.entries) {
    infos_.push_back(info_of(entry));
    info_elements_.push_back(entry.element());
    if (entry.kind() >= kSectionKindLimit) continue;
    element_sizes_[entry.kind()] = entry.element();
    parts[entry.kind()].push_back(bytes_.subspan(
        static_cast<std::size_t>(entry.offset()) + kSectionHeaderBytes,
        static_cast<std::size_t>(entry.payload())));
  }
  for (int kind = 0; kind < kSectionKindLimit; ++kind) {
    if (parts[kind].empty()) continue;
    views_[kind] =
        SectionView(std::move(parts[kind]), root.header.part_size(), requests_);
  }
}

std::uint64_t IndexFile::file_offset(SectionKind kind,
                                     std::uint64_t address) const {
  const SectionView& view = section(kind);
  if (view.empty()) return 0;
  const std::uint64_t last = view.size() - 1;
  const std::uint64_t within = address < last ? address : last;
  const auto offset =
      static_cast<std::uint64_t>(view.at(within, 1) - bytes_.data());
  return address > last ? offset + 1 : offset;
}

}  // namespace kwic
