// SPDX-License-Identifier: Apache-2.0
#include "query/query_lexer.h"

#include "query/text_class.h"

namespace kwic {
namespace {

bool is_sign(char c) { return c == '+' || c == '-'; }

bool ends_word(std::string_view text, std::size_t at) {
  return text[at] == '(' || text[at] == ')' ||
         double_quote_size(text, at) != 0 || white_space_size(text, at) != 0;
}

LexemeKind word_kind(std::string_view word) {
  if (word == "AND") return LexemeKind::kAnd;
  if (word == "OR") return LexemeKind::kOr;
  if (word == "NOT") return LexemeKind::kNot;
  return LexemeKind::kWord;
}

}  // namespace

void QueryLexer::skip_white_space() {
  while (at_ < query_.size()) {
    const std::size_t size = white_space_size(query_, at_);
    if (size == 0) return;
    at_ += size;
  }
}

Lexeme QueryLexer::take(LexemeKind kind, std::size_t size) {
  const Lexeme lexeme{kind, at_, query_.substr(at_, size)};
  at_ += size;
  return lexeme;
}

bool QueryLexer::sign_here() const {
  if (!is_sign(query_[at_]) || at_ + 1 == query_.size()) return false;
  const std::size_t next = at_ + 1;
  return !is_sign(query_[next]) && query_[next] != ')' &&
         white_space_size(query_, next) == 0;
}

Lexeme QueryLexer::phrase(std::size_t quote_size) {
  const std::size_t open = at_;
  const std::size_t begin = open + quote_size;
  for (std::size_t end = begin; end < query_.size();
       end += code_point_at(query_, end).size) {
    const std::size_t close = double_quote_size(query_, end);
    if (close == 0) continue;
    at_ = end + close;
    return {LexemeKind::kPhrase, open, query_.substr(begin, end - begin)};
  }
  return take(LexemeKind::kUnclosedQuote, query_.size() - open);
}

Lexeme QueryLexer::word() {
  const bool literal = after_sign_;
  std::size_t end = at_;
  while (end < query_.size() && !ends_word(query_, end)) {
    end += code_point_at(query_, end).size;
  }
  Lexeme lexeme = take(LexemeKind::kWord, end - at_);
  if (!literal) lexeme.kind = word_kind(lexeme.text);
  return lexeme;
}

Lexeme QueryLexer::next() {
  skip_white_space();
  if (at_ == query_.size()) return take(LexemeKind::kEnd, 0);
  if (!after_sign_ && sign_here()) {
    after_sign_ = true;
    const bool plus = query_[at_] == '+';
    return take(plus ? LexemeKind::kPlus : LexemeKind::kMinus, 1);
  }
  const std::size_t quote = double_quote_size(query_, at_);
  Lexeme lexeme;
  if (quote != 0) {
    lexeme = phrase(quote);
  } else if (query_[at_] == '(') {
    lexeme = take(LexemeKind::kOpen, 1);
  } else if (query_[at_] == ')') {
    lexeme = take(LexemeKind::kClose, 1);
  } else {
    lexeme = word();
  }
  after_sign_ = false;
  return lexeme;
}

}  // namespace kwic
