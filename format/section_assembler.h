// SPDX-License-Identifier: Apache-2.0
// SectionAssembler: copies sections from their spools into the final file,
// frames, pads and hashes their parts, and writes the root before them.
#ifndef KWIC_FORMAT_SECTION_ASSEMBLER_H_
#define KWIC_FORMAT_SECTION_ASSEMBLER_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "base/file_system.h"
#include "base/hash.h"
#include "format/root.h"
#include "format/section.h"
#include "format/section_spool.h"
#include "kwic/status.h"

namespace kwic {

class SectionAssembler {
 public:
  using Progress = std::function<bool(std::uint64_t, std::uint64_t)>;

  // Sizes, known before anything is written.
  struct Plan {
    std::uint64_t entries = 0;     // parts of all sections
    std::uint64_t file_bytes = 0;  // of the whole file
  };
  // Adds a section of `payload` bytes to the plan. kLimit when the section
  // table or the file would become too large.
  static Status add_to_plan(Plan& plan, std::uint64_t payload,
                            std::uint64_t part_size);

  SectionAssembler(WritableFile& out, const Plan& plan,
                   const Progress& progress);

  // Appends a section. Call in order of kind. REQUIRES: not empty.
  Status add(SectionKind kind, SectionSpool& spool);

  // Writes the root. REQUIRES: all of the plan has been added.
  Status write_root(const fb::Header& header);

 private:
  Status add_part(SectionKind kind, SectionSpool& spool, std::uint32_t part);
  Status copy_payload(SectionSpool& spool, std::uint64_t begin,
                      std::uint64_t size);
  Status put(ByteView bytes);

  WritableFile& out_;
  Plan plan_;
  const Progress& progress_;
  std::uint64_t offset_;
  Hasher128 hasher_;
  std::vector<fb::SectionEntry> entries_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_SECTION_ASSEMBLER_H_
