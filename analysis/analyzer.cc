// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyzer.h"

#include "analysis/simple_analyzer.h"
#include "analysis/standard_analyzer.h"

namespace kwic {

Analyzer::QueryWord Analyzer::analyze_query_word(std::string_view word) const {
  QueryWordBuffer buffer;
  analyze_query_word(word, buffer);
  return {{buffer.sequence.begin(), buffer.sequence.end()},
          std::string(buffer.joined)};
}

const Analyzer& analyzer_for(AnalyzerKind kind) noexcept {
  static const StandardAnalyzer standard;
  static const SimpleAnalyzer simple;
  if (kind == AnalyzerKind::kSimple) return simple;
  return standard;
}

}  // namespace kwic
