// SPDX-License-Identifier: Apache-2.0
#include "analysis/simple_analyzer.h"

#include <utf8proc.h>

#include "analysis/ascii.h"
#include "analysis/token_sink.h"
#include "base/utf8.h"

namespace kwic {
namespace {

// Letters, marks and numbers are the first categories of the enumeration.
bool is_word(char32_t code) noexcept {
  if (code == kInvalidCodePoint) return false;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(code));
  static_assert(UTF8PROC_CATEGORY_LU == 1 && UTF8PROC_CATEGORY_NO == 11);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

char32_t lower(char32_t code) noexcept {
  return static_cast<char32_t>(
      utf8proc_tolower(static_cast<utf8proc_int32_t>(code)));
}

// A run that is not all ASCII, from p to wherever it ends, which is returned.
// Takes no token if there is no word at p.
const char* parse_run(const char* p, const char* end, TokenSink& sink) {
  const char* begin = p;
  char* term = sink.room();
  std::size_t size = 0;
  while (p != end) {
    const CodePoint c = decode_utf8(p, end);
    if (!is_word(c.code)) break;
    char bytes[kMaxUtf8Bytes];
    const std::size_t n = encode_utf8(lower(c.code), bytes);
    if (size + n > kMaxTermBytes) {
      sink.commit(size, begin, p);
      term = sink.room();
      size = 0;
      begin = p;
    }
    std::memcpy(term + size, bytes, n);
    size += n;
    p += c.size;
  }
  if (size > 0) sink.commit(size, begin, p);
  return p;
}

}  // namespace

std::uint32_t SimpleAnalyzer::analyze(std::string_view text,
                                      std::uint32_t first_position,
                                      TokenBuffer& out) const {
  text = text.substr(0, kMaxAnalyzedBytes);
  TokenSink sink(out, text, first_position);
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end && !sink.full()) {
    const ByteClass first = byte_class(*p);
    if (first == ByteClass::kWord) {
      const char* run_end = end_of_ascii_run(p + 1, end);
      if (run_end == end || byte_class(*run_end) != ByteClass::kNotAscii) {
        emit_ascii_run(p, run_end, end, sink);
        p = run_end;
        continue;
      }
    } else if (first != ByteClass::kNotAscii) {
      ++p;
      continue;
    }
    const char* next = parse_run(p, end, sink);
    p = next != p ? next : p + decode_utf8(p, end).size;
  }
  return sink.finish();
}

void SimpleAnalyzer::analyze_query_word(std::string_view word,
                                        QueryWordBuffer& out) const {
  out.tokens.clear();
  out.sequence.clear();
  out.joined = {};
  analyze(word, 0, out.tokens);
  for (const Token& token : out.tokens.tokens) {
    out.sequence.push_back(out.tokens.term(token));
  }
}

}  // namespace kwic
