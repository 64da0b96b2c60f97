// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "cli/numbers.h"
#include "cli/safe_text.h"
#include "cli/terminal.h"

namespace kwic::cli {
namespace {

using std::chrono::milliseconds;

// "12 s left" or "3 min left"; "" while it is too early to say.
std::string time_left(double fraction, double seconds) {
  if (fraction < 0.01 || seconds < 1) return "";
  const double left = seconds * (1 - fraction) / fraction;
  if (left < 90) return format_fixed(std::ceil(left), 0) + " s left";
  return format_fixed(std::ceil(left / 60), 0) + " min left";
}

void draw(std::string_view text) {
  // Beyond what a bar can do about it if this fails.
  [[maybe_unused]] const ssize_t n =
      ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::string progress_line(const ProgressState& state, std::size_t columns) {
  double fraction = state.fraction;
  std::string line(state.stage);
  if (state.total > 0) {
    fraction =
        static_cast<double>(state.done) / static_cast<double>(state.total);
  }
  fraction = std::clamp(fraction, 0.0, 1.0);
  if (fraction > 0) line += "  " + format_fixed(fraction * 100, 0) + " %";
  if (state.done > 0) {
    line += "  " + format_bytes(state.done);
    if (state.total > 0) line += " of " + format_bytes(state.total);
  }
  if (state.done > 0 && state.seconds >= 1) {
    const double pace = static_cast<double>(state.done) / state.seconds;
    line += "  " + format_bytes(static_cast<std::uint64_t>(pace)) + "/s";
  }
  const std::string left = time_left(fraction, state.seconds);
  if (!left.empty()) line += "  " + left;
  return shorten(line, columns);
}

ProgressBar::ProgressBar(bool wanted)
    : live_(wanted && is_live_terminal(STDERR_FILENO)),
      stage_start_(Clock::now()),
      next_draw_(stage_start_ + milliseconds(500)) {}

void ProgressBar::bytes(std::string_view stage, std::uint64_t done,
                        std::uint64_t total) {
  show({stage, done, total, 0, 0});
}

void ProgressBar::fraction(std::string_view stage, double fraction) {
  show({stage, 0, 0, fraction, 0});
}

void ProgressBar::show(ProgressState state) {
  if (!live_) return;
  const Clock::time_point now = Clock::now();
  if (state.stage != stage_) {
    stage_ = state.stage;
    stage_start_ = now;
  }
  if (now < next_draw_) return;
  next_draw_ = now + milliseconds(100);
  state.seconds = std::chrono::duration<double>(now - stage_start_).count();
  // One column stays free: some terminals wrap when the last one is filled.
  std::string line(1, '\r');
  line += progress_line(state, terminal_width(STDERR_FILENO) - 1);
  draw(line.append("\x1b[K"));
  drawn_ = true;
}

void ProgressBar::clear() {
  if (drawn_) draw("\r\x1b[K");
  drawn_ = false;
}

}  // namespace kwic::cli
