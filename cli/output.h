// SPDX-License-Identifier: Apache-2.0
// Output: buffered writing to standard output that notices failure.
#ifndef KWIC_CLI_OUTPUT_H_
#define KWIC_CLI_OUTPUT_H_

#include <string>
#include <string_view>

namespace kwic::cli {

// Collects bytes and writes them to a descriptor. The first failure is kept
// and what follows is dropped. One thread.
class Output {
 public:
  explicit Output(int fd) : fd_(fd) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { flush(); }

  // Bytes as they are: our own words, escape codes and JSON, or, where raw
  // output was asked for, anything.
  void raw(std::string_view bytes);

  // Text of unknown origin, through safe_text().
  void text(std::string_view bytes);

  // Whether writing has failed: a long listing may stop.
  bool failed() const { return error_ != 0; }

  // Writes what is left. Returns `code`, or reports the failure and returns 2.
  // A reader that has closed its end of a pipe is no failure.
  int finish(int code);

 private:
  void flush();

  int fd_;
  int error_ = 0;  // an errno
  std::string buffer_;
};

}  // namespace kwic::cli

#endif  // KWIC_CLI_OUTPUT_H_
