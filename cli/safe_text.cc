// SPDX-License-Identifier: Apache-2.0
#include "cli/safe_text.h"

#include <algorithm>
#include <iterator>

namespace kwic::cli {
namespace {

struct CodePointRange {
  char32_t first, last;
};

// Ascending. After East_Asian_Width W and F of UAX #11 and the general category
// Mn, by blocks: an estimate is enough to break lines.
constexpr CodePointRange kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x16FE0, 0x18CFF}, {0x1AFF0, 0x1B2FF}, {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
};
constexpr CodePointRange kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05C7},
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x06D6, 0x06ED}, {0x093C, 0x093C},
    {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
    {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

template <std::size_t N>
bool contains(const CodePointRange (&ranges)[N], char32_t c) {
  const auto* at = std::upper_bound(
      std::begin(ranges), std::end(ranges), c,
      [](char32_t x, const CodePointRange& range) { return x < range.first; });
  return at != std::begin(ranges) && c <= std::prev(at)->last;
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (contains(kZeroWidth, c)) return 0;
  return contains(kWide, c) ? 2 : 1;
}

// How many bytes a sequence led by `lead` has; 0 if none can begin so.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

bool is_spacing_control(char32_t c) { return c >= 0x09 && c <= 0x0D; }

// The line without the spaces at its end.
TextRange trimmed(std::string_view text, TextRange line) {
  while (line.end > line.begin && text[line.end - 1] == ' ') --line.end;
  return line;
}

void append_escape(char32_t c, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(c >> shift) & 15];
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& pos) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const std::size_t start = pos++;
  const std::size_t length = sequence_length(byte(start));
  if (length == 1) return byte(start);
  if (length == 0 || length > text.size() - start) return kInvalidCodePoint;
  char32_t c = byte(start) & (0x7Fu >> length);
  for (std::size_t i = start + 1; i < start + length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kInvalidCodePoint;
    c = c << 6 | (byte(i) & 0x3Fu);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
  if (c < kLeast[length] || c > 0x10FFFF || surrogate) return kInvalidCodePoint;
  pos = start + length;
  return c;
}

bool is_unsafe(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) return true;
  return c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string safe_text(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t pos = 0; pos < bytes.size();) {
    const std::size_t start = pos;
    const char32_t c = next_code_point(bytes, pos);
    if (is_spacing_control(c)) {
      out += ' ';
    } else if (c == kInvalidCodePoint || is_unsafe(c)) {
      out += kReplacement;
    } else {
      out += bytes.substr(start, pos - start);
    }
  }
  return out;
}

std::string safe_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t pos = 0; pos < json.size();) {
    const std::size_t start = pos;
    const char32_t c = next_code_point(json, pos);
    if (c >= 0x7F && c != kInvalidCodePoint && is_unsafe(c)) {
      append_escape(c, out);
    } else {
      out += json.substr(start, pos - start);
    }
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    width += width_of(next_code_point(text, pos));
  }
  return width;
}

std::string shorten(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::size_t width = 1;  // of the ellipsis
  std::size_t end = 0;
  for (std::size_t pos = 0; pos < text.size(); end = pos) {
    width += width_of(next_code_point(text, pos));
    if (width > columns) break;
  }
  return std::string(text.substr(0, end)).append(kEllipsis);
}

std::vector<TextRange> wrap(std::string_view text, std::size_t columns) {
  std::vector<TextRange> lines;
  std::size_t begin = 0, width = 0;
  std::size_t break_end = 0, break_next = 0;  // where the line may end; resume
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t start = pos;
    const char32_t c = next_code_point(text, pos);
    const std::size_t columns_of_c = width_of(c);
    if (c == ' ' || (columns_of_c == 2 && start > begin)) {
      break_end = start;
      break_next = c == ' ' ? pos : start;
    }
    if (c != ' ' && width + columns_of_c > columns && start > begin) {
      if (break_next <= begin) break_end = break_next = start;
      lines.push_back(trimmed(text, {begin, break_end}));
      begin = pos = break_next;
      width = 0;
      continue;
    }
    width += columns_of_c;
  }
  if (begin < text.size()) {
    lines.push_back(trimmed(text, {begin, text.size()}));
  }
  return lines;
}

}  // namespace kwic::cli
