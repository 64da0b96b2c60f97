// SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "cli/safe_text.h"

namespace kwic::cli {
namespace {

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void print_error(std::string_view message) {
  std::string safe;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    safe += safe_text(message.substr(0, end));
    safe += '\n';
    message.remove_prefix(std::min(end + 1, message.size()));
  }
  write_all(STDERR_FILENO, safe);
}

int fail(std::string_view message) {
  print_error("kwic: " + safe_text(message));
  return kExitError;
}

std::string sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '?') text += '.';
  return text;
}

int fail_at(const std::string& path, const Status& status) {
  std::string message = status.message();
  if (message.find(path) == std::string::npos) message = path + ": " + message;
  return fail(sentence(std::move(message)));
}

int fail_open(const std::string& path, const Status& status) {
  if (status.code() != StatusCode::kNotFound) return fail_at(path, status);
  return fail("there is no index " + in_quotes(path) +
              ". Check the name, or make one with: kwic index FOLDER -o " +
              path);
}

int fail_query(std::string_view query, const Status& status) {
  fail(sentence("query: " + status.message()));
  if (status.position() <= query.size()) {
    const std::string before = safe_text(query.substr(0, status.position()));
    print_error("  " + safe_text(query) + "\n  " +
                std::string(display_width(before), ' ') + "^");
  }
  return kExitError;
}

std::string in_quotes(std::string_view name) {
  return std::string("\"").append(name).append("\"");
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace kwic::cli
