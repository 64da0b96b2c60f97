// SPDX-License-Identifier: Apache-2.0
// Text of unknown origin made fit for a terminal.
//
// Names of files, titles and texts may hold escape sequences that move the
// cursor, retitle the window or reverse what is read. Everything the program
// prints for people passes through safe_text() first.
#ifndef KWIC_CLI_SAFE_TEXT_H_
#define KWIC_CLI_SAFE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kwic::cli {

constexpr char32_t kInvalidCodePoint = 0xFFFFFFFF;

// The code point at `pos`, which moves behind it. A byte that does not begin
// valid UTF-8 gives kInvalidCodePoint and is passed over alone.
// REQUIRES: pos < text.size().
char32_t next_code_point(std::string_view text, std::size_t& pos);

// Whether a terminal may act on it or be misled by it: C0 and C1 controls,
// DEL, line separators, and the controls of writing direction.
bool is_unsafe(char32_t c);

// Valid UTF-8 without unsafe characters: tabs and line ends become a space,
// other unsafe characters and invalid bytes become U+FFFD.
std::string safe_text(std::string_view bytes);

// JSON whose strings hold unsafe characters only as \u escapes. `json` is valid
// UTF-8; its line ends between tokens stay.
std::string safe_json(std::string_view json);

// Roughly the columns a terminal uses: two for East Asian wide characters and
// pictures, none for combining marks.
std::size_t display_width(std::string_view text);

// The longest start of `text` within `columns`, ending in "…" if cut.
std::string shorten(std::string_view text, std::size_t columns);

// Bytes [begin, end) of a text, one line of it.
struct TextRange {
  std::size_t begin = 0, end = 0;
};

// Breaks a text without line ends into lines of at most `columns`, at spaces
// and beside wide characters, inside a word only where it fills a whole line.
std::vector<TextRange> wrap(std::string_view text, std::size_t columns);

}  // namespace kwic::cli

#endif  // KWIC_CLI_SAFE_TEXT_H_
