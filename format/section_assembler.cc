// SPDX-License-Identifier: Apache-2.0
#include "format/section_assembler.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "format/section_frame.h"

namespace kwic {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;
// The largest file an off_t can describe, less what rounding up may add.
constexpr std::uint64_t kMaxFileBytes =
    std::uint64_t{std::numeric_limits<std::int64_t>::max()} - 2 * kMaxRootBytes;

Status too_large() {
  return {StatusCode::kLimit,
          "the index would have more than " +
              std::to_string(kMaxSectionEntries) +
              " section parts; split the documents over several indexes"};
}

}  // namespace

Status SectionAssembler::add_to_plan(Plan& plan, std::uint64_t payload,
                                     std::uint64_t part_size) {
  if (payload == 0) return {};
  const std::uint64_t full = (payload - 1) / part_size;
  if (full >= kMaxSectionEntries - plan.entries ||
      payload > kMaxFileBytes - plan.file_bytes) {
    return too_large();
  }
  // At most kMaxSectionEntries parts of kMaxPartSize: far from overflow.
  plan.entries += full + 1;
  plan.file_bytes +=
      full * part_bytes(part_size) + part_bytes(payload - full * part_size);
  return {};
}

SectionAssembler::SectionAssembler(WritableFile& out, const Plan& plan,
                                   const Progress& progress)
    : out_(out),
      plan_(plan),
      progress_(progress),
      offset_(first_part_offset(plan.entries)),
      buffer_(kBufferBytes) {
  entries_.reserve(static_cast<std::size_t>(plan.entries));
}

Status SectionAssembler::add(SectionKind kind, SectionSpool& spool) {
  const std::uint64_t parts = (spool.size() - 1) / spool.part_size() + 1;
  for (std::uint32_t part = 0; part < parts; ++part) {
    if (Status s = add_part(kind, spool, part); !s) return s;
  }
  return {};
}

Status SectionAssembler::add_part(SectionKind kind, SectionSpool& spool,
                                  std::uint32_t part) {
  static constexpr std::array<std::uint8_t, kSectionAlignment* 3> kZeros = {};
  const std::uint64_t start = offset_;
  const std::uint64_t begin = part * spool.part_size();
  const std::uint64_t payload =
      std::min(spool.part_size(), spool.size() - begin);
  const unsigned element = spool.element_size();
  hasher_.reset();
  if (Status s = put(section_frame(payload, element)); !s) return s;
  if (Status s = copy_payload(spool, begin, payload); !s) return s;
  const auto tail = static_cast<std::size_t>(part_tail_bytes(payload));
  if (Status s = put(ByteView(kZeros).first(tail)); !s) return s;
  const Hash128 hash = hasher_.result();
  entries_.emplace_back(static_cast<std::uint16_t>(kind),
                        static_cast<std::uint8_t>(element), std::uint8_t{0},
                        part, start, offset_ - start, payload, hash.low,
                        hash.high);
  return {};
}

Status SectionAssembler::copy_payload(SectionSpool& spool, std::uint64_t begin,
                                      std::uint64_t size) {
  while (size > 0) {
    const auto n =
        static_cast<std::size_t>(std::min<std::uint64_t>(size, kBufferBytes));
    const std::span<std::uint8_t> chunk = std::span(buffer_).first(n);
    if (Status s = spool.read(begin, chunk); !s) return s;
    if (Status s = put(chunk); !s) return s;
    begin += n;
    size -= n;
    if (progress_ && !progress_(offset_, plan_.file_bytes)) {
      return {StatusCode::kCancelled, "the build was cancelled"};
    }
  }
  return {};
}

Status SectionAssembler::put(ByteView bytes) {
  if (Status s = out_.write_at(offset_, bytes); !s) return s;
  hasher_.add(bytes);
  offset_ += bytes.size();
  return {};
}

Status SectionAssembler::write_root(const fb::Header& header) {
  if (entries_.size() != plan_.entries || offset_ != plan_.file_bytes) {
    return {StatusCode::kInternal,
            "the sections written are not those that were planned; please "
            "report this"};
  }
  Root root;
  root.header = header;
  root.entries = std::move(entries_);
  return out_.write_at(0, encode_root(root));
}

}  // namespace kwic
