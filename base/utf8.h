// SPDX-License-Identifier: Apache-2.0
// UTF-8, one code point at a time, out of any bytes.
#ifndef KWIC_BASE_UTF8_H_
#define KWIC_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kwic {

// Not a code point: what decode_utf8 calls a byte that is not valid UTF-8.
inline constexpr char32_t kInvalidCodePoint = 0xffff'ffff;
inline constexpr char32_t kReplacementCharacter = 0xfffd;
inline constexpr std::size_t kMaxUtf8Bytes = 4;

struct CodePoint {
  char32_t code;       // kInvalidCodePoint for an invalid byte
  std::uint32_t size;  // bytes it took: 1 to 4, and 1 if invalid
};

// The code point at p. Overlong forms, surrogates, values above U+10FFFF and
// cut sequences are invalid; an invalid byte is taken alone, so that the next
// call starts at the byte behind it.
// REQUIRES: p < end.
CodePoint decode_utf8(const char* p, const char* end) noexcept;

// Writes 1 to 4 bytes, returns how many. What cannot be encoded (surrogates,
// values above U+10FFFF) is written as U+FFFD.
// REQUIRES: kMaxUtf8Bytes of room at out.
std::size_t encode_utf8(char32_t code, char* out) noexcept;

bool is_valid_utf8(std::string_view text) noexcept;

// The text with each invalid byte replaced by U+FFFD.
std::string sanitized_utf8(std::string_view text);

// The last boundary of a code point at or before `offset`; in text that is not
// UTF-8, at most three bytes before it.
// REQUIRES: offset <= text.size().
std::size_t utf8_boundary_before(std::string_view text,
                                 std::size_t offset) noexcept;

}  // namespace kwic

#endif  // KWIC_BASE_UTF8_H_
