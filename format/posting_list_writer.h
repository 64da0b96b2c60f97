// SPDX-License-Identifier: Apache-2.0
// Here are a term's documents and positions in order, give me its lists.
#ifndef KWIC_FORMAT_POSTING_LIST_WRITER_H_
#define KWIC_FORMAT_POSTING_LIST_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>

#include "format/section_writer.h"
#include "format/term_info.h"
#include "kwic/status.h"

namespace kwic {

class PostingListWriter {
 public:
  // `lengths`: tokens of every document, by document id; must outlive this.
  // `tokens`: their sum.
  PostingListWriter(SectionWriter& postings, SectionWriter& positions,
                    std::span<const std::uint32_t> lengths,
                    std::uint64_t tokens);
  ~PostingListWriter();

  // Adds the next document of the current term. REQUIRES: doc above the one
  // before and below lengths.size(); positions ascending (equal ones allowed
  // never), at least one, each below lengths[doc].
  Status add(std::uint32_t doc, std::span<const std::uint32_t> positions);

  // Adds several: their documents, how many positions each has, and these one
  // behind the other. REQUIRES: as above.
  Status add(std::span<const std::uint32_t> docs,
             std::span<const std::uint32_t> frequencies,
             std::span<const std::uint32_t> positions);

  // Ends the term, writes what is left of it, and fills `info`.
  // REQUIRES: at least one add().
  Status finish_term(TermInfo& info);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSTING_LIST_WRITER_H_
