// SPDX-License-Identifier: Apache-2.0
// What the terminal can do and was asked to do.
#ifndef KWIC_CLI_TERMINAL_H_
#define KWIC_CLI_TERMINAL_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace kwic::cli {

enum class ColorChoice { kAuto, kAlways, kNever };

// "auto", "always" or "never".
bool parse_color(std::string_view text, ColorChoice& choice);

// Whether to colour what goes to `fd`. The option decides, then NO_COLOR, then
// CLICOLOR_FORCE, then whether it is a terminal that is not TERM=dumb.
bool use_color(ColorChoice choice, int fd);

// Whether `fd` is a terminal on which a line can be rewritten.
bool is_live_terminal(int fd);

// Columns to fill: the terminal's, between 40 and 120, or 80.
std::size_t terminal_width(int fd);

// Escape codes, all empty without colour.
struct Style {
  std::string_view name, title, match, faint, reset;
};
Style style_for(bool color);

}  // namespace kwic::cli

#endif  // KWIC_CLI_TERMINAL_H_
