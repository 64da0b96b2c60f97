// SPDX-License-Identifier: Apache-2.0
// Here is a document id, give me its text.
//
// Reads the sections kStoreBlocks, kStoreIndex, kStoreSizes, kStoreLexicon and
// kStoreDictionary. Thread-safe; constant; each thread brings its own Scratch.
// Every block's hash is checked before it is decoded, and decoding is safe for
// any bytes all the same.
#ifndef KWIC_FORMAT_DOC_STORE_H_
#define KWIC_FORMAT_DOC_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "format/index_file.h"
#include "format/section_view.h"
#include "kwic/status.h"

namespace kwic {

class DocStore {
 public:
  // Buffers of one reader thread; remembers the block decoded last.
  struct Scratch {
    std::uint64_t block = ~std::uint64_t{0};
    std::vector<std::uint8_t> coded;
    std::vector<std::uint8_t> text;
  };

  DocStore() = default;
  explicit DocStore(const IndexFile& file);

  bool present() const noexcept { return present_; }

  // Sets `text` to the document's text: body only. (Titles are in the
  // document table.)
  Status read(std::uint32_t doc, Scratch& scratch, std::string& text) const;

  // Bytes [begin, begin + size) of the document's text, cut at its end; decodes
  // only the blocks that hold them.
  Status read_range(std::uint32_t doc, std::uint64_t begin, std::uint64_t size,
                    Scratch& scratch, std::string& text) const;

  // Calls for verify: number of blocks, and a full check of one.
  std::uint64_t block_count() const noexcept { return block_count_; }
  Status check_block(std::uint64_t block, Scratch& scratch) const;

 private:
  SectionView blocks_, index_, sizes_, lexicon_, dictionary_;
  std::uint64_t block_count_ = 0;
  bool present_ = false;
  // Whoever implements this may add private members.
};

}  // namespace kwic

#endif  // KWIC_FORMAT_DOC_STORE_H_
