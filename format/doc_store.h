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
#include <string>
#include <vector>

#include "base/bytes.h"
#include "format/body_sizes.h"
#include "format/index_file.h"
#include "format/section_view.h"
#include "format/word_lexicon.h"
#include "kwic/status.h"

namespace kwic {

// The sections a store is read from.
struct DocStoreViews {
  SectionView blocks, index, sizes, lexicon, dictionary;
};

class DocStore {
 public:
  // Buffers of one reader thread; remembers the block decoded last, so one
  // Scratch serves one store.
  struct Scratch {
    std::uint64_t block = ~std::uint64_t{0};
    std::size_t text_size = 0;  // `text` goes on with slack behind it
    std::vector<std::uint8_t> coded;
    std::vector<std::uint8_t> text;
  };

  DocStore() = default;
  explicit DocStore(const IndexFile& file);
  explicit DocStore(DocStoreViews views);

  bool present() const noexcept { return sizes_.present(); }
  std::uint64_t document_count() const noexcept { return sizes_.count(); }
  // Of the texts that the blocks hold.
  std::uint64_t text_bytes() const noexcept { return text_bytes_; }

  // Bytes of the document's text.
  Result<std::uint64_t> size(std::uint32_t doc) const;

  // Sets `text` to the document's text: body only. (Titles are in the
  // document table.)
  Status read(std::uint32_t doc, Scratch& scratch, std::string& text) const;

  // Bytes [begin, begin + size) of the document's text, cut at its end; decodes
  // only the blocks that hold them.
  Status read_range(std::uint32_t doc, std::uint64_t begin, std::uint64_t size,
                    Scratch& scratch, std::string& text) const;

  // Asks for what read() will read of a document; for several before the first
  // of them is read.
  void will_need(std::uint32_t doc) const noexcept;

  // Calls for verify: number of blocks, and a full check of one.
  std::uint64_t block_count() const noexcept { return block_count_; }
  Status check_block(std::uint64_t block, Scratch& scratch) const;

 private:
  // Where something lies among the text addresses.
  using Extent = BodySizes::Extent;
  // A block: where it is stored and which text it holds.
  struct Place {
    std::uint64_t number = 0;
    std::uint64_t address = 0;
    std::uint64_t stored = 0;  // bytes to the next block
    Extent text;
  };

  void open_index();
  bool document_extent(std::uint32_t doc, Extent& extent) const noexcept;
  Status find_extent(std::uint32_t doc, Extent& extent) const;
  bool place(std::uint64_t block, Place& place) const noexcept;
  bool find_block(std::uint64_t text_address, Place& place) const noexcept;
  Status decode(const Place& place, Scratch& scratch) const;
  const char* decode_payload(ByteView payload, unsigned coded_size, bool words,
                             bool lz4, Scratch& scratch) const;

  SectionView blocks_, index_, dictionary_section_, lexicon_section_;
  BodySizes sizes_;
  WordLexicon lexicon_;
  ByteView dictionary_;
  std::uint64_t block_count_ = 0;
  std::uint64_t text_bytes_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_DOC_STORE_H_
