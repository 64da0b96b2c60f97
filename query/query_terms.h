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

#include "format/frequent_words.h"
#include "format/posting_list.h"
#include "format/term_dictionary.h"
#include "query/query_tree.h"

namespace kwic {

// A term of a phrase, and how its documents are found. A frequent word is left
// out where the term behind it, which is not left out, has predecessor codes:
// they say where it stands.
struct PhraseWord {
  std::size_t number = 0;  // of the term: see QueryTerms::info()
  bool left_out = false;
  // Its documents are looked up. Of words that are left out, where all others
  // of the phrase are in bitsets: then so are they, and cheap to intersect.
  bool required = true;
  std::uint8_t behind = 0;  // the code of the word left out before it
  bool unsure = false;      // that word's positions may be asked for
};

// Keeps its buffers from query to query.
class QueryTerms {
 public:
  // `dictionary` must outlive this, and `frequent_words` its file.
  QueryTerms(const TermDictionary& dictionary, SectionView frequent_words)
      : dictionary_(dictionary), words_view_(std::move(frequent_words)) {}

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

  // What is left out of a phrase. False if no document has one of its terms.
  bool split(const QueryNode& phrase, std::vector<PhraseWord>& words);

  std::size_t count() const noexcept { return used_; }
  const TermInfo& info(std::size_t number) const noexcept {
    return terms_[number].info;
  }

 private:
  struct Term {
    std::string name;
    ListUse use = ListUse::kNothing;
    std::uint64_t group = 0, block = 0;  // of the dictionary
    TermInfo info;
    bool found = false;
  };

  void add(const std::string& name, ListUse use);
  void use_phrase(const QueryNode& phrase);
  const FrequentWords& frequent_words();
  // Where in by_name_ the name is or belongs.
  std::size_t place_of(const std::string& name) const;

  const TermDictionary& dictionary_;
  SectionView words_view_;
  FrequentWords words_;  // read when a phrase is asked for
  bool words_read_ = false;
  std::uint32_t documents_ = 0;  // of the index
  std::vector<PhraseWord> phrase_;
  std::vector<Term> terms_;  // the first used_ of them
  std::size_t used_ = 0;
  std::vector<std::uint32_t> by_name_;  // numbers of terms, by their names
};

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_TERMS_H_
