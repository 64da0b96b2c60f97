// SPDX-License-Identifier: Apache-2.0
// Which characters are white space, quotes or better not shown.
#ifndef KWIC_QUERY_TEXT_CLASS_H_
#define KWIC_QUERY_TEXT_CLASS_H_

#include <cstddef>
#include <string_view>

#include "base/utf8.h"

namespace kwic {

// Unicode White_Space, and the ASCII information separators.
bool is_white_space(char32_t c) noexcept;

// Characters that show nothing and can disturb what is shown around them:
// control characters, bidirectional controls, interlinear annotations, tags
// and the byte order mark. White space is not among them.
bool is_hidden_control(char32_t c) noexcept;

// The functions below take any bytes. REQUIRES: at < text.size().

inline CodePoint code_point_at(std::string_view text, std::size_t at) noexcept {
  return decode_utf8(text.data() + at, text.data() + text.size());
}

// Bytes of the double quote at `at`: the ASCII one or one of the curly ones
// that people and their keyboards type instead; 0 if there is none.
std::size_t double_quote_size(std::string_view text, std::size_t at) noexcept;

// Bytes of the white space character at `at`; 0 if there is none.
inline std::size_t white_space_size(std::string_view text,
                                    std::size_t at) noexcept {
  const CodePoint c = code_point_at(text, at);
  return is_white_space(c.code) ? c.size : 0;
}

}  // namespace kwic

#endif  // KWIC_QUERY_TEXT_CLASS_H_
