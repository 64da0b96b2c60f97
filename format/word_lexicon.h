// SPDX-License-Identifier: Apache-2.0
// WordLexicon: here is a code of the text codec, give me its bytes.
//
// The section is used in place; nothing is built at open but a table of the
// 256 lead bytes. Entries lie in pages of 256; a page has one slot width, so
// an entry's address is a multiplication. A slot is one head byte and the
// entry's bytes:
//
//     0            u32 version (1)
//     4            u8 singles, u8 doubles, u8 triples, u8 zero
//     8            u32 number of pages
//     12           u32 bytes of all slots
//     16           pages: u32 offset of its first slot << 6 | slot width - 1
//     then         slots: u8 size | begins with a word << 6 | ends with one <<
//     7
//
// Lead bytes: kControlCodes controls, then `singles` codes of one byte, then
// `doubles` leads of two-byte codes, then `triples` leads of three-byte codes.
// Page 0 holds the singles, page 1 + i those of the i-th double, and so on;
// the bytes behind a lead are the low bits of the entry's index, low first.
#ifndef KWIC_FORMAT_WORD_LEXICON_H_
#define KWIC_FORMAT_WORD_LEXICON_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "format/section_view.h"

namespace kwic {

// Controls of the coded text; see docs/format.md.
inline constexpr std::uint8_t kCodeCapital = 0;  // next entry: first letter
inline constexpr std::uint8_t kCodeUpper = 1;    // next entry: all letters
inline constexpr std::uint8_t kCodeLiteral = 2;  // 2..5: + begins, + 2 * ends
inline constexpr unsigned kControlCodes = 6;

inline constexpr std::size_t kMaxEntryBytes = 63;
inline constexpr std::size_t kLexiconHeaderBytes = 16;
inline constexpr unsigned kEntryBegins = 0x40, kEntryEnds = 0x80;

// How many lead bytes have codes of one, two and three bytes.
struct CodeLayout {
  unsigned singles = 0, doubles = 0, triples = 0;

  std::uint32_t capacity() const noexcept {
    return singles + 256 * doubles + 65536 * triples;
  }
  // Where entry number `rank` (singles first) stands among the pages.
  std::uint32_t index_of(std::uint32_t rank) const noexcept {
    return rank < singles ? rank : 256 + (rank - singles);
  }
};

// A code: its bytes in order from the low one, and how many.
struct WordCode {
  std::uint32_t bytes = 0;
  std::uint32_t size = 0;
};
WordCode word_code(const CodeLayout& layout, std::uint32_t rank) noexcept;

// The same in 32 bits: the bytes in bits 0..23, the size in 24 and 25. Bits
// from kCodeFlags on are free.
using PackedCode = std::uint32_t;
inline constexpr unsigned kCodeFlags = 26;
inline PackedCode packed(WordCode code) noexcept {
  return code.bytes | code.size << 24;
}
inline std::size_t code_size(PackedCode code) noexcept {
  return code >> 24 & 3;
}

// An entry on its way into a lexicon.
struct LexiconEntry {
  std::string text;
  bool begins_word = false;  // an implied space goes before it after a word
  bool ends_word = false;
  std::uint64_t uses = 0;  // in the sample
};

// Picks the layout that codes these uses (descending) in the fewest bytes.
CodeLayout choose_layout(const std::vector<LexiconEntry>& entries);

// Puts the entries of each code length in the order that packs best. REQUIRES:
// entries sorted by uses, descending, and no more than layout.capacity().
void order_entries(std::vector<LexiconEntry>& entries,
                   const CodeLayout& layout);

// The section of such entries.
std::vector<std::uint8_t> write_lexicon(
    const std::vector<LexiconEntry>& entries, const CodeLayout& layout);

class WordLexicon {
 public:
  // What a lead byte means: index = base + (following bytes & mask).
  struct Lead {
    std::uint32_t base = 0;
    std::uint16_t mask = 0;
    std::uint8_t size = 0;  // bytes of the code; 0: a control, or unused
  };

  WordLexicon() = default;
  // An empty or damaged section gives a lexicon without entries.
  explicit WordLexicon(const SectionView& section) noexcept;

  const Lead& lead(std::uint8_t byte) const noexcept { return leads_[byte]; }

  // The slot of an entry, or null if it has none. The head byte and the 63
  // after it may be loaded.
  const std::uint8_t* slot(std::uint32_t index) const noexcept {
    const std::uint32_t page = index >> 8;
    if (page >= page_count_) return nullptr;
    const std::uint32_t entry = load_le<std::uint32_t>(pages_ + 4 * page);
    const std::uint32_t at = (entry >> 6) + (index & 0xff) * ((entry & 63) + 1);
    return at < slot_bytes_ ? slots_ + at : nullptr;
  }

 private:
  Lead leads_[256];
  const std::uint8_t* pages_ = nullptr;
  const std::uint8_t* slots_ = nullptr;
  std::uint32_t page_count_ = 0;
  std::uint32_t slot_bytes_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_WORD_LEXICON_H_
