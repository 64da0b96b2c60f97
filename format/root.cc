// SPDX-License-Identifier: Apache-2.0
#include "format/root.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "base/limits.h"
#include "format/version.h"
#include "kwic/index_builder.h"

namespace kwic {
namespace {

static_assert(sizeof(fb::Header) == kRootCountOffset - 4 - kRootHeaderOffset);
static_assert(sizeof(fb::SectionEntry) == 48);
static_assert(std::is_trivially_copyable_v<fb::Header> &&
              std::is_trivially_copyable_v<fb::SectionEntry>);

using RootFrame = std::array<std::uint8_t, kRootHeaderOffset>;

constexpr std::size_t kIdentifier = 4;
constexpr std::size_t kVtable = 8;
constexpr std::size_t kTable = 16;
constexpr std::size_t kSectionsField = 20;

void put_u16(std::uint8_t* p, std::size_t value) {
  store_le(p, static_cast<std::uint16_t>(value));
}

void put_u32(std::uint8_t* p, std::size_t value) {
  store_le(p, static_cast<std::uint32_t>(value));
}

// The bytes before the header, the same in every file.
RootFrame root_frame() {
  RootFrame frame = {};
  std::uint8_t* const p = frame.data();
  put_u32(p, kTable);
  std::memcpy(p + kIdentifier, fb::RootIdentifier(), 4);
  put_u16(p + kVtable, 8);
  put_u16(p + kVtable + 2, kRootHeaderOffset + sizeof(fb::Header) - kTable);
  put_u16(p + kVtable + 4, kRootHeaderOffset - kTable);
  put_u16(p + kVtable + 6, kSectionsField - kTable);
  put_u32(p + kTable, kTable - kVtable);
  put_u32(p + kSectionsField, kRootCountOffset - kSectionsField);
  return frame;
}

Status damaged(const std::string& what) {
  return {StatusCode::kCorrupt,
          "is damaged: root: " + what + "; copy it anew or rebuild it"};
}

Status cut_short(std::uint64_t found, std::uint64_t expected) {
  return {StatusCode::kCorrupt, "is cut short: " + std::to_string(found) +
                                    " of " + std::to_string(expected) +
                                    " bytes; copy it anew or rebuild it"};
}

Status check_identifier(ByteView file) {
  if (file.empty()) {
    return {StatusCode::kNotAnIndex,
            "is not a kwic index: it is empty; make one with 'kwic index'"};
  }
  if (file.size() < kVtable ||
      std::memcmp(file.data() + kIdentifier, fb::RootIdentifier(), 4) != 0) {
    return {StatusCode::kNotAnIndex,
            "is not a kwic index: \"KWIC\" does not stand at byte 4; make one "
            "with 'kwic index'"};
  }
  if (file.size() < kRootFixedBytes) {
    return {StatusCode::kCorrupt,
            "is cut short: " + std::to_string(file.size()) +
                " bytes of at "
                "least " +
                std::to_string(kRootFixedBytes) +
                "; copy it anew or rebuild it"};
  }
  return {};
}

std::string version_text(unsigned major, unsigned minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

// Until 1.0 a reader accepts its own version only; then its own major one.
Status check_version(const fb::Header& header) {
  const std::pair<unsigned, unsigned> found(header.format_major(),
                                            header.format_minor());
  const std::pair<unsigned, unsigned> own(kFormatMajor, kFormatMinor);
  if (found == own || (own.first > 0 && found.first == own.first)) return {};
  const std::string versions =
      "has format " + version_text(found.first, found.second) +
      ", this kwic reads " + version_text(own.first, own.second);
  if (found < own) {
    return {StatusCode::kTooOld, versions + "; build it again"};
  }
  return {StatusCode::kTooNew, versions + "; use a newer kwic"};
}

// That the root has the one layout there is and lies inside the file.
Status check_layout(const std::uint8_t* root, const fb::Header& header,
                    std::uint64_t file_size) {
  const RootFrame frame = root_frame();
  if (!std::equal(frame.begin(), frame.end(), root)) {
    return damaged("its first 24 bytes are not those of any index");
  }
  const auto count = load_le<std::uint32_t>(root + kRootCountOffset);
  if (count > kMaxSectionEntries || header.root_size() != root_bytes(count)) {
    return damaged(std::to_string(count) + " sections do not fit a root of " +
                   std::to_string(header.root_size()) + " bytes");
  }
  if (load_le<std::uint32_t>(root + kRootCountOffset - 4) != 0) {
    return damaged("bytes 120 to 123 are not zero");
  }
  if (header.root_size() > file_size - kRootHashBytes) {
    return header.file_size() > file_size
               ? cut_short(file_size, header.file_size())
               : damaged("it is larger than the file");
  }
  return {};
}

// `root`: the root and its hash.
Status check_hash(ByteView root) {
  const std::size_t size = root.size() - kRootHashBytes;
  const Hash128 stored = {load_le<std::uint64_t>(root.data() + size),
                          load_le<std::uint64_t>(root.data() + size + 8)};
  if (!hashes_agree(stored, hash128(root.first(size)))) {
    return damaged("its hash does not match");
  }
  return {};
}

// The layout is fixed, so this can hardly fail; it is what the promise of
// FlatBuffers rests on, that the generated accessors stay inside the buffer.
Status check_flatbuffer(ByteView root) {
  flatbuffers::Verifier::Options options;
  options.max_depth = 8;
  options.max_tables = 4;
  flatbuffers::Verifier verifier(root.data(), root.size(), options);
  if (!fb::VerifyRootBuffer(verifier)) {
    return damaged("FlatBuffers does not accept it");
  }
  return {};
}

Status check_file_size(const fb::Header& header, std::uint64_t file_size) {
  if (header.file_size() > file_size) {
    return cut_short(file_size, header.file_size());
  }
  if (header.file_size() < file_size) {
    return {StatusCode::kCorrupt,
            "is too long: " + std::to_string(file_size - header.file_size()) +
                " bytes follow its end at byte " +
                std::to_string(header.file_size()) +
                "; copy it anew or rebuild it"};
  }
  return {};
}

Status check_header(const fb::Header& header) {
  if ((header.features_incompatible() & ~kKnownIncompatible) != 0) {
    return {StatusCode::kTooNew,
            "uses features this kwic does not know; use a newer kwic"};
  }
  if (header.analyzer_kind() >
      static_cast<std::uint16_t>(AnalyzerKind::kSimple)) {
    return {StatusCode::kTooNew,
            "was made by analyzer " + std::to_string(header.analyzer_kind()) +
                ", which this kwic does not know; use a newer kwic"};
  }
  if (!is_valid_part_size(header.part_size())) {
    return damaged("a part size of " + std::to_string(header.part_size()));
  }
  if (header.documents() > kMaxDocuments) {
    return damaged(std::to_string(header.documents()) + " documents");
  }
  const float k1 = header.bm25_k1(), b = header.bm25_b();
  if (!(k1 >= 0 && k1 <= 1000 && b >= 0 && b <= 1)) {
    return damaged("BM25 parameters out of range");
  }
  return {};
}

// Where an entry stands in the table, for messages.
Status damaged_entry(std::size_t index, const std::string& what) {
  return damaged("section entry " + std::to_string(index) + ": " + what);
}

// What an entry must be by itself.
Status check_entry(const fb::SectionEntry& entry, std::size_t index,
                   std::uint64_t part_size) {
  if ((entry.flags() & ~kSectionOptional) != 0) {
    return {StatusCode::kTooNew,
            "has a section with flags this kwic does not know; use a newer "
            "kwic"};
  }
  const bool known = entry.kind() < kSectionKindLimit;
  if (!known && (entry.flags() & kSectionOptional) == 0) {
    return {StatusCode::kTooNew,
            "has a section of kind " + std::to_string(entry.kind()) +
                ", which this kwic does not know; use a newer kwic"};
  }
  if (!is_valid_element_size(entry.element())) {
    return damaged_entry(
        index, "elements of " + std::to_string(entry.element()) + " bytes");
  }
  if (entry.kind() == 0 || entry.payload() == 0 ||
      entry.payload() > part_size || entry.payload() % entry.element() != 0 ||
      entry.size() != part_bytes(entry.payload())) {
    return damaged_entry(index, "kind and sizes do not fit");
  }
  return {};
}

// Whether `entry` may stand behind `previous` in the table.
bool follows(const fb::SectionEntry& entry, const fb::SectionEntry* previous,
             std::uint64_t part_size) {
  if (entry.part() == 0) {
    return previous == nullptr || entry.kind() > previous->kind();
  }
  return previous != nullptr && entry.kind() == previous->kind() &&
         entry.part() == previous->part() + std::uint64_t{1} &&
         entry.element() == previous->element() &&
         entry.flags() == previous->flags() && previous->payload() == part_size;
}

Status check_entries(const Root& root) {
  const std::uint64_t part_size = root.header.part_size();
  const std::uint64_t end = root.header.file_size();
  std::uint64_t offset = first_part_offset(root.entries.size());
  const fb::SectionEntry* previous = nullptr;
  for (std::size_t i = 0; i < root.entries.size(); ++i) {
    const fb::SectionEntry& entry = root.entries[i];
    if (Status s = check_entry(entry, i, part_size); !s) return s;
    if (!follows(entry, previous, part_size)) {
      return damaged_entry(i, "out of order");
    }
    if (entry.offset() != offset || offset > end ||
        entry.size() > end - offset) {
      return damaged_entry(i, "not where the one before it ends");
    }
    offset += entry.size();
    previous = &entry;
  }
  if (offset != end) return damaged("the sections do not fill the file");
  return {};
}

fb::Header header_of(const std::uint8_t* root) {
  fb::Header header;
  std::memcpy(&header, root + kRootHeaderOffset, sizeof(header));
  return header;
}

Root parsed(ByteView copy) {
  const fb::Root& table = *fb::GetRoot(copy.data());
  Root root;
  root.header = *table.header();
  root.entries.reserve(table.sections()->size());
  for (const fb::SectionEntry* entry : *table.sections()) {
    root.entries.push_back(*entry);
  }
  return root;
}

}  // namespace

std::vector<std::uint8_t> encode_root(const Root& root) {
  const std::size_t count = root.entries.size();
  assert(count <= kMaxSectionEntries);
  const auto size = static_cast<std::size_t>(root_bytes(count));
  std::vector<std::uint8_t> out(
      static_cast<std::size_t>(first_part_offset(count)));
  std::uint8_t* const p = out.data();
  const RootFrame frame = root_frame();
  std::copy(frame.begin(), frame.end(), p);
  std::memcpy(p + kRootHeaderOffset, &root.header, sizeof(root.header));
  put_u32(p + kRootCountOffset, count);
  if (count > 0) {
    std::memcpy(p + kRootFixedBytes, root.entries.data(),
                count * sizeof(fb::SectionEntry));
  }
  const Hash128 hash = hash128({p, size});
  store_le(p + size, hash.low);
  store_le(p + size + 8, hash.high);
  return out;
}

Result<Root> decode_root(ByteView file) {
  if (Status s = check_identifier(file); !s) return s;
  // Everything from here on looks at copies: the mapped bytes may change
  // between a check and a use.
  std::array<std::uint8_t, kRootFixedBytes> start;
  std::copy_n(file.begin(), start.size(), start.begin());
  const fb::Header header = header_of(start.data());
  if (Status s = check_version(header); !s) return s;
  if (Status s = check_layout(start.data(), header, file.size()); !s) return s;

  const auto root_size = static_cast<std::size_t>(header.root_size());
  std::vector<std::uint8_t> copy(
      file.begin(),
      file.begin() + static_cast<std::ptrdiff_t>(root_size + kRootHashBytes));
  std::copy(start.begin(), start.end(), copy.begin());
  if (Status s = check_hash(copy); !s) return s;
  const ByteView buffer = ByteView(copy).first(root_size);
  if (Status s = check_flatbuffer(buffer); !s) return s;
  if (Status s = check_file_size(header, file.size()); !s) return s;
  if (Status s = check_header(header); !s) return s;

  Root root = parsed(buffer);
  if (Status s = check_entries(root); !s) return s;
  return root;
}

}  // namespace kwic
