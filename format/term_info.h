// SPDX-License-Identifier: Apache-2.0
// TermInfo: what the term dictionary says about one term.
#ifndef KWIC_FORMAT_TERM_INFO_H_
#define KWIC_FORMAT_TERM_INFO_H_

#include <cstdint>

namespace kwic {

struct TermInfo {
  std::uint32_t doc_freq = 0;         // documents with the term; at least 1
  std::uint64_t collection_freq = 0;  // occurrences; at least doc_freq

  // A term of one document has its posting here and none in the section
  // "postings": the document, and, if it occurs there just once, the position.
  std::uint32_t single_doc = 0;       // valid if doc_freq == 1
  std::uint32_t single_position = 0;  // valid if collection_freq == 1

  // Else: the list's address in section "postings" (doc_freq > 1), and the
  // address of its positions in section "positions" (collection_freq > 1),
  // with their sizes in bytes.
  std::uint64_t postings_address = 0;
  std::uint64_t postings_size = 0;
  std::uint64_t positions_address = 0;
  std::uint64_t positions_size = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_INFO_H_
