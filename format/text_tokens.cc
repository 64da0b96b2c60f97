// SPDX-License-Identifier: Apache-2.0
//
// Tokens are short, and a loop over bytes guesses wrong where each of them
// ends. So 64 bytes at a time become a mask of their kinds (base/byte_mask.h),
// and the places where the mask changes are read off it bit by bit.
#include "format/text_tokens.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/byte_mask.h"

namespace kwic {
namespace {

constexpr std::size_t kGroup = kMaskedBytes;
constexpr std::uint64_t kHigh = 0x8080'8080'8080'8080U;

// Bytes of words; those that are not ASCII have their top bit set.
Bytes16 words_of(Bytes16 c) noexcept { return Bytes16(ascii_words(c)) | c; }

// What punctuation begins with.
Mask16 firsts_of(Bytes16 c) noexcept { return Mask16(c == 0xe2); }

}  // namespace

// Takes the punctuation of the group at `at` out of the mask of its words.
// `behind` is where the last one ends: nothing begins within it.
std::uint64_t TextTokens::without_punctuation(
    std::uint64_t words, std::size_t at, std::size_t& behind) const noexcept {
  if (behind > at) words &= ~std::uint64_t{0} << (behind - at);
  if (words == 0) return words;
  std::uint64_t firsts = mask_of(text_.data() + at, firsts_of);
  for (; firsts != 0; firsts &= firsts - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(firsts));
    const std::size_t here = at + i;
    if (here < behind || here + 3 > size_ || (text_[here + 1] & 0xfe) != 0x80) {
      continue;
    }
    words &= ~(std::uint64_t{7} << i);
    behind = here + 3;
  }
  return words;
}

void TextTokens::find_ends() {
  std::uint32_t* out = ends_.data();
  std::uint64_t before = 0;  // 1 if the byte before the group is a word's
  std::size_t behind = 0;
  // The zeros behind the text end its last word.
  for (std::size_t at = 0; at <= size_; at += kGroup) {
    const std::uint8_t* const p = text_.data() + at;
    std::uint64_t words = mask_of(p, words_of);
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < kGroup; i += 8) {
      all |= load_le<std::uint64_t>(p + i);
    }
    if ((all & kHigh) != 0 || behind > at) {
      words = without_punctuation(words, at, behind);
    }
    std::uint64_t changes = words ^ (words << 1 | before);
    before = words >> 63;
    const int count = std::popcount(changes);
    // Eight at a time, whatever is behind the last: the number of turns is
    // easier to guess.
    for (int done = 0; done < count; done += 8) {
      for (int i = 0; i < 8; ++i) {
        out[done + i] = static_cast<std::uint32_t>(
            at + static_cast<std::size_t>(std::countr_zero(changes)));
        changes &= changes - 1;
      }
    }
    out += count;
  }
  end_count_ = static_cast<std::size_t>(out - ends_.data());
}

void TextTokens::find(ByteView text) {
  size_ = text.size();
  const std::size_t room = (size_ / kGroup + 1) * kGroup + kSlack;
  if (text_.size() < room) {
    text_.resize(room);
    ends_.resize(room);
    tokens_.resize(room);
  }
  std::copy(text.begin(), text.end(), text_.begin());
  std::memset(text_.data() + size_, 0, room - size_);
  find_ends();
  const std::uint8_t* const bytes = text_.data();
  TextToken* out = tokens_.data();
  std::uint32_t behind = 0;  // the token before
  // No branches: what is between two words cannot be guessed.
  for (std::size_t i = 0; i < end_count_; i += 2) {
    const std::uint32_t begin = ends_[i], end = ends_[i + 1];
    behind += unsigned{begin - behind == 1} & unsigned{bytes[behind] == ' '} &
              unsigned{behind != 0};
    *out = {behind, static_cast<std::uint16_t>(begin - behind), false};
    out += unsigned{begin != behind};
    *out++ = {begin, static_cast<std::uint16_t>(end - begin), true};
    behind = end;
  }
  const auto rest = static_cast<std::uint16_t>(size_ - behind);
  if (rest != 0) *out++ = {behind, rest, false};
  token_count_ = static_cast<std::size_t>(out - tokens_.data());
}

}  // namespace kwic
