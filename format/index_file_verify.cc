// SPDX-License-Identifier: Apache-2.0
// IndexFile::verify_hashes: every byte of a file is covered by a hash, or is
// one of the zeros between the root's hash and the first part.
#include <algorithm>
#include <string>
#include <utility>

#include "base/hash.h"
#include "format/index_file.h"
#include "format/root.h"
#include "format/section_frame.h"

namespace kwic {
namespace {

using Progress = std::function<bool(std::uint64_t, std::uint64_t)>;

constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kMaxProblems = 100;

// The position of the first byte that is not zero, or bytes.size().
std::size_t first_nonzero(ByteView bytes) {
  const auto it = std::find_if(bytes.begin(), bytes.end(),
                               [](std::uint8_t b) { return b != 0; });
  return static_cast<std::size_t>(it - bytes.begin());
}

class HashVerifier {
 public:
  HashVerifier(ByteView file, const PageRequests* requests,
               VerifyReport& report, const Progress& progress)
      : file_(file),
        requests_(requests),
        report_(report),
        progress_(progress) {}

  Status check_root(std::size_t entries) {
    const auto root = static_cast<std::size_t>(root_bytes(entries));
    const auto end = static_cast<std::size_t>(first_part_offset(entries));
    const std::size_t hash_end = root + kRootHashBytes;
    const Hash128 stored = {load_le<std::uint64_t>(file_.data() + root),
                            load_le<std::uint64_t>(file_.data() + root + 8)};
    Hash128 found;
    if (Status s = hash(file_.first(root), found); !s) return s;
    if (!hashes_agree(stored, found)) {
      problem("root", 0,
              "the hash of bytes 0 to " + std::to_string(root - 1) +
                  " does not match");
    }
    check_zeros("root", hash_end, file_.subspan(hash_end, end - hash_end));
    return advance(end - root);
  }

  Status check_part(const SectionInfo& info, unsigned element) {
    const std::string name(info.name);
    const auto offset = static_cast<std::size_t>(info.offset);
    const ByteView part =
        file_.subspan(offset, static_cast<std::size_t>(info.size));
    const std::uint64_t payload = info.count * element;
    check_frame(name, offset, part, section_frame(payload, element));
    const std::size_t end =
        kSectionHeaderBytes + static_cast<std::size_t>(payload);
    check_zeros(name, offset + end, part.subspan(end));
    Hash128 found;
    if (Status s = hash(part, found); !s) return s;
    if (!hashes_agree({info.hash_low, info.hash_high}, found)) {
      problem(name, info.offset,
              "the hash of part " + std::to_string(info.part) + ", bytes " +
                  std::to_string(info.offset) + " to " +
                  std::to_string(info.offset + info.size - 1) +
                  ", does not match");
    }
    return {};
  }

 private:
  void check_frame(const std::string& name, std::size_t offset, ByteView part,
                   const std::array<std::uint8_t, kSectionHeaderBytes>& frame) {
    const auto it = std::mismatch(frame.begin(), frame.end(), part.begin());
    if (it.first == frame.end()) return;
    const auto at = static_cast<std::size_t>(it.first - frame.begin());
    problem(name, offset + at,
            "the frame of the section is damaged: byte " + std::to_string(at) +
                " is " + std::to_string(*it.second) + ", not " +
                std::to_string(*it.first));
  }

  void check_zeros(const std::string& name, std::size_t offset,
                   ByteView padding) {
    const std::size_t at = first_nonzero(padding);
    if (at == padding.size()) return;
    problem(name, offset + at, "a padding byte is not zero");
  }

  // Hashes in chunks, so that progress is told and cancelling works.
  Status hash(ByteView bytes, Hash128& out) {
    Hasher128 hasher;
    while (!bytes.empty()) {
      // This chunk and some more: the system reads while we compute.
      if (requests_ != nullptr) requests_->ask(bytes.data(), 8 * kChunk);
      const ByteView chunk = bytes.first(std::min(bytes.size(), kChunk));
      hasher.add(chunk);
      if (Status s = advance(chunk.size()); !s) return s;
      bytes = bytes.subspan(chunk.size());
    }
    out = hasher.result();
    return {};
  }

  Status advance(std::size_t bytes) {
    done_ += bytes;
    report_.bytes_checked += bytes;
    if (!progress_ || progress_(done_, file_.size())) return {};
    return {StatusCode::kCancelled, "verification was cancelled"};
  }

  void problem(std::string section, std::uint64_t offset, std::string message) {
    if (report_.problems.size() >= kMaxProblems) return;
    report_.problems.push_back(
        {std::move(section), offset, std::move(message)});
  }

  ByteView file_;
  const PageRequests* requests_;
  VerifyReport& report_;
  const Progress& progress_;
  std::uint64_t done_ = 0;
};

}  // namespace

Status IndexFile::verify_hashes(VerifyReport& report,
                                const Progress& progress) const {
  HashVerifier verifier(bytes_, requests_, report, progress);
  if (Status s = verifier.check_root(infos_.size()); !s) return s;
  for (std::size_t i = 0; i < infos_.size(); ++i) {
    Status s = verifier.check_part(infos_[i], info_elements_[i]);
    if (!s) return s;
  }
  return {};
}

}  // namespace kwic
