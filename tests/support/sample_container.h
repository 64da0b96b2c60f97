// SPDX-License-Identifier: Apache-2.0
// A small file with sections of every element size, one of them in parts. Its
// payloads mean nothing.
#ifndef KWIC_TESTS_SUPPORT_SAMPLE_CONTAINER_H_
#define KWIC_TESTS_SUPPORT_SAMPLE_CONTAINER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "format/index_file_writer.h"
#include "format/section.h"

namespace kwic {

struct SampleSection {
  SectionKind kind;
  ElementType element;
  std::vector<std::uint8_t> payload;
};

inline constexpr std::uint64_t kSamplePartSize = 128;

// In order of kind.
std::vector<SampleSection> sample_sections();
FileFigures sample_figures();

// Writes the file, and one empty section that does not show.
Result<std::uint64_t> write_sample(
    FileSystem& files, const std::string& path,
    const std::vector<SampleSection>& sections = sample_sections(),
    std::uint64_t part_size = kSamplePartSize);

}  // namespace kwic

#endif  // KWIC_TESTS_SUPPORT_SAMPLE_CONTAINER_H_
