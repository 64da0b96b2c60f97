// SPDX-License-Identifier: Apache-2.0
// DESCRIPTION
//
// A letter is folded in four steps: full case folding and compatibility
// decomposition (the way of NFKC_Casefold, UAX #31), removal of diacritics,
// a few letters with strokes and ligatures that Unicode does not decompose,
// and canonical composition of what is left.
//
// Which marks are diacritics depends on the script. In Latin, Greek and
// Cyrillic people leave them out when they search, so they go, but for the two
// that make letters of their own in Cyrillic (и й, і ї). Elsewhere a mark is as
// much as a letter (Indic vowel signs, Thai tones, kana voicing) and stays.
//
// IMPLEMENTATION
//
// Everything comes from the properties in utf8proc; the ranges written here
// are blocks and scripts, for which utf8proc has no table. Folding is meant to
// be idempotent: a compatibility mapping is taken only if all of its output is
// of word characters (U+FDFA is a sentence; U+037A decomposes to a space).
#include "analysis/character.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <memory>

#include "base/limits.h"
#include "base/utf8.h"

namespace kwic {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t N>
constexpr bool in_ranges(const Range (&ranges)[N], char32_t code) noexcept {
  for (const Range& r : ranges) {
    if (code < r.first) return false;
    if (code <= r.last) return true;
  }
  return false;
}

// Scripts in which no space stands between words (Line_Break=SA, and those of
// Chinese and Japanese). Letters only: punctuation, digits and marks inside
// these ranges are told apart by their category first.
constexpr Range kBigramRanges[] = {
    {0x0e00, 0x0eff},    // Thai, Lao
    {0x1000, 0x109f},    // Myanmar
    {0x1780, 0x17ff},    // Khmer
    {0x1950, 0x19df},    // Tai Le, New Tai Lue
    {0x1a20, 0x1aaf},    // Tai Tham
    {0x2e80, 0x2fdf},    // CJK and Kangxi radicals
    {0x3005, 0x3007},    // ideographic iteration, closing mark, zero
    {0x3021, 0x303c},    // Hangzhou numerals, kana repeat marks
    {0x3040, 0x312f},    // Hiragana, Katakana, Bopomofo
    {0x31a0, 0x31bf},    // Bopomofo extended
    {0x31f0, 0x31ff},    // Katakana phonetic extensions
    {0x3400, 0x4dbf},    // CJK extension A
    {0x4e00, 0x9fff},    // CJK unified ideographs
    {0xa9e0, 0xa9ff},    // Myanmar extended B
    {0xaa60, 0xaadf},    // Myanmar extended A, Tai Viet
    {0xf900, 0xfaff},    // CJK compatibility ideographs
    {0xff66, 0xff9d},    // halfwidth Katakana
    {0x11700, 0x1174f},  // Ahom
    {0x16fe2, 0x16fe3},  // Chinese and old Chinese marks
    {0x17000, 0x18d8f},  // Tangut, Khitan
    {0x1aff0, 0x1b16f},  // kana supplements
    {0x1b170, 0x1b2ff},  // Nushu
    {0x20000, 0x3ffff},  // CJK extensions B and on
};

// Latin, Greek and Cyrillic, and their letter-like and mathematical forms.
constexpr Range kAccentRanges[] = {
    {0x0000, 0x052f}, {0x1c80, 0x1c8f}, {0x1d00, 0x1dbf}, {0x1e00, 0x1fff},
    {0x2000, 0x218f}, {0x2c60, 0x2c7f}, {0xa640, 0xa69f}, {0xa720, 0xa7ff},
    {0xab30, 0xab6f}, {0xfb00, 0xfb06}, {0xff21, 0xff5a}, {0x1d400, 0x1d7ff},
};

// ASCII in full width, and the voicing marks in half width.
char32_t width_folded(char32_t code) noexcept {
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xff01 + 0x21;
  if (code == 0xff9e || code == 0xff9f) return code - 0xff9e + 0x3099;
  return code;
}

// Punctuation that can be part of a word, and letters that are none here.
CharClass special_class(char32_t code) noexcept {
  switch (code) {
    case 0x0027:
    case 0x2018:
    case 0x2019:
    case 0x201b:
    case 0x02bb:
    case 0x02bc: return CharClass::kApostrophe;
    case 0x002e:
    case 0x2024:
    case 0xfe52: return CharClass::kDot;
    case 0x002c:
    case 0xfe50: return CharClass::kComma;
    case 0x002d:
    case 0x2010:
    case 0x2011:
    case 0xfe63: return CharClass::kHyphen;
    case 0x00b7:
    case 0x0387:
    case 0x2027:
    case 0x05f3:
    case 0x05f4: return CharClass::kMidLetter;
    case 0x0022: return CharClass::kQuote;
    case 0x002b: return CharClass::kPlus;
    case 0x0023: return CharClass::kHash;
    case 0x0345: return CharClass::kLetter;  // folds to iota
    case 0x034f:
    case 0x0640: return CharClass::kIgnorable;  // tatweel
    default: return CharClass::kSeparator;
  }
}

CharClass number_class(char32_t code) noexcept {
  const bool subscript = code >= 0x2080 && code <= 0x2089;
  return subscript ? CharClass::kDigit : CharClass::kSeparator;
}

CharClass classify(char32_t code) noexcept {
  if (code == kInvalidCodePoint || code == 0x200b) return CharClass::kSeparator;
  const CharClass special = special_class(code);
  if (special != CharClass::kSeparator) return special;
  const auto* property =
      utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
  switch (property->category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
      if (property->ignorable) return CharClass::kIgnorable;  // Hangul fillers
      return in_ranges(kBigramRanges, code) ? CharClass::kBigram
                                            : CharClass::kLetter;
    case UTF8PROC_CATEGORY_ND: return CharClass::kDigit;
    case UTF8PROC_CATEGORY_NO: return number_class(code);
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return property->ignorable ? CharClass::kIgnorable : CharClass::kMark;
    case UTF8PROC_CATEGORY_CF: return CharClass::kIgnorable;
    case UTF8PROC_CATEGORY_PC: return CharClass::kLowLine;
    default: return CharClass::kSeparator;
  }
}

bool is_word_class(CharClass c) noexcept {
  return c == CharClass::kLetter || c == CharClass::kDigit ||
         c == CharClass::kBigram || c == CharClass::kMark;
}

// Letters with a stroke through them, and ligatures, that have no
// decomposition but are looked for without.
std::string_view plain_letter(char32_t code) noexcept {
  switch (code) {
    case 0x00e6: return "ae";
    case 0x00f8: return "o";
    case 0x0111: return "d";
    case 0x0127: return "h";
    case 0x0131: return "i";
    case 0x0142: return "l";
    case 0x0153: return "oe";
    case 0x0167: return "t";
    default: return {};
  }
}

bool is_identity(char32_t code) noexcept {
  return (code >= 0x3400 && code <= 0x4dbf) ||
         (code >= 0x4e00 && code <= 0x9fff) ||
         (code >= 0xac00 && code <= 0xd7a3) ||
         (code >= 0x3041 && code <= 0x3096) ||
         (code >= 0x30a1 && code <= 0x30fa) || code == 0x30fc;
}

bool is_jamo(char32_t code) noexcept {
  return (code >= 0x1100 && code <= 0x11ff) ||
         (code >= 0xa960 && code <= 0xa97f) ||
         (code >= 0xd7b0 && code <= 0xd7ff);
}

// The decomposed, folded form of one character, a few code points.
class Decomposition {
 public:
  // False if the mapping is too long or leaves the words.
  bool decompose(char32_t code, int options, CharClass kind) noexcept {
    int boundary = 0;
    const auto n = utf8proc_decompose_char(
        static_cast<utf8proc_int32_t>(code), code_, kMaxMapping,
        static_cast<utf8proc_option_t>(options), &boundary);
    if (n <= 0 || n > kMaxCodes) return false;
    size_ = n;
    for (utf8proc_ssize_t i = 0; i < size_; ++i) {
      const CharClass c = classify(at(i));
      if (!is_word_class(c)) return false;
      if ((c == CharClass::kBigram) != (kind == CharClass::kBigram) &&
          c != CharClass::kMark) {
        return false;
      }
    }
    return true;
  }

