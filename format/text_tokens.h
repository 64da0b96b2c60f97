// SPDX-License-Identifier: Apache-2.0
// TextTokens: cuts any bytes into runs of word bytes and runs of others, as
// the doc store's text codec sees them.
//
// This is no analyzer: it serves compression only, needs no valid UTF-8, and
// concatenating its tokens and the single spaces it leaves out gives back
// every byte. Word bytes are ASCII letters and digits and all bytes above
// 0x7f, save for the general punctuation U+2000..U+207F (dashes, quotes).
//
// A single space between two words is no token: two words in a row mean that
// one stood between them.
#ifndef KWIC_FORMAT_TEXT_TOKENS_H_
#define KWIC_FORMAT_TEXT_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace kwic {

struct TextToken {
  std::uint32_t begin = 0;
  std::uint16_t size = 0;
  bool word = false;
};

class TextTokens {
 public:
  // Bytes that may be loaded behind the copy of the text; they are zero.
  static constexpr std::size_t kSlack = 64;

  // Copies the text and finds its tokens. REQUIRES: text is below 64 KiB.
  void find(ByteView text);

  // Of the text found last, until the next one.
  std::span<const TextToken> tokens() const noexcept {
    return {tokens_.data(), token_count_};
  }
  const std::uint8_t* text() const noexcept { return text_.data(); }

 private:
  void find_ends();
  std::uint64_t without_punctuation(std::uint64_t words, std::size_t at,
                                    std::size_t& behind) const noexcept;

  std::size_t size_ = 0;
  // These only grow: what is in use of them is said apart.
  std::vector<std::uint8_t> text_;
  std::vector<std::uint32_t> ends_;  // where words begin and end, by turns
  std::size_t end_count_ = 0;
  std::vector<TextToken> tokens_;
  std::size_t token_count_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TEXT_TOKENS_H_
