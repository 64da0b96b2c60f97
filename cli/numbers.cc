// SPDX-License-Identifier: Apache-2.0
#include "cli/numbers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace kwic::cli {

std::string format_count(std::uint64_t n) {
  std::string text = std::to_string(n);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string format_count(std::uint64_t n, std::string_view noun) {
  std::string text = format_count(n);
  text += ' ';
  text += noun;
  if (n != 1) text += 's';
  return text;
}

std::string format_fixed(double value, int places) {
  std::array<char, 400> buffer;  // the longest double has 309 digits
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 value, std::chars_format::fixed, places);
  return std::string(buffer.data(), end.ptr);
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {" kB", " MB", " GB",
                                                      " TB", " PB", " EB"};
  if (bytes < 1000) return format_count(bytes, "byte");
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return format_fixed(value, 1).append(kUnits[unit]);
}

std::string format_share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  return format_fixed(share * 100, 1) + " %";
}

std::string format_seconds(double seconds) {
  if (seconds < 9.995) return format_fixed(seconds, 2) + " s";
  if (seconds < 119.95) return format_fixed(seconds, 1) + " s";
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  std::string rest = std::to_string(whole % 60);
  if (rest.size() < 2) rest.insert(0, 1, '0');
  return format_count(whole / 60) + " min " + rest + " s";
}

std::string format_float(float value) {
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end.ptr);
}

std::optional<std::uint64_t> parse_count(std::string_view text,
                                         std::uint64_t max) {
  std::uint64_t n = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, n);
  if (read.ec != std::errc() || read.ptr != end || n > max) return {};
  return n;
}

namespace {

// The multiplier of a unit such as "", "b", "k", "kb" or "kib" (lower case).
std::optional<std::uint64_t> unit_factor(std::string_view unit) {
  if (unit.empty() || unit == "b") return 1;
  constexpr std::string_view kPrefixes = "kmgt";
  const std::size_t power = kPrefixes.find(unit[0]);
  if (power == std::string_view::npos) return {};
  const std::string_view rest = unit.substr(1);
  if (!rest.empty() && rest != "b" && rest != "ib") return {};
  const std::uint64_t base = rest == "b" ? 1000 : 1024;
  std::uint64_t factor = base;
  for (std::size_t i = 0; i < power; ++i) factor *= base;
  return factor;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  const std::size_t digits =
      std::min(text.find_first_not_of("0123456789"), text.size());
  std::string unit;
  for (char c : text.substr(digits)) {
    unit += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const auto number = parse_count(text.substr(0, digits), kMax);
  const auto factor = unit_factor(unit);
  if (!number || !factor || *number > kMax / *factor) return {};
  return *number * *factor;
}

}  // namespace kwic::cli