  void set(char32_t code) noexcept {
    code_[0] = static_cast<utf8proc_int32_t>(code);
    size_ = 1;
  }

  void drop_marks() noexcept {
    char32_t base = at(0);
    utf8proc_ssize_t kept = 1;
    for (utf8proc_ssize_t i = 1; i < size_; ++i) {
      const bool mark = classify(at(i)) == CharClass::kMark;
      if (mark && drops_mark(base, at(i))) continue;
      if (!mark) base = at(i);
      code_[kept++] = code_[i];
    }
    size_ = kept;
  }

  void compose() noexcept {
    const auto n = utf8proc_normalize_utf32(
        code_, size_,
        static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
    if (n > 0) size_ = n;
  }

  // False if it does not fit.
  bool write(FoldedChar& out) const noexcept {
    std::size_t size = 0;
    for (utf8proc_ssize_t i = 0; i < size_; ++i) {
      char encoded[kMaxUtf8Bytes];
      std::string_view bytes = plain_letter(at(i));
      if (bytes.empty()) bytes = {encoded, encode_utf8(at(i), encoded)};
      if (bytes.size() > FoldedChar::kMaxBytes - size) return false;
      std::memcpy(out.bytes + size, bytes.data(), bytes.size());
      size += bytes.size();
      out.composes |= is_jamo(at(i)) || classify(at(i)) == CharClass::kMark;
    }
    out.size = static_cast<std::uint8_t>(size);
    return true;
  }

 private:
  static constexpr utf8proc_ssize_t kMaxMapping = 32;
  static constexpr utf8proc_ssize_t kMaxCodes = 4;

  char32_t at(utf8proc_ssize_t i) const noexcept {
    return static_cast<char32_t>(code_[i]);
  }

  utf8proc_int32_t code_[kMaxMapping] = {};
  utf8proc_ssize_t size_ = 0;
};

// Sara Am of Thai and Lao: its compatibility mapping is a mark on the letter
// before and a letter, which would tear a character in two.
bool keeps_compatibility(char32_t code) noexcept {
  return code == 0x0e33 || code == 0x0eb3;
}

// Most of the letters above U+2000: they fold to themselves.
FoldedChar identity_fold(char32_t code) noexcept {
  const bool hangul = code >= 0xac00;
  FoldedChar out{
      hangul ? CharClass::kLetter : CharClass::kBigram, 0, false, {}};
  out.size = static_cast<std::uint8_t>(encode_utf8(code, out.bytes));
  return out;
}

FoldedChar compute_fold(char32_t code) noexcept {
  if (is_identity(code)) return identity_fold(code);
  code = width_folded(code);
  FoldedChar out{classify(code), 0, false, {}};
  if (!is_word_class(out.kind)) return out;
  Decomposition form;
  constexpr int kCanonical = UTF8PROC_CASEFOLD | UTF8PROC_STABLE;
  const int compatible =
      keeps_compatibility(code) ? kCanonical : kCanonical | UTF8PROC_COMPAT;
  if (!form.decompose(code, compatible | UTF8PROC_DECOMPOSE, out.kind) &&
      !form.decompose(code, kCanonical | UTF8PROC_DECOMPOSE, out.kind)) {
    form.set(code);
  }
  form.drop_marks();
  form.compose();
  if (!form.write(out)) {
    form.set(code);
    form.write(out);
  }
  return out;
}

// Scripts below U+2000 are read from a table, made when first needed.
constexpr std::size_t kTableSize = 0x2000;
using FoldTable = std::array<FoldedChar, kTableSize>;

const FoldTable& fold_table() noexcept {
  // Left to the process on purpose: used by analyzers that live for ever.
  static const FoldTable* const table = [] {
    auto made = std::make_unique<FoldTable>();
    for (char32_t c = 0; c < kTableSize; ++c) (*made)[c] = compute_fold(c);
    return made.release();
  }();
  return *table;
}

bool is_point(char32_t code) noexcept {
  return (code >= 0x0591 && code <= 0x05c7) ||
         (code >= 0x064b && code <= 0x0652) || code == 0x0670;
}

}  // namespace

FoldedChar fold_character(char32_t code) noexcept {
  return code < kTableSize ? fold_table()[code] : compute_fold(code);
}

bool drops_mark(char32_t base, char32_t mark) noexcept {
  if (!in_ranges(kAccentRanges, base)) return false;
  const bool cyrillic = base >= 0x0400 && base <= 0x052f;
  if (!cyrillic) return true;
  if (mark == 0x0308) return base != 0x0456;
  return mark != 0x0306;
}

bool is_hebrew_letter(char32_t code) noexcept {
  return (code >= 0x05d0 && code <= 0x05f2) ||
         (code >= 0xfb1d && code <= 0xfb4f);
}

std::size_t normalize_term(char* term, std::size_t size) noexcept {
  // Decomposition gives at most four code points for a byte.
  utf8proc_int32_t codes[4 * kMaxTermBytes + 1];
  constexpr auto kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto n = utf8proc_decompose(
      reinterpret_cast<const utf8proc_uint8_t*>(term),
      static_cast<utf8proc_ssize_t>(size), codes,
      static_cast<utf8proc_ssize_t>(std::size(codes) - 1), kOptions);
  if (n <= 0 || n >= static_cast<utf8proc_ssize_t>(std::size(codes))) {
    return size;
  }
  const auto bytes = utf8proc_reencode(codes, n, kOptions);
  if (bytes <= 0 || static_cast<std::size_t>(bytes) > kMaxTermBytes) {
    return size;
  }
  std::memcpy(term, codes, static_cast<std::size_t>(bytes));
  return static_cast<std::size_t>(bytes);
}

std::size_t remove_points(std::string_view term, char* out) noexcept {
  const char* const end = term.data() + term.size();
  std::size_t size = 0;
  for (const char* p = term.data(); p != end;) {
    const CodePoint c = decode_utf8(p, end);
    if (!is_point(c.code)) {
      std::memcpy(out + size, p, c.size);
      size += c.size;
    }
    p += c.size;
  }
  return size;
}

}  // namespace kwic
