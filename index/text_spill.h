// SPDX-License-Identifier: Apache-2.0
// Text spills: the bodies of documents, put aside while reading until the order
// in which the doc store needs them is known.
//
// A spill is one long text, cut into chunks of equal size, each compressed with
// LZ4 at its fastest. An address is a byte of the text. Chunks are small, since
// documents added in another order than that of their ids are read back at
// random, a chunk for each.
#ifndef KWIC_INDEX_TEXT_SPILL_H_
#define KWIC_INDEX_TEXT_SPILL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "index/file_appender.h"
#include "index/region.h"
#include "kwic/status.h"

namespace kwic {

class TextSpill {
 public:
  static constexpr std::size_t kChunkBytes = std::size_t{32} << 10;

  explicit TextSpill(std::unique_ptr<WritableFile> file);

  // The address the next append() begins at.
  std::uint64_t size() const noexcept { return size_; }
  Status append(std::string_view text);

  // Ends writing. Chunks can be read from then on.
  Status finish();

  // Reads chunk number `chunk`; `out` has room for kChunkBytes, `packed` is
  // scratch. Returns the bytes of it.
  Result<std::size_t> read_chunk(std::uint64_t chunk, std::uint8_t* out,
                                 std::vector<std::uint8_t>& packed) const;

 private:
  Status write_chunk();

  mutable FileAppender out_;
  std::vector<std::uint8_t> chunk_;         // the one being filled
  std::vector<std::uint8_t> packed_;        // scratch
  std::vector<std::uint64_t> chunk_begin_;  // where each lies in the file
  std::uint64_t size_ = 0;
};

// Reads texts of several spills through a cache of decoded chunks. One thread.
class TextReader {
 public:
  // `spills` must outlive this.
  TextReader(std::vector<const TextSpill*> spills, std::size_t cache_bytes);

  // The text stays valid until the next call.
  Result<std::string_view> read(std::uint32_t spill, std::uint64_t address,
                                std::uint64_t size);

 private:
  struct Entry {
    std::uint64_t key = ~std::uint64_t{0};
    std::size_t size = 0;
  };
  // The decoded chunk; valid until the next call.
  Result<std::string_view> chunk(std::uint32_t spill, std::uint64_t number);

  std::vector<const TextSpill*> spills_;
  std::vector<Entry> entries_;  // direct-mapped by number of chunk
  Region cache_;
  std::vector<std::uint8_t> packed_;
  std::string text_;  // one that lies in several chunks
};

}  // namespace kwic

#endif  // KWIC_INDEX_TEXT_SPILL_H_
