// SPDX-License-Identifier: Apache-2.0
// The plan for a phrase of which one word was not left out, like "the movement"
// or "of the", and nothing else: by its predecessor codes.
//
// DESCRIPTION. All that the phrase needs is in the list of its last word: the
// codes tell behind which of its occurrences the word before stands
// (format/frequent_words.h). So the other list, which is long, is not needed:
// block by block, the predecessor codes of all occurrences are compared
// together, and those that match counted between the borders of postings. Where
// a code is not sure, positions are read.
//
// For the best documents, postings of which the impact code cannot reach the
// threshold are left out. Those of the highest codes go first, so that there is
// one soon: codes are steep at the top, where few postings are. A phrase occurs
// at most as often as each of its words, so where both lists are bitsets with
// codes the other must reach the threshold too; both are found for a window of
// documents at once. And of so many occurrences in a document, of that many
// words at least, the score has a bound, so there is a least number of them
// that matters: of others not even the length is looked up.
//
// It takes the place of the plan for all of several lists (query/plan_all.h),
// which would find out first which documents are in both; here nearly all are.
#ifndef KWIC_QUERY_PLAN_BEHIND_H_
#define KWIC_QUERY_PLAN_BEHIND_H_

#include <cstdint>
#include <vector>

#include "query/all_query.h"
#include "query/top_k.h"

namespace kwic {

// Keeps its buffers from query to query.
class PlanBehind {
 public:
  // Whether the query is such a phrase.
  static bool serves(const AllQuery& query);

  // REQUIRES, of both: serves(query). The number of documents.
  std::uint64_t count(AllQuery& query);
  // The best documents; the result is the number seen.
  std::uint64_t search(AllQuery& query, const Bm25Norm& norm, std::size_t k,
                       TopK& top);

 private:
  void start(AllQuery& query, TopK* top);
  void run(int from, int to);
  void ask_for_all() const;
  void ask_ahead(std::uint32_t block);
  void run_blocks();
  void take_block(std::uint32_t block);
  void find_documents(std::uint32_t block);
  void find_in_windows();
  void go_back_to(std::uint32_t rank);
  void run_windows();
  void take_window(std::uint32_t window);
  void count_taken(std::uint32_t block);
  void keep_often();
  void add_taken();
  void score();
  void set_bar();
  bool wants(float saturation) const;
  int least_code(const PostingList& list, int from) const;

  static constexpr std::uint32_t kBatch = 64;
  // Stands for a block where documents are known.
  static constexpr std::uint32_t kKnown = 0xffff'ffff;

  RequiredPhrase* phrase_ = nullptr;
  const PostingList* list_ = nullptr;
  TopK* top_ = nullptr;
  Bm25Norm norm_{0, 0};
  std::uint64_t total_ = 0;
  // Codes of the list that are taken: from_ to to_ - 1, and in one table.
  int from_ = 0;
  int to_ = 0;
  std::uint8_t taken_codes_[kImpactLevels];
  std::uint32_t least_count_ = 0;  // that reaches the threshold
  // Postings at hand: of a block, or of a window.
  std::uint32_t size_ = 0;
  std::uint32_t docs_[kBlockPostings];
  std::uint32_t ranks_[kBlockPostings];
  std::uint32_t counts_[kBlockPostings];
  // The window of a dense list that the last posting was found in, the bit
  // behind it, and the postings up to there.
  std::uint32_t window_ = 0;
  std::uint64_t bit_ = 0;
  std::uint32_t passed_ = 0;
  // Of a window's documents, how many lists reach the threshold; and those of
  // which all do.
  std::vector<std::uint8_t> reaching_;
  std::vector<std::uint16_t> found_;
  // Documents that are not scored yet, and how often each has the phrase.
  std::uint32_t waiting_ = 0;
  std::uint32_t waiting_docs_[kBatch + kBlockPostings];
  std::uint32_t waiting_counts_[kBatch + kBlockPostings];
  PhraseCounter counter_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_PLAN_BEHIND_H_
