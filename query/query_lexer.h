// SPDX-License-Identifier: Apache-2.0
// QueryLexer: the bytes of a query as words, phrases and operators.
#ifndef KWIC_QUERY_QUERY_LEXER_H_
#define KWIC_QUERY_QUERY_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kwic {

enum class LexemeKind : std::uint8_t {
  kWord,
  kPhrase,         // text: what stands between the quotes
  kUnclosedQuote,  // a quote without its counterpart
  kOpen,
  kClose,
  kAnd,
  kOr,
  kNot,
  kPlus,
  kMinus,
  kEnd,
};

struct Lexeme {
  LexemeKind kind = LexemeKind::kEnd;
  std::size_t begin = 0;  // byte of the query
  std::string_view text;
};

// + and - are signs only where a word, phrase or group begins right behind
// them and nothing but white space, a parenthesis or a quote stands before
// them, so that de-escalation, C++, "- " and --flag are words. Behind a sign
// AND, OR and NOT are words too.
class QueryLexer {
 public:
  // `query` must outlive this and the lexemes.
  explicit QueryLexer(std::string_view query) : query_(query) {}

  Lexeme next();

 private:
  Lexeme take(LexemeKind kind, std::size_t size);
  Lexeme phrase(std::size_t quote_size);
  Lexeme word();
  bool sign_here() const;
  void skip_white_space();

  std::string_view query_;
  std::size_t at_ = 0;
  bool after_sign_ = false;
};

}  // namespace kwic

#endif  // KWIC_QUERY_QUERY_LEXER_H_
