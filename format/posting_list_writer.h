// SPDX-License-Identifier: Apache-2.0
// Here are a term's documents and positions in order, give me its lists.
#ifndef KWIC_FORMAT_POSTING_LIST_WRITER_H_
#define KWIC_FORMAT_POSTING_LIST_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>

#include "format/length_table.h"
#include "format/section_writer.h"
#include "format/temporary_files.h"
#include "format/term_info.h"
#include "kwic/status.h"

namespace kwic {

// Successive postings of one term: documents, how many positions each has,
// these one behind the other, and as many predecessor codes
// (format/frequent_words.h).
struct Postings {
  std::span<const std::uint32_t> documents;
  std::span<const std::uint32_t> frequencies;
  std::span<const std::uint32_t> positions;
  std::span<const std::uint8_t> predecessors;
};

class PostingListWriter {
 public:
  // `lengths`: tokens of every document, by document id; must outlive this.
  // `tokens`: their sum.
  PostingListWriter(SectionWriter& postings, SectionWriter& positions,
                    std::span<const std::uint32_t> lengths,
                    std::uint64_t tokens);
  // A list of more than `chunk_postings` (a multiple of kBlockPostings) goes
  // through temporary files instead of memory.
  PostingListWriter(SectionWriter& postings, SectionWriter& positions,
                    LengthTable& lengths, std::uint64_t tokens,
                    std::size_t chunk_postings, const NewFile& new_file);
  ~PostingListWriter();

  // The next postings of the current term. REQUIRES: documents ascending and
  // below lengths.size(); of each at least one position, ascending and below
  // its length.
  Status add(const Postings& postings);

  // One document, whose occurrences have no predecessor codes.
  Status add(std::uint32_t doc, std::span<const std::uint32_t> positions);

  // Ends the term, writes what is left of it, and fills `info`.
  // REQUIRES: at least one add().
  Status finish_term(TermInfo& info);

  // Whether any predecessor code was written, and kSeveralPredecessors.
  bool any_predecessors() const noexcept;
  bool several_predecessors() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_POSTING_LIST_WRITER_H_
