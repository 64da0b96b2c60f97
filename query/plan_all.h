// SPDX-License-Identifier: Apache-2.0
// The plan for "all of these": documents that have every required term and
// phrase, none of the excluded terms, and whose score optional terms raise.
//
// DESCRIPTION. The shortest required list leads, a block at a time. Its
// documents (those that can still reach the threshold, by their impact codes)
// are narrowed by one required list after the other, shortest first, then by
// the excluded ones; what is left is counted, or checked for its phrases and
// scored exactly. When the shortest list is dense, all are, and windows of
// their bitsets are intersected instead.
//
// Sources: J. S. Culpepper and A. Moffat, "Efficient set intersection for
// inverted indexing", TOIS 29(1), 2010 (small against small); the threshold on
// the leading list is the conjunctive case of S. Ding and T. Suel, SIGIR 2011.
#ifndef KWIC_QUERY_PLAN_ALL_H_
#define KWIC_QUERY_PLAN_ALL_H_

#include <cstdint>
#include <vector>

#include "query/phrase.h"
#include "query/scored_list.h"
#include "query/top_k.h"

namespace kwic {

// A conjunction, with each distinct term opened once.
struct AllQuery {
  struct Phrase {
    std::vector<PhraseTerm> terms;
    float weight = 0;  // sum of its words' idf
  };
  // How a matching document is scored, in clause order.
  struct Part {
    ScoredList* term = nullptr;  // or
    Phrase* phrase = nullptr;
    bool optional = false;
  };
  std::vector<ScoredList*> required;  // distinct; of terms and phrases alike
  std::vector<ScoredList*> excluded;
  std::vector<Phrase*> phrases;  // required ones
  std::vector<Part> parts;

  void clear() {
    required.clear();
    excluded.clear();
    phrases.clear();
    parts.clear();
  }
};

class PlanAll {
 public:
  // The best documents; with `count_all` all of them are counted too, else
  // the result is the number seen.
  std::uint64_t search(PostingSource& source, AllQuery& query,
                       const Bm25Norm& norm, std::size_t k, bool count_all,
                       TopK& top);
  std::uint64_t count(PostingSource& source, AllQuery& query);

 private:
  void start(PostingSource& source, AllQuery& query, TopK* top, bool count_all);
  void run();
  void run_blocks();
  void run_windows();
  void run_window(std::uint32_t window);
  void load_leader(std::uint32_t block);
  bool block_matters(std::uint32_t block) const;
  void narrow();
  void count_candidates();
  void keep_in(ListCursor& cursor, bool wanted);
  void accept(std::uint32_t doc);
  bool prepare(std::uint32_t doc);
  void score(std::uint32_t doc);
  float phrase_bound(const AllQuery::Phrase& phrase, float norm);

  PostingSource* source_ = nullptr;
  AllQuery* query_ = nullptr;
  TopK* top_ = nullptr;
  Bm25Norm norm_{0, 0};
  bool count_all_ = false;
  std::uint64_t total_ = 0;
  float rest_ = 0;  // what all but the leader can add
  bool prune_ = false;
  std::vector<std::uint32_t> candidates_;
  PhraseCounter phrase_counter_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_PLAN_ALL_H_
