// SPDX-License-Identifier: Apache-2.0
//
// One turn of the loop decodes one code without a branch that depends on the
// text: length and index of the code come from a table of the lead byte, the
// implied space is stored always and kept by adding 0 or 1, and 16 bytes are
// copied whatever the size of the entry. Slack behind both buffers makes this
// safe: an entry has at most 63 bytes, and its size is checked against the room
// left before it is copied.
#include "format/word_decoder.h"

#include <cstring>

namespace kwic {
namespace {

class WordDecoder {
 public:
  WordDecoder(const WordLexicon& lexicon, ByteView coded, std::uint8_t* out,
              std::size_t size) noexcept
      : lexicon_(lexicon),
        in_(coded.data()),
        in_end_(coded.data() + coded.size()),
        out_(out),
        out_end_(out + size) {}

  bool run() noexcept {
    while (in_ < in_end_) {
      const WordLexicon::Lead& lead = lexicon_.lead(*in_);
      const bool fine = lead.size != 0 ? entry(lead) : control();
      if (!fine) return false;
    }
    return in_ == in_end_ && out_ == out_end_;
  }

 private:
  // REQUIRES: in_ < in_end_. A code cut by the end reads slack; run() sees it.
  bool entry(const WordLexicon::Lead& lead) noexcept {
    const std::uint32_t tail = load_le<std::uint16_t>(in_ + 1);
    const std::uint8_t* slot = lexicon_.slot(lead.base + (tail & lead.mask));
    in_ += lead.size;
    if (slot == nullptr) return false;
    const unsigned head = *slot;
    const auto size = static_cast<std::ptrdiff_t>(head & kMaxEntryBytes);
    *out_ = ' ';
    out_ += after_word_ & (head >> 6);
    if (size > out_end_ - out_) return false;
    std::memcpy(out_, slot + 1, 16);
    if (size > 16) [[unlikely]] {
      std::memcpy(out_ + 16, slot + 17, kMaxEntryBytes - 16);
    }
    out_ += size;
    after_word_ = head >> 7;
    return true;
  }

  bool control() noexcept {
    const unsigned code = *in_++;
    if (code <= kCodeUpper) return changed_case(code == kCodeUpper);
    return code < kControlCodes && literal(code - kCodeLiteral);
  }

  // The next entry with its first letter, or all letters, as capitals.
  bool changed_case(bool all) noexcept {
    if (in_ >= in_end_) return false;
    const WordLexicon::Lead& lead = lexicon_.lead(*in_);
    std::uint8_t* start = out_;
    if (lead.size == 0 || !entry(lead)) return false;
    if (start < out_ && *start == ' ') ++start;
    std::uint8_t* end = all || start == out_ ? out_ : start + 1;
    for (; start < end; ++start) {
      if (*start >= 'a' && *start <= 'z') {
        *start = static_cast<std::uint8_t>(*start - 0x20);
      }
    }
    return true;
  }

  // One or two bytes of size (7 bits, then 8 more), then the bytes.
  bool literal(unsigned flags) noexcept {
    if (in_end_ - in_ < 2) return false;
    std::ptrdiff_t size = *in_++;
    if (size >= 0x80) size = (size & 0x7f) | *in_++ << 7;
    if (after_word_ != 0 && (flags & 1) != 0) {
      if (out_ == out_end_) return false;
      *out_++ = ' ';
    }
    if (size > in_end_ - in_ || size > out_end_ - out_) return false;
    std::memcpy(out_, in_, static_cast<std::size_t>(size));
    in_ += size;
    out_ += size;
    after_word_ = flags >> 1;
    return true;
  }

  const WordLexicon& lexicon_;
  const std::uint8_t* in_;
  const std::uint8_t* in_end_;
  std::uint8_t* out_;
  std::uint8_t* out_end_;
  unsigned after_word_ = 0;  // 1 if a word ends at out_
};

}  // namespace

bool decode_words(const WordLexicon& lexicon, ByteView coded, std::uint8_t* out,
                  std::size_t size) noexcept {
  return WordDecoder(lexicon, coded, out, size).run();
}

}  // namespace kwic
