// SPDX-License-Identifier: Apache-2.0
// Passages: which part of a text to show, and how it becomes clean to show.
#ifndef KWIC_QUERY_PASSAGE_H_
#define KWIC_QUERY_PASSAGE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kwic/searcher.h"
#include "query/match_finder.h"

namespace kwic {

// A run of matches that lie close together.
struct MatchWindow {
  std::uint64_t begin = 0, end = 0;  // bytes of the text
  std::size_t patterns = 0;          // different ones in it
  std::size_t matches = 0;
};

// The window of at most `max_bytes` with the most patterns; of those the one
// with the most matches; of those the first. A match that is longer than
// `max_bytes` makes a window of its own. REQUIRES: matches in order of begin.
MatchWindow best_window(const std::vector<Match>& matches,
                        std::size_t pattern_count, std::size_t max_bytes);

// Part of a text, in its bytes.
struct ByteRange {
  std::uint64_t begin = 0, end = 0;
};

// The ranges that matches cover, ascending and apart. REQUIRES: matches in
// order of begin.
std::vector<ByteRange> covered_ranges(const std::vector<Match>& matches);

// The part of `text` within `range` that cuts no word at its ends, where it
// can, but always holds `keep`. A range that begins at 0 begins the document.
// REQUIRES: range.begin <= keep.begin <= keep.end <= range.end <= text.size().
ByteRange at_word_boundaries(std::string_view text, ByteRange range,
                             ByteRange keep);

// Sets snippet.text and snippet.matches to what is fit to be shown of `text`:
// invalid bytes become U+FFFD, runs of white space one space, control
// characters nothing. `ranges` of the same text are carried over.
void clean_passage(std::string_view text, const std::vector<ByteRange>& ranges,
                   Snippet& snippet);

// Cuts a clean snippet to `max_bytes`, keeping its first match.
void trim_snippet(std::size_t max_bytes, Snippet& snippet);

}  // namespace kwic

#endif  // KWIC_QUERY_PASSAGE_H_
