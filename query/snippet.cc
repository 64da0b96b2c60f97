// SPDX-License-Identifier: Apache-2.0
#include "query/snippet.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "query/passage.h"
#include "query/text_class.h"

namespace kwic {
namespace {

// Pieces grow, so that a match near the beginning costs little and a long text
// is not read in crumbs.
constexpr std::uint64_t kFirstPiece = 8 << 10;
constexpr std::uint64_t kLargestPiece = 64 << 10;
// Where something was found, the search for something better ends here.
constexpr std::uint64_t kSearchedForBetter = 256 << 10;
constexpr std::size_t kLongestSnippet = 1 << 20;

// Where a piece of text can end without cutting a word: behind its last white
// space or, in scripts without, its last full stop.
std::size_t piece_end(std::string_view piece) {
  const std::size_t space = piece.find_last_of(" \n\t\r");
  if (space != std::string_view::npos) return space + 1;
  constexpr std::string_view kIdeographicStop = "\xE3\x80\x82";
  const std::size_t stop = piece.rfind(kIdeographicStop);
  if (stop != std::string_view::npos) return stop + kIdeographicStop.size();
  return utf8_boundary_before(piece, piece.size() - 1);
}

bool by_begin(const Match& a, const Match& b) {
  return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
}

// The `max_bytes` of the text with the window in their middle.
ByteRange around(const MatchWindow& window, std::uint64_t text_size,
                 std::size_t max_bytes) {
  const std::uint64_t span = window.end - window.begin;
  if (span >= max_bytes) return {window.begin, window.begin + max_bytes};
  const std::uint64_t room = max_bytes - span;
  std::uint64_t begin = window.begin - std::min(window.begin, room / 2);
  const std::uint64_t end = std::min(text_size, begin + max_bytes);
  if (end - begin < max_bytes)
    begin = end - std::min<std::uint64_t>(end, max_bytes);
  return {begin, end};
}

// The ranges that lie in `part`, counted from its beginning.
std::vector<ByteRange> ranges_within(const std::vector<ByteRange>& ranges,
                                     ByteRange part) {
  std::vector<ByteRange> inside;
  for (const ByteRange& range : ranges) {
    const std::uint64_t begin = std::max(range.begin, part.begin);
    const std::uint64_t end = std::min(range.end, part.end);
    if (begin < end) inside.push_back({begin - part.begin, end - part.begin});
  }
  return inside;
}

}  // namespace

Status SnippetMaker::make(const TextSource& source, std::size_t max_bytes,
                          Snippet& snippet) {
  snippet = {};
  max_bytes = std::min(max_bytes, kLongestSnippet);
  if (max_bytes == 0 || source.size == 0) return {};
  if (Status status = find_window(source, max_bytes); !status) return status;
  return show(source, max_bytes, snippet);
}

// Reads on until one window has every pattern.
Status SnippetMaker::find_window(const TextSource& source,
                                 std::size_t max_bytes) {
  finder_.restart();
  window_ = {};
  matches_.clear();
  if (finder_.pattern_count() == 0) return {};
  std::uint64_t wanted = kFirstPiece;
  for (std::uint64_t at = 0; at < source.size;) {
    Status status = source.read(at, wanted, piece_);
    if (!status) return status;
    // A damaged store may have more of a document than its size says.
    if (piece_.size() > source.size - at) {
      piece_.resize(static_cast<std::size_t>(source.size - at));
    }
    if (piece_.empty()) break;
    const std::size_t end = piece_.size() < source.size - at
                                ? std::max<std::size_t>(1, piece_end(piece_))
                                : piece_.size();
    take_piece(std::string_view(piece_).substr(0, end), at, max_bytes);
    at += end;
    if (window_.patterns == finder_.pattern_count()) break;
    if (window_.patterns > 0 && at >= kSearchedForBetter) break;
    wanted = std::min(kLargestPiece, 2 * wanted);
  }
  return {};
}

void SnippetMaker::take_piece(std::string_view piece, std::uint64_t base,
                              std::size_t max_bytes) {
  tokens_.clear();
  analyzer_.analyze(piece, 0, tokens_);
  finder_.take(tokens_, base);
  if (finder_.matches().size() == matches_.size()) return;
  matches_ = finder_.matches();
  std::sort(matches_.begin(), matches_.end(), by_begin);
  window_ = best_window(matches_, finder_.pattern_count(), max_bytes);
}

Status SnippetMaker::show(const TextSource& source, std::size_t max_bytes,
                          Snippet& snippet) {
  const ByteRange wide = around(window_, source.size, max_bytes);
  // A few bytes more tell whether a word ends at the end.
  const std::uint64_t margin = std::min<std::uint64_t>(wide.begin, 1);
  const std::uint64_t base = wide.begin - margin;
  Status status = source.read(base, wide.end - base + kMaxUtf8Bytes, piece_);
  if (!status) return status;
  const std::uint64_t size = piece_.size();
  const ByteRange range{std::min(margin, size),
                        std::min(wide.end - base, size)};
  const auto local = [&](std::uint64_t at) {
    return std::clamp(at - std::min(at, base), range.begin, range.end);
  };
  const ByteRange keep{local(window_.begin), local(window_.end)};
  const ByteRange part = at_word_boundaries(piece_, range, keep);
  snippet.cut_before = base + part.begin > 0;
  snippet.cut_after = base + part.end < source.size;
  const ByteRange whole{base + part.begin, base + part.end};
  clean_passage(std::string_view(piece_).substr(
                    static_cast<std::size_t>(part.begin),
                    static_cast<std::size_t>(part.end - part.begin)),
                ranges_within(covered_ranges(matches_), whole), snippet);
  trim_snippet(max_bytes, snippet);
  return {};
}

}  // namespace kwic
