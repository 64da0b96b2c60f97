// SPDX-License-Identifier: Apache-2.0
// What the tests of this room share: tokens as readable text, and random text.
#ifndef KWIC_TESTS_ANALYSIS_ANALYSIS_SUPPORT_H_
#define KWIC_TESTS_ANALYSIS_ANALYSIS_SUPPORT_H_

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "analysis/analyzer.h"

namespace kwic {

// "a b/c d": positions between spaces, the exact form first, others after /.
inline std::string shown(const TokenBuffer& buffer) {
  std::string out;
  for (const Token& token : buffer.tokens) {
    if (!out.empty()) out += token.alternative ? '/' : ' ';
    out += buffer.term(token);
  }
  return out;
}

inline std::string tokens_of(AnalyzerKind kind, std::string_view text) {
  TokenBuffer buffer;
  analyzer_for(kind).analyze(text, 0, buffer);
  return shown(buffer);
}

// "a b|ab": the sequence, and behind the bar the joined form if there is one.
inline std::string query_of(AnalyzerKind kind, std::string_view word) {
  const auto query = analyzer_for(kind).analyze_query_word(word);
  std::string out;
  for (const std::string& term : query.sequence) {
    if (!out.empty()) out += ' ';
    out += term;
  }
  if (!query.joined.empty()) out += "|" + query.joined;
  return out;
}

inline std::uint64_t test_seed() {
  const char* text = std::getenv("KWIC_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20240229;
}

// `count` pieces, each drawn from `pieces`.
template <typename Pieces>
std::string random_text(std::mt19937_64& random, const Pieces& pieces,
                        std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += pieces[random() % std::size(pieces)];
  }
  return out;
}

}  // namespace kwic

#endif  // KWIC_TESTS_ANALYSIS_ANALYSIS_SUPPORT_H_
