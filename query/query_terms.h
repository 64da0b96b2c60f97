// SPDX-License-Identifier: Apache-2.0
// QueryTerms: the distinct terms of a query, found in the dictionary once.
//
// What the search will read of them is asked for on the way. Where there are
// several, their blocks of the dictionary come first and their lists next, so
// that what is not in the processor's caches, or not in memory, is waited for
// once, not for each.
#ifndef KWIC_QUERY_QUERY_TERMS_H_
#define KWIC_QUERY_QUERY_TERMS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "format/posting_list.h"
#include "format/term_dictionary.h"
#include "query/query_tree.h"

namespace kwic {

// Keeps its buffers from query to query.
class QueryTerms {
 public:
  // `dictionary` must outlive this.
  explicit QueryTerms(const TermDictionary& dictionary)
      : dictionary_(dictionary) {}

  // Finds the terms of a tree; those of the query before are forgotten.
  // `scored`: every document of a list may be scored. Sets source.cold.
  void find(const QueryTree& tree, bool scored, PostingSource& source);

  // In how many documents the one term of a query is, with nothing else found
  // or asked for. Zero of any other number of terms.
  std::uint32_t doc_freq(const std::vector<std::string>& terms) const;

  // A number of the term below count(), or kNone if no document has it or the
  // query does not name it.
  std::size_t number_of(const std::string& name) const;
  static constexpr std::size_t kNone = ~std::size_t{0};

  std::size_t count() const noexcept { return used_; }
  const TermInfo& info(std::size_t number) const noexcept {
    return terms_[number].info;
  }

 private:
  struct Term {
    std::string name;
    ListUse use = ListUse::kLookUp;
    std::uint64_t group = 0, block = 0;  // of the dictionary
    TermInfo info;
    bool found = false;
  };

  void add(const std::string& name, ListUse use);
  // Where in by_name_ the name is or belongs.
  std::size_t place_of(const std::string& name) const;

  const TermDictionary& dictionary_;
  std::vector<Term> terms_;  // the first used_ of them
  std::size_t used_ = 0;
  std::vector<std::uint32_t> by_name_;  // numbers of terms, by their names
};

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_TERMS_H_
