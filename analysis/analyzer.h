// SPDX-License-Identifier: Apache-2.0
// Analyzer: text -> tokens. The builder and the searcher run the same one.
//
// A document's title and body are analyzed one after the other into one
// sequence of positions; see Analyzer::analyze.
#ifndef KWIC_ANALYSIS_ANALYZER_H_
#define KWIC_ANALYSIS_ANALYZER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kwic/index_builder.h"  // AnalyzerKind

namespace kwic {

// One token. `term` bytes live in TokenBuffer::bytes.
struct Token {
  std::uint32_t term_begin;  // into TokenBuffer::bytes
  std::uint32_t term_size;   // 1 .. kMaxTermBytes
  std::uint32_t position;    // dense from 0: no position is left out
  std::uint32_t begin, end;  // bytes of the text it came from
  // False for the first (exact) token of a position, true for the further
  // forms that a document can also be found by at the same position.
  bool alternative;
};

// Tokens in order of position, the exact form of a position first. Reused
// from text to text, so that a warm analyzer allocates nothing.
struct TokenBuffer {
  std::vector<Token> tokens;
  std::string bytes;
  std::string_view term(const Token& t) const {
    return std::string_view(bytes).substr(t.term_begin, t.term_size);
  }
  void clear() {
    tokens.clear();
    bytes.clear();
  }
};

// Thread-safety: const and stateless; shared by any number of threads.
class Analyzer {
 public:
  virtual ~Analyzer() = default;

  // Appends the tokens of `text` to `out`, positions counting on from
  // `first_position`. Returns the next free position. Text is any bytes.
  virtual std::uint32_t analyze(std::string_view text,
                                std::uint32_t first_position,
                                TokenBuffer& out) const = 0;

  // How a word of a query is looked for. A query word (no white space in it)
  // can become: nothing (no letter or digit in it), one term, or several terms
  // in a row, for which a joined single term may stand as well.
  struct QueryWord {
    std::vector<std::string> sequence;  // exact terms at successive positions
    std::string joined;                 // or this one term; empty if none
  };
  QueryWord analyze_query_word(std::string_view word) const;

  // The same as views of a buffer, valid until it is used again. Allocates
  // nothing when the buffer is warm.
  struct QueryWordBuffer {
    std::vector<std::string_view> sequence;
    std::string_view joined;
    TokenBuffer tokens;  // what they view into
  };
  virtual void analyze_query_word(std::string_view word,
                                  QueryWordBuffer& out) const = 0;

  virtual AnalyzerKind kind() const noexcept = 0;
  // Raised whenever the same text could give other tokens. Recorded in files.
  virtual std::uint16_t version() const noexcept = 0;
};

// The analyzer of that kind; lives for ever.
const Analyzer& analyzer_for(AnalyzerKind kind) noexcept;

}  // namespace kwic

#endif  // KWIC_ANALYSIS_ANALYZER_H_
