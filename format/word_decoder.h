// SPDX-License-Identifier: Apache-2.0
// Coded text in, text out: the hot loop of opening a stored document.
#ifndef KWIC_FORMAT_WORD_DECODER_H_
#define KWIC_FORMAT_WORD_DECODER_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "format/word_lexicon.h"

namespace kwic {

// Bytes that may be loaded behind the coded text and overwritten behind the
// decoded one.
inline constexpr std::size_t kWordSlack = 64;

// Decodes all of `coded` into exactly `size` bytes at `out`; false if the code
// makes no sense or gives another size. Safe for any bytes. REQUIRES:
// kWordSlack more readable bytes behind `coded`, writable ones behind
// out + size.
bool decode_words(const WordLexicon& lexicon, ByteView coded, std::uint8_t* out,
                  std::size_t size) noexcept;

}  // namespace kwic

#endif  // KWIC_FORMAT_WORD_DECODER_H_
