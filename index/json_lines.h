// SPDX-License-Identifier: Apache-2.0
// JSON lines: one document a line, from a descriptor.
#ifndef KWIC_INDEX_JSON_LINES_H_
#define KWIC_INDEX_JSON_LINES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kwic/index_builder.h"
#include "kwic/status.h"

namespace kwic {

// A longer line is passed over.
inline constexpr std::size_t kMaxJsonLineBytes = std::size_t{64} << 20;

// Bytes behind a line that JsonLineParser may load.
inline constexpr std::size_t kJsonPadding = 64;

// Reads documents from JSON objects. Its buffers are used again.
class JsonLineParser {
 public:
  JsonLineParser();
  ~JsonLineParser();

  // Parses one line; kJsonPadding bytes behind it must be loadable. Returns
  // null, or what is wrong with it: a phrase that lives for ever. The views of
  // `document` are valid until the next call and while the line is.
  const char* parse(std::string_view line, Document& document);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Splits what a descriptor delivers into lines, in chunks.
class LineReader {
 public:
  // `fd` is neither kept nor closed. `name` is for messages. Lines longer than
  // `limit` are not delivered.
  LineReader(int fd, std::string name, std::size_t limit = kMaxJsonLineBytes);

  struct Line {
    std::string_view text;     // without its end; valid until the next call
    std::uint64_t number = 0;  // from 1
    bool too_long = false;     // above the limit; `text` is empty
  };

  // Sets `line` to the next line; `more` is false at the end.
  Status next(Line& line, bool& more);

  std::uint64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  Status fill();
  bool take_line(Line& line);

  int fd_;
  std::string name_;
  std::size_t limit_;
  std::string buffer_;  // [begin_, end_) is unread; padding follows
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t searched_ = 0;  // up to here there is no line end
  std::uint64_t number_ = 0;
  std::uint64_t bytes_read_ = 0;
  bool at_end_ = false;
  bool skipping_ = false;  // within a line that is too long
};

}  // namespace kwic

#endif  // KWIC_INDEX_JSON_LINES_H_
