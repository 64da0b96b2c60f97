// SPDX-License-Identifier: Apache-2.0
// WordParser: the standard analyzer on any text, one word at a time.
//
// DESCRIPTION
//
// Words are found as in UAX #29 (Unicode Text Segmentation, chapter 4), with
// these tailorings: a dot joins digits and single letters only (U.S.), a comma
// joins thousands only, a colon nothing; hyphens and low lines make compounds;
// ++ and # belong to the letters before them; and scripts without spaces give
// overlapping pairs of characters. docs/analysis.md has examples of all.
//
// IMPLEMENTATION
//
// The text is read once from left to right with a look-ahead of at most four
// characters. What a word is made of is collected in term_, at most
// kMaxTermBytes; a longer word is emitted in pieces, so that memory is bounded
// whatever the text is.
#ifndef KWIC_ANALYSIS_WORD_PARSER_H_
#define KWIC_ANALYSIS_WORD_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analysis/character.h"
#include "analysis/token_sink.h"
#include "base/limits.h"

namespace kwic {

class WordParser {
 public:
  WordParser(std::string_view text, TokenSink& sink)
      : end_(text.data() + text.size()), sink_(sink) {}

  // Emits the compound or the run of bigram characters that begins at p, or
  // skips the one separator there. Returns where to go on.
  // REQUIRES: p is before the end of the text, and no word stands across it.
  const char* parse(const char* p);

 private:
  // A character of the text.
  struct Char {
    FoldedChar folded;
    char32_t code;
    const char* begin;
    const char* next;
    CharClass kind() const { return folded.kind; }
    bool is(CharClass c) const { return folded.kind == c; }
    bool is_word() const {
      return is(CharClass::kLetter) || is(CharClass::kDigit);
    }
  };

  // A bigram character with its marks; further marks are left out. Bringing it
  // to normal form makes it three times as long at most (UAX #15, table 4), so
  // that two fit in a term.
  struct Cluster {
    static constexpr std::size_t kMaxBytes = kMaxTermBytes / 2 / 3;
    char bytes[kMaxTermBytes];
    std::size_t size = 0;
    const char* begin = nullptr;
    const char* end = nullptr;
    std::string_view view() const { return {bytes, size}; }
  };

  // The words of a compound written as one.
  struct Joined {
    static constexpr int kMaxParts = 4;
    char bytes[kMaxTermBytes];
    std::size_t size = 0;
    int parts = 0;
    bool fits = true;
    bool has_letter = false;
    bool has_suffix = false;
    bool composes = false;
    std::size_t slot = 0;  // behind the tokens of the first part
  };

  // The character at p; a separator at the end of the text.
  Char read(const char* p) const;
  // The first character at or after p that is neither mark nor ignorable.
  Char significant(const char* p) const;

  const char* parse_compound(const char* p);
  const char* parse_word(const char* p);
  const char* parse_bigrams(const char* p);

  // Takes a character into the word; returns where to go on, or null if the
  // word ends before it.
  const char* step(const Char& c);
  const char* step_apostrophe(const Char& c);
  const char* step_dot(const Char& c);
  const char* step_comma(const Char& c);
  const char* step_mid_letter(const Char& c);
  // Takes + ++ or # behind the word, if they stand at p; returns where to go
  // on.
  const char* parse_suffix(const char* p);

  void start_word(const char* p);
  void take_word_char(const Char& c);
  void take_mark(const Char& c);
  void append(const Char& c);
  // The folded character that a mark would stand on.
  char32_t base() const;
  void append_sign(const Char& c, char sign);
  void cut_word(const char* p);
  void finish_word();
  void emit_alternatives(std::string_view term);
  void join(std::string_view term);
  void finish_compound(const char* begin);

  bool is_single_letter(const Char& c) const;
  bool thousand_follows(const char* p) const;
  void read_cluster(const Char& base, Cluster& out) const;

  const char* const end_;
  TokenSink& sink_;

  // The word that is being read.
  char term_[kMaxTermBytes + FoldedChar::kMaxBytes];
  std::size_t size_ = 0;
  const char* word_begin_ = nullptr;
  const char* word_end_ = nullptr;
  std::size_t suffix_size_ = 0;       // bytes of ++ or #
  std::size_t first_apostrophe_ = 0;  // offset in term_; 0 if there is none
  std::size_t letters_ = 0;           // since the word or its last atom began
  std::size_t digits_ = 0;            // since the word or its last comma
  char base_[FoldedChar::kMaxBytes];  // what was taken last but marks
  CharClass last_ = CharClass::kSeparator;  // what was taken last
  bool composes_ = false;                   // needs normalize_term
  bool points_ = false;                     // holds marks that were kept
  bool acronym_ = false;  // single letters with dots so far, one dot at least
  bool singles_ = false;  // single letters with dots so far
  bool digits_only_ = false;
  bool cut_ = false;  // a piece of the word was emitted already
  Joined joined_;
};

}  // namespace kwic

#endif  // KWIC_ANALYSIS_WORD_PARSER_H_
