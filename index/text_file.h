// SPDX-License-Identifier: Apache-2.0
// Reads a regular file that holds text, or says why it does not.
#ifndef KWIC_INDEX_TEXT_FILE_H_
#define KWIC_INDEX_TEXT_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kwic/corpus.h"

namespace kwic {

// A file or the reason there is none.
struct TextFile {
  std::optional<SkipReason> skipped;
  std::string detail;        // to `skipped`; may be empty
  std::uint64_t device = 0;  // of what was opened
  std::uint64_t inode = 0;
  std::int64_t modified = 0;  // seconds since 1970
};

// What the first bytes of a file say against its being text; nothing if they
// say nothing. `detail` gets the kind of file where it is known.
std::optional<SkipReason> sniff_text(std::string_view start,
                                     std::string& detail);

// Reads the file `name` of the folder `folder` (a descriptor, or AT_FDCWD)
// into `text`, as much of it as was there when it was opened. Never waits for
// a FIFO or a terminal.
TextFile read_text_file(int folder, const char* name, bool follow_link,
                        std::uint64_t max_bytes, std::string& text);

}  // namespace kwic

#endif  // KWIC_INDEX_TEXT_FILE_H_
