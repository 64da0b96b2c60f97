// SPDX-License-Identifier: Apache-2.0
// StandardAnalyzer: the words of Unicode text, folded for matching.
// docs/analysis.md tells what becomes of a text.
#ifndef KWIC_ANALYSIS_STANDARD_ANALYZER_H_
#define KWIC_ANALYSIS_STANDARD_ANALYZER_H_

#include "analysis/analyzer.h"

namespace kwic {

class StandardAnalyzer final : public Analyzer {
 public:
  std::uint32_t analyze(std::string_view text, std::uint32_t first_position,
                        TokenBuffer& out) const override;
  // White space in `word` is allowed: a quoted phrase can be passed whole. A
  // run of CJK characters at its end, two or more, gives pairs alone.
  using Analyzer::analyze_query_word;
  void analyze_query_word(std::string_view word,
                          QueryWordBuffer& out) const override;
  AnalyzerKind kind() const noexcept override {
    return AnalyzerKind::kStandard;
  }
  // 1: the first.
  std::uint16_t version() const noexcept override { return 1; }
};

// The same tokens by the general path alone, for tests.
std::uint32_t analyze_without_fast_path(std::string_view text,
                                        std::uint32_t first_position,
                                        TokenBuffer& out);

}  // namespace kwic

#endif  // KWIC_ANALYSIS_STANDARD_ANALYZER_H_
