// SPDX-License-Identifier: Apache-2.0
// ProgressBar: one line of standard error, rewritten while work goes on.
#ifndef KWIC_CLI_PROGRESS_BAR_H_
#define KWIC_CLI_PROGRESS_BAR_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kwic::cli {

// What is shown. The estimate of the time left assumes a constant pace.
struct ProgressState {
  std::string_view stage;   // such as "reading"
  std::uint64_t done = 0;   // bytes
  std::uint64_t total = 0;  // bytes, or 0 where it is not known
  double fraction = 0;      // shown instead where done is 0
  double seconds = 0;       // spent in this stage
};

// The line, shortened to `columns`.
std::string progress_line(const ProgressState& state, std::size_t columns);

// Draws nothing until half a second has passed, then ten times a second at
// most. Silent unless standard error is a terminal that can rewrite a line.
class ProgressBar {
 public:
  explicit ProgressBar(bool wanted);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { clear(); }

  void bytes(std::string_view stage, std::uint64_t done, std::uint64_t total);
  void fraction(std::string_view stage, double fraction);

  // Removes the line, so that something else can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  void show(ProgressState state);

  bool live_;
  bool drawn_ = false;
  std::string_view stage_;
  Clock::time_point stage_start_;
  Clock::time_point next_draw_;
};

}  // namespace kwic::cli

#endif  // KWIC_CLI_PROGRESS_BAR_H_
