// SPDX-License-Identifier: Apache-2.0
// LZ4 blocks with a shared dictionary.
#ifndef KWIC_FORMAT_LZ4_BLOCK_H_
#define KWIC_FORMAT_LZ4_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"

namespace kwic {

inline constexpr std::size_t kMaxLz4Dictionary = 64 * 1024;
inline constexpr std::size_t kMaxLz4Block = 32 * 1024;

// Compresses blocks one by one; the bytes depend on block and dictionary
// alone. One thread at a time.
class Lz4Compressor {
 public:
  // REQUIRES: dictionary.size() <= kMaxLz4Dictionary. It is copied.
  explicit Lz4Compressor(ByteView dictionary);
  ~Lz4Compressor();
  Lz4Compressor(Lz4Compressor&&) noexcept;

  // Compresses into `out` if the result is smaller than `limit` bytes; returns
  // its size, or 0. REQUIRES: block.size() <= kMaxLz4Block.
  std::size_t compress(ByteView block, std::size_t limit,
                       std::vector<std::uint8_t>& out);

 private:
  struct Streams;
  std::unique_ptr<Streams> streams_;
};

// Decompresses to exactly out.size() bytes, or returns false. Safe for any
// bytes. REQUIRES: all sizes below 1 MiB.
bool lz4_decompress(ByteView block, ByteView dictionary,
                    std::span<std::uint8_t> out) noexcept;

}  // namespace kwic

#endif  // KWIC_FORMAT_LZ4_BLOCK_H_
