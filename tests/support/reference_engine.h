// SPDX-License-Identifier: Apache-2.0
// ReferenceEngine: the slow, obvious search engine that judges the real one.
//
// It keeps every document's tokens in a map and evaluates every query on every
// document, exactly as query/query_tree.h and kwic/searcher.h say, in double
// arithmetic. It shares nothing with the real engine but the analyzer and
// QueryTree.
#ifndef KWIC_TESTS_SUPPORT_REFERENCE_ENGINE_H_
#define KWIC_TESTS_SUPPORT_REFERENCE_ENGINE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analyzer.h"
#include "query/query_tree.h"

namespace kwic::testing {

struct TextDocument {
  std::string id;
  std::string title;
  std::string body;
};

class ReferenceEngine {
 public:
  struct Match {
    std::uint32_t doc;
    double score;
  };

  // Documents are numbered in bytewise order of id.
  ReferenceEngine(std::vector<TextDocument> documents,
                  const Analyzer& analyzer);

  // All documents that match, best first, of equal scores the lower first.
  std::vector<Match> search(const QueryTree& tree) const;

  const std::vector<TextDocument>& documents() const { return documents_; }

 private:
  using Positions = std::set<std::uint32_t>;
  struct Words {
    std::map<std::string, Positions, std::less<>> positions;
    std::uint32_t length = 0;
  };
  // Whether a document matches a node, and how well.
  struct Value {
    bool matches = false;
    double score = 0;
  };

  void add(const TextDocument& document, const Analyzer& analyzer);
  double idf(const std::string& term) const;
  double bm25(double idf_sum, std::size_t tf, std::uint32_t length) const;
  std::size_t occurrences(const std::vector<std::string>& terms,
                          const Words& words) const;
  Value leaf(const QueryNode& node, const Words& words) const;
  static Value boolean(const QueryNode& node, const std::vector<Value>& values);
  Value evaluate(const QueryTree& tree, const Words& words) const;

  std::vector<TextDocument> documents_;
  std::vector<Words> words_;
  std::map<std::string, std::uint32_t, std::less<>> doc_freq_;
  std::uint64_t tokens_ = 0;
};

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_REFERENCE_ENGINE_H_
