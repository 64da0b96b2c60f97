// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

namespace kwic {
namespace {

constexpr CodePoint kInvalid{kInvalidCodePoint, 1};

std::uint32_t byte_at(const char* p) noexcept {
  return static_cast<unsigned char>(*p);
}

bool is_continuation(std::uint32_t byte) noexcept {
  return (byte & 0xc0) == 0x80;
}

// Bytes that a lead byte announces; 0 if it is not a lead byte.
std::uint32_t sequence_size(std::uint32_t lead) noexcept {
  if (lead < 0xc2) return 0;  // continuations, and leads of overlong pairs
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

bool is_scalar_value(char32_t code) noexcept {
  return code < 0xd800 || (code >= 0xe000 && code <= 0x10ffff);
}

}  // namespace

CodePoint decode_utf8(const char* p, const char* end) noexcept {
  const std::uint32_t lead = byte_at(p);
  if (lead < 0x80) return {lead, 1};
  const std::uint32_t size = sequence_size(lead);
  if (size == 0 || size > static_cast<std::size_t>(end - p)) return kInvalid;
  char32_t code = lead & (0x7fu >> size);
  for (std::uint32_t i = 1; i < size; ++i) {
    const std::uint32_t byte = byte_at(p + i);
    if (!is_continuation(byte)) return kInvalid;
    code = (code << 6) | (byte & 0x3f);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[size] || !is_scalar_value(code)) return kInvalid;
  return {code, size};
}

std::size_t encode_utf8(char32_t code, char* out) noexcept {
  if (!is_scalar_value(code)) code = kReplacementCharacter;
  const auto tail = [code](int shift) {
    return static_cast<char>(0x80 | ((code >> shift) & 0x3f));
  };
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800) {
    out[0] = static_cast<char>(0xc0 | (code >> 6));
    out[1] = tail(0);
    return 2;
  }
  if (code < 0x10000) {
    out[0] = static_cast<char>(0xe0 | (code >> 12));
    out[1] = tail(6);
    out[2] = tail(0);
    return 3;
  }
  out[0] = static_cast<char>(0xf0 | (code >> 18));
  out[1] = tail(12);
  out[2] = tail(6);
  out[3] = tail(0);
  return 4;
}

bool is_valid_utf8(std::string_view text) noexcept {
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    const CodePoint c = decode_utf8(p, end);
    if (c.code == kInvalidCodePoint) return false;
    p += c.size;
  }
  return true;
}

std::string sanitized_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    const CodePoint c = decode_utf8(p, end);
    if (c.code == kInvalidCodePoint) {
      out += "\xef\xbf\xbd";
    } else {
      out.append(p, c.size);
    }
    p += c.size;
  }
  return out;
}

std::size_t utf8_boundary_before(std::string_view text,
                                 std::size_t offset) noexcept {
  if (offset == text.size()) return offset;
  std::size_t back = 0;
  while (back < 3 && back < offset &&
         is_continuation(byte_at(text.data() + offset - back))) {
    ++back;
  }
  return offset - back;
}

}  // namespace kwic
