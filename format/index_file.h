// SPDX-License-Identifier: Apache-2.0
// IndexFile: an opened file: its checked root and its sections.
//
// Opening validates a private copy of the root (size, identifier, version,
// feature bits, hash, bounds of every section) and uses that copy from then on.
// It touches no byte behind the root, so that it costs the same for any size;
// verify_hashes() looks at all the others.
//
// Thread-safety: constant after opening.
#ifndef KWIC_FORMAT_INDEX_FILE_H_
#define KWIC_FORMAT_INDEX_FILE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/mapped_file.h"
#include "base/page_requests.h"
#include "format/section.h"
#include "format/section_view.h"
#include "kwic/index.h"
#include "kwic/status.h"

namespace kwic {

struct Root;

class IndexFile {
 public:
  // `bytes` must stay valid and unchanged while the IndexFile lives and start
  // at a multiple of 64; `keep_alive` is whatever owns them.
  // Messages call the file `name`.
  static Result<std::shared_ptr<const IndexFile>> open(
      ByteView bytes, std::shared_ptr<const void> keep_alive,
      const std::string& name = "the index in memory");

  // The same for bytes at any address: copies them where they do not start at
  // a multiple of 64, else they must stay.
  static Result<std::shared_ptr<const IndexFile>> open_memory(ByteView bytes);

  // Opens a path, or a part of a descriptor, mapped or copied.
  static Result<std::shared_ptr<const IndexFile>> open_path(
      const std::string& path, const OpenOptions& options);
  static Result<std::shared_ptr<const IndexFile>> open_fd(
      int fd, std::uint64_t offset, std::uint64_t length,
      const OpenOptions& options);

  const IndexStats& stats() const noexcept { return stats_; }
  std::uint16_t analyzer_version() const noexcept { return analyzer_version_; }
  float bm25_k1() const noexcept { return k1_; }
  float bm25_b() const noexcept { return b_; }

  // The payload of a section; empty if the file has none of that kind.
  const SectionView& section(SectionKind kind) const noexcept {
    return views_[static_cast<std::size_t>(kind)];
  }
  // Bytes per element of a section of integers: 1, 2, 4 or 8.
  int element_size(SectionKind kind) const noexcept {
    return element_sizes_[static_cast<std::size_t>(kind)];
  }
  const std::vector<SectionInfo>& sections() const noexcept { return infos_; }

  // The offset in the file of an address of a section's payload, for messages:
  // that of the payload's end for an address beyond it, 0 without a section.
  std::uint64_t file_offset(SectionKind kind, std::uint64_t address) const;

  // Checks every hash, frame and padding byte; see Index::verify. The offset
  // of a problem is that of the byte where it can be told, else where the
  // bytes begin that the hash covers. kCancelled if `progress` cancels.
  Status verify_hashes(
      VerifyReport& report,
      const std::function<bool(std::uint64_t, std::uint64_t)>& progress) const;

 private:
  IndexFile() = default;
  static Result<std::shared_ptr<const IndexFile>> open_mapped(
      Result<std::shared_ptr<const MappedFile>> file, const std::string& name);
  static Result<std::shared_ptr<const IndexFile>> open_bytes(
      ByteView bytes, std::shared_ptr<const void> keep_alive,
      const PageRequests* requests, const std::string& name);
  void take_root(const Root& root);

  ByteView bytes_;
  std::shared_ptr<const void> keep_alive_;
  const PageRequests* requests_ = nullptr;  // null if not mapped by us
  IndexStats stats_;
  std::uint16_t analyzer_version_ = 0;
  float k1_ = 0, b_ = 0;
  SectionView views_[kSectionKindLimit];
  int element_sizes_[kSectionKindLimit] = {};
  std::vector<SectionInfo> infos_;
  std::vector<std::uint8_t> info_elements_;  // element size of each info
};

}  // namespace kwic

#endif  // KWIC_FORMAT_INDEX_FILE_H_
