// SPDX-License-Identifier: Apache-2.0
// An index of a synthetic corpus, built once for all benchmarks that read one.
#ifndef KWIC_BENCH_MICRO_SAMPLE_INDEX_H_
#define KWIC_BENCH_MICRO_SAMPLE_INDEX_H_

#include <memory>
#include <string>
#include <vector>

#include "format/index_file.h"

namespace kwic::bench {

inline constexpr std::uint32_t kSampleDocuments = 20000;

// The texts of the sample, in order of document.
const std::vector<std::string>& sample_texts();

// The file's content; ends the program where it cannot be built.
const IndexFile& sample_index();

// Builds an index of the sample in a temporary folder and returns its bytes.
// Empty on failure.
std::string build_sample(unsigned threads, bool keep_text);

}  // namespace kwic::bench

#endif  // KWIC_BENCH_MICRO_SAMPLE_INDEX_H_
