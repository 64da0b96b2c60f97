// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace kwic::cli {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool parse_color(std::string_view text, ColorChoice& choice) {
  if (text == "auto") return choice = ColorChoice::kAuto, true;
  if (text == "always") return choice = ColorChoice::kAlways, true;
  if (text == "never") return choice = ColorChoice::kNever, true;
  return false;
}

bool is_live_terminal(int fd) {
  const std::string_view term = environment("TERM");
  return ::isatty(fd) == 1 && !term.empty() && term != "dumb";
}

bool use_color(ColorChoice choice, int fd) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  if (!environment("NO_COLOR").empty()) return false;
  const std::string_view force = environment("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return is_live_terminal(fd);
}

std::size_t terminal_width(int fd) {
  constexpr std::size_t kDefault = 80, kLeast = 40, kMost = 120;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefault;
  return std::clamp(std::size_t{size.ws_col}, kLeast, kMost);
}

Style style_for(bool color) {
  if (!color) return {};
  return {"\x1b[36m", "\x1b[1m", "\x1b[1;31m", "\x1b[2m", "\x1b[0m"};
}

}  // namespace kwic::cli
