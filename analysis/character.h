// SPDX-License-Identifier: Apache-2.0
// What the standard analyzer knows of one code point: its part in a word, and
// what it is folded to.
#ifndef KWIC_ANALYSIS_CHARACTER_H_
#define KWIC_ANALYSIS_CHARACTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kwic {

// A coarser Word_Break property (UAX #29, table 3), by what kwic does with it.
enum class CharClass : std::uint8_t {
  kSeparator,
  kLetter,      // letters but those below, letter numbers
  kDigit,       // decimal digits of any script, subscripts
  kBigram,      // scripts written without spaces: Han, kana, Thai and others
  kMark,        // combining marks
  kIgnorable,   // soft hyphen, joiners, variation selectors: not there at all
  kApostrophe,  // ' and its typographic forms
  kDot,         // .
  kComma,       // ,
  kHyphen,      // - and U+2010, U+2011; no dash
  kLowLine,     // _ and other connector punctuation
  kMidLetter,   // left out between letters: U+00B7, U+2027, Hebrew geresh
  kQuote,       // ", left out between Hebrew letters
  kPlus,        // +
  kHash,        // #
};

// A code point folded for matching, in UTF-8; size 0 unless it is a letter, a
// digit, a bigram character or a mark.
struct FoldedChar {
  static constexpr std::size_t kMaxBytes = 13;
  CharClass kind;
  std::uint8_t size;
  bool composes;  // marks or jamo inside: normalise the term in the end
  char bytes[kMaxBytes];
  std::string_view view() const { return {bytes, size}; }
};

constexpr std::array<FoldedChar, 128> make_ascii_folds() {
  std::array<FoldedChar, 128> table{};
  for (char c = '0'; c <= '9'; ++c) {
    table[static_cast<unsigned char>(c)] = {CharClass::kDigit, 1, false, {c}};
  }
  for (char c = 'a'; c <= 'z'; ++c) {
    const FoldedChar letter{CharClass::kLetter, 1, false, {c}};
    table[static_cast<unsigned char>(c)] = letter;
    table[static_cast<unsigned char>(c) - 0x20u] = letter;
  }
  table['\''].kind = CharClass::kApostrophe;
  table['.'].kind = CharClass::kDot;
  table[','].kind = CharClass::kComma;
  table['-'].kind = CharClass::kHyphen;
  table['_'].kind = CharClass::kLowLine;
  table['"'].kind = CharClass::kQuote;
  table['+'].kind = CharClass::kPlus;
  table['#'].kind = CharClass::kHash;
  return table;
}

inline constexpr std::array<FoldedChar, 128> kAsciiFolds = make_ascii_folds();

// Full case folding, compatibility and canonical decomposition, diacritics
// removed by drops_mark(), canonical composition.
FoldedChar fold_character(char32_t code) noexcept;

// True if `mark` is removed when it stands on `base`, a folded code point.
bool drops_mark(char32_t base, char32_t mark) noexcept;

bool is_hebrew_letter(char32_t code) noexcept;

// Brings a term of folded characters to normalization form C, in place.
// Returns the new size. What would not fit in kMaxTermBytes stays as it is.
// REQUIRES: size <= kMaxTermBytes, kMaxTermBytes bytes at `term`.
std::size_t normalize_term(char* term, std::size_t size) noexcept;

// The term without the vowel points of Hebrew and Arabic, written to `out`;
// returns its size.
// REQUIRES: term.size() bytes at `out`.
std::size_t remove_points(std::string_view term, char* out) noexcept;

}  // namespace kwic

#endif  // KWIC_ANALYSIS_CHARACTER_H_
