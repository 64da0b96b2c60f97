// SPDX-License-Identifier: Apache-2.0
// Here are texts in document order, give me the store's sections.
//
// The text codec needs the words of the corpus by frequency before the first
// block is written, so a sample of the texts is shown to it first. Which texts
// are in the sample must follow from the documents alone (DocStoreWriter::
// sample_stride), so that the file does not depend on memory or threads.
#ifndef KWIC_FORMAT_DOC_STORE_WRITER_H_
#define KWIC_FORMAT_DOC_STORE_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "format/section_writer.h"
#include "kwic/status.h"

namespace kwic {

// The sections a store is written to.
struct DocStoreSections {
  SectionWriter* blocks;
  SectionWriter* index;
  SectionWriter* sizes;
  SectionWriter* lexicon;
  SectionWriter* dictionary;
};

struct DocStoreOptions {
  bool fast = false;               // words only: no phrases, no parts
  std::size_t block_bytes = 8192;  // text per block, about; at most 24 KiB
  unsigned threads = 1;            // encode that many blocks at once; the bytes
                                   // do not depend on it
  // Bytes of all the texts to come: how much a word in the lexicon may cost.
  // 0: take the sample for all of them.
  std::uint64_t text_bytes = 0;
};

class DocStoreWriter {
 public:
  DocStoreWriter(const DocStoreSections& sections, DocStoreOptions options);
  ~DocStoreWriter();

  // Text bytes of the corpus from which every `n`th document is sampled.
  // Returns the stride: documents 0, n, 2n, ... belong in the sample.
  static std::uint64_t sample_stride(std::uint64_t text_bytes) noexcept;

  // First all of the sample, in document order; bounded memory: what goes
  // beyond it is not looked at.
  Status sample(std::string_view text);
  // Then once: the sample is over. Writes lexicon and dictionary, which takes a
  // while: `checkpoint` is called meanwhile, and an error of it ends the work.
  using Checkpoint = std::function<Status()>;
  Status begin(const Checkpoint& checkpoint = {});
  // Then every document in order, sampled or not. The view may be of any size
  // and lives during the call only.
  Status add(std::string_view text);
  Status finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_DOC_STORE_WRITER_H_
