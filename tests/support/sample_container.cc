// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sample_container.h"

#include <algorithm>

#include "format/version.h"

namespace kwic {
namespace {

std::vector<std::uint8_t> pattern(std::size_t size, unsigned seed) {
  std::vector<std::uint8_t> out(size);
  for (std::uint8_t& byte : out) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
  return out;
}

}  // namespace

std::vector<SampleSection> sample_sections() {
  return {{SectionKind::kTermHeads, ElementType::kU64, pattern(24, 1)},
          {SectionKind::kPostings, ElementType::kByte, pattern(300, 2)},
          {SectionKind::kPositions, ElementType::kU32, pattern(256, 3)},
          {SectionKind::kLengths, ElementType::kU16, pattern(6, 4)},
          {SectionKind::kStoreLexicon, ElementType::kByte, pattern(1, 5)}};
}

FileFigures sample_figures() {
  FileFigures figures;
  figures.analyzer_kind = AnalyzerKind::kSimple;
  figures.analyzer_version = 7;
  figures.features_compatible = kFeatureText;
  figures.documents = 3;
  figures.terms = 20;
  figures.tokens = 41;
  figures.postings = 33;
  figures.text_bytes = 555;
  return figures;
}

Result<std::uint64_t> write_sample(FileSystem& files, const std::string& path,
                                   const std::vector<SampleSection>& sections,
                                   std::uint64_t part_size) {
  auto writer = IndexFileWriter::create(files, path, part_size);
  if (!writer) return writer.error();
  (*writer)->section(SectionKind::kTimes, ElementType::kU64);
  // Backwards, in two pieces each: neither may show in the file.
  for (auto it = sections.rbegin(); it != sections.rend(); ++it) {
    SectionWriter& out = (*writer)->section(it->kind, it->element);
    const ByteView payload(it->payload);
    const std::size_t half = payload.size() / 2;
    if (Status s = out.append(payload.first(half)); !s) return s;
    if (Status s = out.append(payload.subspan(half)); !s) return s;
  }
  return (*writer)->finish(sample_figures(), {});
}

}  // namespace kwic
