// SPDX-License-Identifier: Apache-2.0
#include "query/text_class.h"

namespace kwic {
namespace {

bool in(char32_t c, char32_t first, char32_t last) noexcept {
  return c >= first && c <= last;
}

}  // namespace

bool is_white_space(char32_t c) noexcept {
  if (c <= 0x20) return c == 0x20 || in(c, 0x09, 0x0D) || in(c, 0x1C, 0x1F);
  if (c < 0x1680) return c == 0x85 || c == 0xA0;
  return c == 0x1680 || in(c, 0x2000, 0x200A) || in(c, 0x2028, 0x2029) ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_hidden_control(char32_t c) noexcept {
  if (is_white_space(c)) return false;
  if (c < 0x20 || in(c, 0x7F, 0x9F)) return true;
  return c == 0x061C || in(c, 0x200E, 0x200F) || in(c, 0x202A, 0x202E) ||
         in(c, 0x2066, 0x2069) || c == 0xFEFF || in(c, 0xFFF9, 0xFFFB) ||
         in(c, 0xE0000, 0xE007F);
}

std::size_t double_quote_size(std::string_view text, std::size_t at) noexcept {
  if (text[at] == '"') return 1;
  if (text[at] != '\xE2') return 0;
  const CodePoint c = code_point_at(text, at);
  return in(c.code, 0x201C, 0x201F) ? c.size : 0;
}

}  // namespace kwic
