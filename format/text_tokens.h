// SPDX-License-Identifier: Apache-2.0
// TextTokens: cuts any bytes into runs of word bytes and runs of others, as
// the doc store's text codec sees them.
//
// This is no analyzer: it serves compression only, needs no valid UTF-8, and
// concatenating its tokens and the single spaces it leaves out gives back
// every byte. Word bytes are ASCII letters and digits and all bytes above
// 0x7f, save for the general punctuation U+2000..U+207F (dashes, quotes).
#ifndef KWIC_FORMAT_TEXT_TOKENS_H_
#define KWIC_FORMAT_TEXT_TOKENS_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace kwic {

struct TextToken {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  bool word = false;
};

// Reads tokens one by one. A single space between two words is no token: two
// words in a row mean that one stood between them.
class TextTokens {
 public:
  // REQUIRES: text is below 4 GiB and outlives this.
  explicit TextTokens(ByteView text) noexcept
      : text_(text.data()), size_(static_cast<std::uint32_t>(text.size())) {}

  // Sets the next token; false at the end.
  bool next(TextToken& token) noexcept {
    if (after_word_ && at_ + 1 < size_ && text_[at_] == ' ' &&
        word_width(at_ + 1) != 0) {
      ++at_;
    }
    if (at_ >= size_) return false;
    token.begin = at_;
    token.word = word_width(at_) != 0;
    skip_run(token.word);
    token.size = at_ - token.begin;
    after_word_ = token.word;
    return true;
  }

 private:
  static constexpr std::array<std::uint8_t, 256> kWordByte = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned c = 0; c < 256; ++c) {
      table[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                 (c >= 'a' && c <= 'z') || c >= 0x80;
    }
    return table;
  }();

  static constexpr std::uint64_t kLow = 0x0101'0101'0101'0101U;
  static constexpr std::uint64_t kHigh = 0x80 * kLow;

  // The high bit of each byte of `x` that is a word byte by itself: most runs
  // end within 8 bytes, and a loop over them guesses wrong where.
  static std::uint64_t word_bytes(std::uint64_t x) noexcept {
    const std::uint64_t low = x & ~kHigh;
    const std::uint64_t folded = low | 0x20 * kLow;
    const std::uint64_t letter =
        (folded + (0x80 - 'a') * kLow) & ~(folded + (0x80 - 'z' - 1) * kLow);
    const std::uint64_t digit =
        (low + (0x80 - '0') * kLow) & ~(low + (0x80 - '9' - 1) * kLow);
    return (letter | digit | x) & kHigh;
  }
  // Whether a byte of `x` may be 0xe2, which punctuation begins with.
  static bool may_punctuate(std::uint64_t x) noexcept {
    const std::uint64_t v = x ^ 0xe2 * kLow;
    return ((v - kLow) & ~v & kHigh) != 0;
  }

  // Goes behind the run of word bytes, or of others, that begins at at_.
  void skip_run(bool word) noexcept {
    while (size_ - at_ >= 8) {
      const auto x = load_le<std::uint64_t>(text_ + at_);
      if (may_punctuate(x)) break;
      const std::uint64_t ends = word ? ~word_bytes(x) & kHigh : word_bytes(x);
      if (ends != 0) {
        at_ += static_cast<std::uint32_t>(std::countr_zero(ends)) / 8;
        return;
      }
      at_ += 8;
    }
    while (at_ < size_ && (word_width(at_) != 0) == word) {
      at_ += word ? 1 : other_width(at_);
    }
  }

  bool punctuation(std::uint32_t at) const noexcept {
    return text_[at] == 0xe2 && size_ - at >= 3 &&
           (text_[at + 1] & 0xfe) == 0x80;
  }
  // 1 if a word byte stands at `at`, else 0.
  unsigned word_width(std::uint32_t at) const noexcept {
    return kWordByte[text_[at]] != 0 && !punctuation(at) ? 1 : 0;
  }
  // REQUIRES: no word byte at `at`.
  unsigned other_width(std::uint32_t at) const noexcept {
    return kWordByte[text_[at]] != 0 ? 3 : 1;
  }

  const std::uint8_t* text_;
  std::uint32_t size_;
  std::uint32_t at_ = 0;
  bool after_word_ = false;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TEXT_TOKENS_H_
