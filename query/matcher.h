// SPDX-License-Identifier: Apache-2.0
// Matcher: any query tree, document by document.
//
// The plans of plan_any.h and plan_all.h are for the shapes people type; this
// one answers every shape, scoring each matching document.
#ifndef KWIC_QUERY_MATCHER_H_
#define KWIC_QUERY_MATCHER_H_

#include <cstdint>
#include <memory>

#include "kwic/status.h"
#include "query/query_terms.h"
#include "query/query_tree.h"
#include "query/scored_list.h"

namespace kwic {

class Matcher {
 public:
  virtual ~Matcher() = default;
  // The first matching document >= doc, or kEndDoc. Documents asked for
  // ascend; asking again for the same gives the same.
  virtual std::uint32_t seek(std::uint32_t doc) = 0;
  // The score of the document that seek() returned last.
  virtual float score() = 0;
};

// What matchers are made from. All of it must outlive them.
struct MatcherContext {
  PostingSource* source;
  QueryTerms* terms;  // those of the tree
  Bm25Norm norm;
};

// Makes matchers and keeps them, with their buffers, from query to query.
class MatcherPool {
 public:
  MatcherPool();
  ~MatcherPool();

  // The matcher of a whole tree, valid until the next call. kLimit for a tree
  // deeper than kMaxQueryDepth + a few joined words.
  Result<Matcher*> make(const MatcherContext& context, const QueryTree& tree);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kwic

#endif  // KWIC_QUERY_MATCHER_H_
