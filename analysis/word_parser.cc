// SPDX-License-Identifier: Apache-2.0
#include "analysis/word_parser.h"

#include <cstring>
#include <iterator>
#include <utility>

#include "base/utf8.h"

namespace kwic {

WordParser::Char WordParser::read(const char* p) const {
  if (p == end_) return {{}, 0, p, p};
  const auto byte = static_cast<unsigned char>(*p);
  if (byte < 0x80) return {kAsciiFolds[byte], byte, p, p + 1};
  const CodePoint c = decode_utf8(p, end_);
  return {fold_character(c.code), c.code, p, p + c.size};
}

WordParser::Char WordParser::significant(const char* p) const {
  Char c = read(p);
  while (c.is(CharClass::kMark) || c.is(CharClass::kIgnorable)) {
    c = read(c.next);
  }
  return c;
}

const char* WordParser::parse(const char* p) {
  const Char c = read(p);
  if (c.is_word()) return parse_compound(p);
  return c.is(CharClass::kBigram) ? parse_bigrams(p) : c.next;
}

// ---------------------------------------------------------------- compounds

const char* WordParser::parse_compound(const char* p) {
  const char* const begin = p;
  joined_.size = 0;
  joined_.parts = 0;
  joined_.fits = true;
  joined_.has_letter = joined_.has_suffix = joined_.composes = false;
  for (;;) {
    p = parse_word(p);
    const Char c = read(p);
    if (!c.is(CharClass::kHyphen) && !c.is(CharClass::kLowLine)) break;
    const Char next = significant(c.next);
    if (!next.is_word()) break;
    p = next.begin;
  }
  finish_compound(begin);
  return p;
}

void WordParser::join(std::string_view term) {
  if (joined_.parts++ == 0) joined_.slot = sink_.slot();
  if (joined_.parts > Joined::kMaxParts || cut_ || joined_.has_suffix ||
      term.size() > kMaxTermBytes - joined_.size) {
    joined_.fits = false;
  }
  if (!joined_.fits) return;
  std::memcpy(joined_.bytes + joined_.size, term.data(), term.size());
  joined_.size += term.size();
  joined_.composes |= composes_;
  joined_.has_suffix = suffix_size_ > 0;  // no word goes on behind C++
}

// A compound of numbers alone is a range or a date, and is not joined.
void WordParser::finish_compound(const char* begin) {
  if (joined_.parts < 2 || !joined_.fits || !joined_.has_letter) return;
  if (joined_.composes)
    joined_.size = normalize_term(joined_.bytes, joined_.size);
  sink_.alternative_at(joined_.slot, {joined_.bytes, joined_.size}, begin,
                       word_end_);
}

// -------------------------------------------------------------------- words

const char* WordParser::parse_word(const char* p) {
  start_word(p);
  while (p != end_) {
    const char* next = step(read(p));
    if (next == nullptr) break;
    p = next;
  }
  p = parse_suffix(p);
  finish_word();
  return p;
}

void WordParser::start_word(const char* p) {
  size_ = suffix_size_ = first_apostrophe_ = letters_ = digits_ = 0;
  word_begin_ = word_end_ = p;
  base_[0] = 0;
  last_ = CharClass::kSeparator;
  composes_ = points_ = acronym_ = cut_ = false;
  singles_ = digits_only_ = true;
}

const char* WordParser::step(const Char& c) {
  switch (c.kind()) {
    case CharClass::kLetter:
    case CharClass::kDigit: take_word_char(c); return c.next;
    case CharClass::kMark: take_mark(c); return c.next;
    case CharClass::kIgnorable: return c.next;
    case CharClass::kApostrophe: return step_apostrophe(c);
    case CharClass::kDot: return step_dot(c);
    case CharClass::kComma: return step_comma(c);
    case CharClass::kMidLetter:
    case CharClass::kQuote: return step_mid_letter(c);
    default: return nullptr;
  }
}

void WordParser::take_word_char(const Char& c) {
  if (c.is(CharClass::kLetter)) {
    joined_.has_letter = true;
    if (++letters_ > 1) singles_ = acronym_ = false;
    digits_only_ = false;
  } else {
    ++digits_;
    singles_ = acronym_ = false;
  }
  last_ = c.kind();
  std::memcpy(base_, c.folded.bytes, sizeof base_);
  append(c);
}

void WordParser::take_mark(const Char& c) {
  word_end_ = c.next;
  if (drops_mark(base(), c.code)) return;
  points_ = true;
  append(c);
}

char32_t WordParser::base() const {
  return decode_utf8(base_, std::end(base_)).code;
}

void WordParser::append(const Char& c) {
  const FoldedChar& folded = c.folded;
  if (folded.size > kMaxTermBytes - size_) cut_word(c.begin);
  std::memcpy(term_ + size_, folded.bytes, FoldedChar::kMaxBytes);
  size_ += folded.size;
  composes_ |= folded.composes;
  word_end_ = c.next;
}

void WordParser::append_sign(const Char& c, char sign) {
  last_ = c.kind();
  digits_only_ = false;
  base_[0] = sign;
  append({{c.kind(), 1, false, {sign}}, c.code, c.begin, c.next});
}

// Emits what there is, and goes on with the next piece at p.
void WordParser::cut_word(const char* p) {
  if (composes_) size_ = normalize_term(term_, size_);
  sink_.exact({term_, size_}, word_begin_, p);
  word_begin_ = p;
  size_ = first_apostrophe_ = 0;
  composes_ = false;
  cut_ = true;
}

bool WordParser::is_single_letter(const Char& c) const {
  return c.is(CharClass::kLetter) && !significant(c.next).is_word();
}

// Apostrophes join letters; behind a number only an s does (1990's).
const char* WordParser::step_apostrophe(const Char& c) {
  const Char next = significant(c.next);
  if (!next.is(CharClass::kLetter)) return nullptr;
  const bool decade = last_ == CharClass::kDigit && is_single_letter(next) &&
                      next.folded.view() == "s";
  if (last_ != CharClass::kLetter && !decade) return nullptr;
  if (first_apostrophe_ == 0) first_apostrophe_ = size_;
  singles_ = acronym_ = false;
  append_sign(c, '\'');
  return c.next;
}

const char* WordParser::step_dot(const Char& c) {
  const Char next = significant(c.next);
  if (last_ == CharClass::kDigit && next.is(CharClass::kDigit)) {
    append_sign(c, '.');
    return c.next;
  }
  if (singles_ && is_single_letter(next)) {
    acronym_ = true;
    letters_ = 0;
    return c.next;
  }
  // The last dot of an acronym, when the word goes on: U.S.-led, U.S.'s
  if (!acronym_) return nullptr;
  const Char after = significant(next.next);
  const bool goes_on =
      (next.is(CharClass::kHyphen) && after.is_word()) ||
      (next.is(CharClass::kApostrophe) && after.is(CharClass::kLetter));
  return goes_on ? c.next : nullptr;
}

// True if exactly three digits stand at p.
bool WordParser::thousand_follows(const char* p) const {
  Char c = significant(p);
  for (int i = 0; i < 3; ++i) {
    if (!c.is(CharClass::kDigit)) return false;
    c = significant(c.next);
  }
  return !c.is(CharClass::kDigit);
}

const char* WordParser::step_comma(const Char& c) {
  const bool joins = last_ == CharClass::kDigit && digits_only_ &&
                     digits_ <= 3 && thousand_follows(c.next);
  if (!joins) return nullptr;
  digits_ = 0;
  return c.next;
}

const char* WordParser::step_mid_letter(const Char& c) {
  const Char next = significant(c.next);
  if (last_ != CharClass::kLetter || !next.is(CharClass::kLetter)) {
    return nullptr;
  }
  const bool hebrew = is_hebrew_letter(base()) && is_hebrew_letter(next.code);
  return c.is(CharClass::kQuote) && !hebrew ? nullptr : c.next;
}

const char* WordParser::parse_suffix(const char* p) {
  if (last_ != CharClass::kLetter || cut_) return p;
  const Char first = read(p);
  Char c = first;
  std::size_t pluses = 0;
  for (; pluses < 2 && c.is(CharClass::kPlus); ++pluses) c = read(c.next);
  const bool hash = pluses == 0 && c.is(CharClass::kHash);
  if (hash) c = read(c.next);
  const std::size_t size = pluses + (hash ? 1 : 0);
  const bool blocked = c.is(CharClass::kLetter) || c.is(CharClass::kPlus) ||
                       c.is(CharClass::kHash) ||
                       (c.is(CharClass::kDigit) && pluses != 2);  // C++17
  if (size == 0 || blocked || size > kMaxTermBytes - size_) return p;
  std::memcpy(term_ + size_, hash ? "#" : "++", size);
  size_ += size;
  suffix_size_ = size;
  word_end_ = c.begin;
  return c.begin;
}

void WordParser::finish_word() {
  if (size_ == 0) return;
  if (composes_) size_ = normalize_term(term_, size_);
  const std::string_view term(term_, size_);
  sink_.exact(term, word_begin_, word_end_);
  if (!cut_) emit_alternatives(term);
  const bool possessive = !cut_ && size_ > 2 && term.ends_with("'s");
  join(possessive ? term.substr(0, size_ - 2) : term);
}

// The further forms of a whole word. Possessives are found without 's, words
// behind an article that lost its vowel by themselves (l'homme, qu'elle),
// vowelled Hebrew and Arabic without the points, C++ as C.
void WordParser::emit_alternatives(std::string_view term) {
  const auto also = [this](std::string_view form) {
    sink_.alternative(form, word_begin_, word_end_);
  };
  if (suffix_size_ > 0) also(term.substr(0, term.size() - suffix_size_));
  if (first_apostrophe_ > 0) {
    const std::size_t at = term.find('\'');
    const std::string_view rest = term.substr(at + 1);
    const std::string_view head = term.substr(0, at);
    if (term.ends_with("'s")) also(term.substr(0, term.size() - 2));
    if ((head.size() == 1 || head == "qu") && rest.size() >= 3) also(rest);
  }
  if (points_) {
    char bare[kMaxTermBytes];
    const std::size_t size = normalize_term(bare, remove_points(term, bare));
    if (size > 0 && size < term.size()) also({bare, size});
  }
}

// ------------------------------------------------------------------ bigrams

void WordParser::read_cluster(const Char& base, Cluster& out) const {
  std::memcpy(out.bytes, base.folded.bytes, FoldedChar::kMaxBytes);
  out.size = base.folded.size;
  out.begin = base.begin;
  bool composes = base.folded.composes;
  Char c = base;
  for (;;) {
    out.end = c.next;
    c = read(c.next);
    if (!c.is(CharClass::kMark) && !c.is(CharClass::kIgnorable)) break;
    if (c.folded.size > Cluster::kMaxBytes - out.size) continue;
    std::memcpy(out.bytes + out.size, c.folded.bytes, c.folded.size);
    out.size += c.folded.size;
    composes |= c.folded.composes;
  }
  if (composes) out.size = normalize_term(out.bytes, out.size);
}

// Position i of a run has the pair (i, i+1) as its exact form and character i
// as another; the last position has its character. So any part of a run, two
// characters or more, is a phrase of pairs, and any character is a term.
const char* WordParser::parse_bigrams(const char* p) {
  Cluster clusters[2];
  Cluster* a = &clusters[0];
  Cluster* b = &clusters[1];
  read_cluster(read(p), *a);
  for (;;) {
    const Char c = read(a->end);
    if (!c.is(CharClass::kBigram)) break;
    read_cluster(c, *b);
    sink_.exact(a->view(), b->view(), a->begin, b->end);
    sink_.alternative(a->view(), a->begin, a->end);
    std::swap(a, b);
  }
  sink_.exact(a->view(), a->begin, a->end);
  return a->end;
}

}  // namespace kwic
