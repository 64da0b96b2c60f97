// SPDX-License-Identifier: Apache-2.0
// The builder's entry for tests: with a file system of their own, and with
// sizes small enough that a few documents take every path.
#ifndef KWIC_INDEX_BUILD_INTERNAL_H_
#define KWIC_INDEX_BUILD_INTERNAL_H_

#include <cstdint>
#include <string>

#include "base/file_system.h"
#include "format/section.h"
#include "kwic/index_builder.h"
#include "kwic/status.h"

namespace kwic {

// None of these shows in the file but part_size.
struct BuildTuning {
  std::uint64_t part_size = kDefaultPartSize;
  std::uint64_t run_tokens = ~std::uint64_t{0};  // a run has no more than this
  std::size_t batch_bytes = std::size_t{1} << 20;
  std::size_t kept_bytes = ~std::size_t{0};  // of a worker's last run, at most
  std::size_t merge_width = 256;             // runs merged at once; at least 2
};

// What IndexBuilder lets in: its only way to be made.
struct BuilderAccess {
  static Result<IndexBuilder> start(FileSystem& files,
                                    const BuildTuning& tuning, std::string path,
                                    BuildOptions options);
};

// `files` must outlive the builder.
Result<IndexBuilder> create_with(FileSystem& files, const BuildTuning& tuning,
                                 std::string path, BuildOptions options);
Result<IndexBuilder> create_with(FileSystem& files, std::uint64_t part_size,
                                 std::string path, BuildOptions options);

}  // namespace kwic

#endif  // KWIC_INDEX_BUILD_INTERNAL_H_
