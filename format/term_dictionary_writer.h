// SPDX-License-Identifier: Apache-2.0
// Here are terms in order with their figures, give me the dictionary sections.
#ifndef KWIC_FORMAT_TERM_DICTIONARY_WRITER_H_
#define KWIC_FORMAT_TERM_DICTIONARY_WRITER_H_

#include <memory>
#include <string_view>

#include "format/section_writer.h"
#include "format/term_info.h"
#include "kwic/status.h"

namespace kwic {

class TermDictionaryWriter {
 public:
  // The sections are those of SectionKind kTermHeads, kTermBlockOffsets and
  // kTermBlocks.
  TermDictionaryWriter(SectionWriter& heads, SectionWriter& offsets,
                       SectionWriter& blocks);
  ~TermDictionaryWriter();

  // REQUIRES: terms strictly ascending bytewise, 1 to kMaxTermBytes bytes;
  // postings_address and positions_address never descending, each list
  // starting at or after the end of the one before it.
  Status add(std::string_view term, const TermInfo& info);
  Status finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_DICTIONARY_WRITER_H_
