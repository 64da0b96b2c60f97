// SPDX-License-Identifier: Apache-2.0
// Numbers as people read and write them. No locale is asked.
#ifndef KWIC_CLI_NUMBERS_H_
#define KWIC_CLI_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwic::cli {

// 1234567 -> "1,234,567".
std::string format_count(std::uint64_t n);

// "1 document", "1,234 documents".
std::string format_count(std::uint64_t n, std::string_view noun);

// Decimal units: 123456789 -> "123.5 MB".
std::string format_bytes(std::uint64_t bytes);

// `places` digits behind the point: format_fixed(3.14159, 2) -> "3.14".
std::string format_fixed(double value, int places);

// "49.4 %"; "-" where there is no whole.
std::string format_share(std::uint64_t part, std::uint64_t whole);

// "0.31 s", "12.3 s", "3 min 05 s".
std::string format_seconds(double seconds);

// The shortest decimal that reads back as the same float.
std::string format_float(float value);

// A whole number; nullopt for anything else or above `max`.
std::optional<std::uint64_t> parse_count(std::string_view text,
                                         std::uint64_t max);

// A number of bytes: "65536", "64M", "512MiB" (powers of 1024) or "64MB"
// (powers of 1000), in either case. nullopt for anything else.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace kwic::cli

#endif  // KWIC_CLI_NUMBERS_H_
