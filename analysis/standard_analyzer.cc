// SPDX-License-Identifier: Apache-2.0
#include "analysis/standard_analyzer.h"

#include <utility>

#include "analysis/ascii.h"
#include "analysis/token_sink.h"
#include "analysis/word_parser.h"

namespace kwic {
namespace {

// True if a run of ASCII letters and digits that ends at p is a word by
// itself, whatever is in it: no character that could join it to another
// stands there, or one that has nothing to join.
bool ends_word(const char* p, const char* end) noexcept {
  if (p == end) return true;
  switch (byte_class(*p)) {
    case ByteClass::kSeparator: return true;
    case ByteClass::kConnector: break;
    default: return false;
  }
  if (++p == end) return true;
  const ByteClass next = byte_class(*p);
  return next != ByteClass::kWord && next != ByteClass::kNotAscii;
}

std::uint32_t analyze_all(std::string_view text, std::uint32_t position,
                          bool fast_path, TokenBuffer& out) {
  text = text.substr(0, kMaxAnalyzedBytes);
  TokenSink sink(out, text, position);
  WordParser parser(text, sink);
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end && !sink.full()) {
    const ByteClass first = byte_class(*p);
    if (fast_path && first == ByteClass::kWord) {
      const char* run_end = end_of_ascii_run(p + 1, end);
      if (ends_word(run_end, end)) {
        emit_ascii_run(p, run_end, end, sink);
        p = run_end;
        continue;
      }
    } else if (first != ByteClass::kWord && first != ByteClass::kNotAscii) {
      ++p;
      continue;
    }
    p = parser.parse(p);
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
  return analyze_all(text, first_position, true, out);
}

std::uint32_t analyze_without_fast_path(std::string_view text,
                                        std::uint32_t first_position,
                                        TokenBuffer& out) {
  return analyze_all(text, first_position, false, out);
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
