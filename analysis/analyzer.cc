// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyzer.h"

#include "analysis/simple_analyzer.h"
#include "analysis/standard_analyzer.h"

namespace kwic {

const Analyzer& analyzer_for(AnalyzerKind kind) noexcept {
  static const StandardAnalyzer standard;
  static const SimpleAnalyzer simple;
  if (kind == AnalyzerKind::kSimple) return simple;
  return standard;
}

}  // namespace kwic
