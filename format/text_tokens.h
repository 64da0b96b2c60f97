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
    if (token.word) {
      do ++at_;
      while (at_ < size_ && word_width(at_) != 0);
    } else {
      do at_ += other_width(at_);
      while (at_ < size_ && word_width(at_) == 0);
    }
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
