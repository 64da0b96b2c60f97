// SPDX-License-Identifier: Apache-2.0
// SimpleAnalyzer: maximal runs of letters, marks and numbers in lower case.
#ifndef KWIC_ANALYSIS_SIMPLE_ANALYZER_H_
#define KWIC_ANALYSIS_SIMPLE_ANALYZER_H_

#include "analysis/analyzer.h"

namespace kwic {

// A token is a maximal run of code points of general category L*, M* or N*,
// each mapped to its simple lower case. A byte that is not UTF-8 separates.
// No normalisation, no alternatives.
class SimpleAnalyzer final : public Analyzer {
 public:
  std::uint32_t analyze(std::string_view text, std::uint32_t first_position,
                        TokenBuffer& out) const override;
  using Analyzer::analyze_query_word;
  void analyze_query_word(std::string_view word,
                          QueryWordBuffer& out) const override;
  AnalyzerKind kind() const noexcept override { return AnalyzerKind::kSimple; }
  // 1: the first.
  std::uint16_t version() const noexcept override { return 1; }
};

}  // namespace kwic

#endif  // KWIC_ANALYSIS_SIMPLE_ANALYZER_H_
