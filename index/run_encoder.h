// SPDX-License-Identifier: Apache-2.0
// RunEncoder: inverts an accumulator and writes it as a run.
//
// DESCRIPTION. The accumulator holds, document by document, the numbers of
// their terms; a run holds, term by term, the documents and positions. This is
// a counting sort by term, with the difference that what is scattered is not
// fixed-size records but items already compressed (index/run_format.h).
//
// IMPLEMENTATION. Documents are sorted by id, terms bytewise. One pass over the
// tokens, in the order of the documents, computes how many bytes each term's
// items take; a prefix sum in the order of the terms gives every term its
// place; a second pass writes each item to its term's place. Both passes read
// the tokens sequentially and touch 16 bytes of state per token, which for the
// frequent terms stay in the cache. Where the output is larger than the scratch
// memory at hand, the second pass is repeated for one range of terms after the
// other.
#ifndef KWIC_INDEX_RUN_ENCODER_H_
#define KWIC_INDEX_RUN_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/accumulator.h"
#include "index/file_appender.h"
#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

class RunEncoder {
 public:
  // Works in the accumulator's gap; leaves its content as it is.
  explicit RunEncoder(const Accumulator& source);

  // Appends the run to `out` and describes it in `run`.
  Status write(FileAppender& out, Run& run);

  // Scratch memory with which encoding takes one pass for usual texts.
  static std::size_t scratch_bytes(std::size_t tokens, std::size_t terms,
                                   std::size_t documents) noexcept;

 private:
  struct TermState {
    std::uint64_t cursor;         // in output_, or kOutside + size
    std::uint32_t last_document;  // counted from 1; 0: none yet
    std::uint32_t last_position;
  };
  struct SortedTerm {
    std::uint64_t prefix;  // its first 8 bytes as a big-endian number
    std::uint32_t slot;
    std::uint32_t id;
  };

  void sort_documents();
  void sort_terms();
  Status write_documents(FileAppender& out);
  void measure();
  Status write_terms(FileAppender& out);
  std::size_t place_terms(std::size_t first, std::size_t& used);
  void scatter();
  std::string_view term(const SortedTerm& entry) const noexcept;

  const Accumulator& source_;
  std::span<std::uint32_t> documents_;  // nodes in the order of the run
  std::span<TermState> states_;         // by number of term
  std::span<SortedTerm> terms_;
  std::span<std::uint8_t> output_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_ENCODER_H_
