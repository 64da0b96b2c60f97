// SPDX-License-Identifier: Apache-2.0
// Messages on standard error and the exit codes that go with them.
#ifndef KWIC_CLI_REPORT_H_
#define KWIC_CLI_REPORT_H_

#include <string>
#include <string_view>

#include "kwic/index.h"
#include "kwic/status.h"

namespace kwic::cli {

constexpr int kExitOk = 0;
constexpr int kExitNone = 1;  // no hit, or a damaged file
constexpr int kExitError = 2;

// Writes to standard error, made safe but for line ends; failures of that are
// ignored, there is nobody left to tell.
void print_error(std::string_view message);

// Prints "kwic: MESSAGE", one line, and returns kExitError.
int fail(std::string_view message);

// The text with a full stop at its end.
std::string sentence(std::string text);

// Prints what went wrong with the index at `path`; the same for its opening.
int fail_at(const std::string& path, const Status& status);
int fail_open(const std::string& path, const Status& status);

// Prints a query that does not parse with a mark under the place.
int fail_query(std::string_view query, const Status& status);

// A name in quotes, for messages.
std::string in_quotes(std::string_view name);

// The candidate nearest to a mistyped word, or "" if none is near.
template <typename Names>
std::string_view nearest(std::string_view word, const Names& names);

// The number of letters to insert, delete or change.
std::size_t edit_distance(std::string_view a, std::string_view b);

template <typename Names>
std::string_view nearest(std::string_view word, const Names& names) {
  std::string_view best;
  std::size_t best_distance = 3;
  for (std::string_view name : names) {
    const std::size_t distance = edit_distance(word, name);
    if (distance < best_distance && distance < name.size() - 1) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace kwic::cli

#endif  // KWIC_CLI_REPORT_H_
