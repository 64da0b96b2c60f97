// SPDX-License-Identifier: Apache-2.0
// FrequentWordSampler: documents in, the commonest words of the index out,
// before any list of it is written.
//
// The choice must be a function of the documents that stay in the index, and of
// nothing else. So the sample is that of the documents whose ids have the
// smallest hashes (bottom-k sampling: E. Cohen and H. Kaplan, "Summarizing data
// using bottom-k sketches", PODC 2007), which is the same in whatever order
// they come, and of a document added twice the later text counts.
#ifndef KWIC_INDEX_FREQUENT_WORD_SAMPLER_H_
#define KWIC_INDEX_FREQUENT_WORD_SAMPLER_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/analyzer.h"
#include "kwic/index_builder.h"

namespace kwic {

class FrequentWordSampler {
 public:
  // Documents of the sample, and bytes of each that are looked at.
  static constexpr std::size_t kDocuments = 512;
  static constexpr std::size_t kBytes = 2048;

  void add(const Document& document);

  // The commonest terms of the sample, that of the most tokens first; of as
  // many tokens, bytewise. No more than have predecessor codes.
  std::vector<std::string> words(const Analyzer& analyzer) const;

 private:
  // Texts by hash and id.
  std::map<std::pair<std::uint64_t, std::string>, std::string> sample_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_FREQUENT_WORD_SAMPLER_H_
