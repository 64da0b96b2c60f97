// SPDX-License-Identifier: Apache-2.0
#include "analysis/standard_analyzer.h"

#include <utility>

#include "analysis/ascii.h"
#include "analysis/run_finder.h"
#include "analysis/token_sink.h"
#include "analysis/word_parser.h"

namespace kwic {
namespace {

template <typename Runs>
std::uint32_t analyze_runs(std::string_view text, std::uint32_t position,
                           TokenBuffer& out) {
  TokenSink sink(out, text, position);
  WordParser parser(text, sink);
  Runs runs(text);
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end && !sink.full()) {
    const AsciiRun run = runs.next(p);
    if (run.alone) {
      emit_ascii_run(run.begin, run.end, end, sink);
      p = run.end;
    } else if (run.begin != end) {
      p = parser.parse(run.begin);
    } else {
      break;
    }
  }
  return sink.finish();
}

// The compound that the whole query is, written as one word, or nothing.
std::string_view joined_form(const TokenBuffer& buffer, const Token& first,
                             const Token& last) {
  for (const Token& token : buffer.tokens) {
    if (token.alternative && token.position == first.position &&
        token.begin == first.begin && token.end == last.end) {
      return buffer.term(token);
    }
  }
  return {};
}

}  // namespace

std::uint32_t StandardAnalyzer::analyze(std::string_view text,
                                        std::uint32_t first_position,
                                        TokenBuffer& out) const {
  text = text.substr(0, kMaxAnalyzedBytes);
  return text.size() < RunFinder::kWorthwhile
             ? analyze_runs<ByteRuns>(text, first_position, out)
             : analyze_runs<RunFinder>(text, first_position, out);
}

std::uint32_t analyze_without_fast_path(std::string_view text,
                                        std::uint32_t first_position,
                                        TokenBuffer& out) {
  text = text.substr(0, kMaxAnalyzedBytes);
  TokenSink sink(out, text, first_position);
  WordParser parser(text, sink);
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end && !sink.full()) p = parser.parse(p);
  return sink.finish();
}

void StandardAnalyzer::analyze_query_word(std::string_view word,
                                          QueryWordBuffer& out) const {
  out.tokens.clear();
  out.sequence.clear();
  out.joined = {};
  analyze(word, 0, out.tokens);
  const Token* first = nullptr;
  const Token* before_last = nullptr;
  const Token* last = nullptr;
  for (const Token& token : out.tokens.tokens) {
    if (token.alternative) continue;
    if (first == nullptr) first = &token;
    before_last = std::exchange(last, &token);
    out.sequence.push_back(out.tokens.term(token));
  }
  if (before_last == nullptr) return;
  // The last character alone is part of the pair before it already.
  if (before_last->end == last->end) {
    out.sequence.pop_back();
  } else {
    out.joined = joined_form(out.tokens, *first, *last);
  }
}

}  // namespace kwic
