// SPDX-License-Identifier: Apache-2.0
#include "query/passage.h"

#include <algorithm>
#include <string>

#include "query/text_class.h"

namespace kwic {
namespace {

// White space is looked for this far only: scripts without it need none.
constexpr std::size_t kLongestWord = 40;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool better(const MatchWindow& a, const MatchWindow& b) {
  if (a.patterns != b.patterns) return a.patterns > b.patterns;
  return a.matches > b.matches;
}

// How often each pattern lies in a window that slides over the matches.
class PatternCounts {
 public:
  explicit PatternCounts(std::size_t patterns) : counts_(patterns) {}
  void add(std::uint32_t pattern) {
    if (counts_[pattern]++ == 0) ++distinct_;
  }
  void remove(std::uint32_t pattern) {
    if (--counts_[pattern] == 0) --distinct_;
  }
  std::size_t distinct() const { return distinct_; }

 private:
  std::vector<std::size_t> counts_;
  std::size_t distinct_ = 0;
};

// Writes a text while leaving out what must not be shown, and notes where the
// ranges of the text come to lie.
class PassageCleaner {
 public:
  PassageCleaner(const std::vector<ByteRange>& ranges, Snippet& snippet)
      : ranges_(ranges), snippet_(snippet) {}

  void take(std::string_view text, std::size_t at, CodePoint c) {
    if (is_white_space(c.code)) {
      space_ = true;
      return;
    }
    if (is_hidden_control(c.code)) return;
    close_ranges(at);
    if (space_ && !snippet_.text.empty()) snippet_.text += ' ';
    space_ = false;
    open_range(at);
    if (c.code == kInvalidCodePoint) {
      snippet_.text += kReplacement;
    } else {
      snippet_.text += text.substr(at, c.size);
    }
  }

  void finish(std::size_t size) { close_ranges(size); }

 private:
  std::uint32_t here() const {
    return static_cast<std::uint32_t>(snippet_.text.size());
  }

  // Every range that ends at or before byte `at` of the text is over.
  void close_ranges(std::size_t at) {
    for (; next_ < ranges_.size() && ranges_[next_].end <= at; ++next_) {
      if (open_ && begin_ < here())
        snippet_.matches.push_back({begin_, here()});
      open_ = false;
    }
  }

  void open_range(std::size_t at) {
    if (open_ || next_ == ranges_.size() || ranges_[next_].begin > at) return;
    open_ = true;
    begin_ = here();
  }

  const std::vector<ByteRange>& ranges_;
  Snippet& snippet_;
  std::size_t next_ = 0;  // the first range that is not over
  bool open_ = false;     // it has begun, at byte begin_ of the snippet
  std::uint32_t begin_ = 0;
  bool space_ = false;  // white space since the last character
};

// The first white space at or just before `begin`, or a character boundary.
std::size_t word_begin(std::string_view text, std::size_t begin,
                       std::size_t latest) {
  if (begin == 0) return 0;
  const std::size_t stop = std::min(latest, begin + kLongestWord);
  for (std::size_t at = begin - 1; at < stop;
       at += code_point_at(text, at).size) {
    if (white_space_size(text, at) != 0) return at;
  }
  const std::size_t within = std::min(begin + kMaxUtf8Bytes - 1, text.size());
  return std::min(latest, utf8_boundary_before(text, within));
}

// The last white space at or before `end`, or a character boundary.
std::size_t word_end(std::string_view text, std::size_t end,
                     std::size_t earliest) {
  if (end >= text.size()) return text.size();
  for (std::size_t at = end; at > earliest && end - at < kLongestWord; --at) {
    if (white_space_size(text, at) != 0) return at;
  }
  return utf8_boundary_before(text, end);
}

}  // namespace

MatchWindow best_window(const std::vector<Match>& matches,
                        std::size_t pattern_count, std::size_t max_bytes) {
  MatchWindow best;
  PatternCounts counts(pattern_count);
  std::size_t left = 0;
  for (std::size_t right = 0; right < matches.size(); ++right) {
    const std::uint64_t end = matches[right].end;
    counts.add(matches[right].pattern);
    while (left < right && end > matches[left].begin &&
           end - matches[left].begin > max_bytes) {
      counts.remove(matches[left++].pattern);
    }
    const MatchWindow window{matches[left].begin, end, counts.distinct(),
                             right - left + 1};
    if (better(window, best)) best = window;
  }
  return best;
}

std::vector<ByteRange> covered_ranges(const std::vector<Match>& matches) {
  std::vector<ByteRange> ranges;
  for (const Match& match : matches) {
    if (ranges.empty() || match.begin >= ranges.back().end) {
      ranges.push_back({match.begin, match.end});
    } else {
      ranges.back().end = std::max(ranges.back().end, match.end);
    }
  }
  return ranges;
}

ByteRange at_word_boundaries(std::string_view text, ByteRange range,
                             ByteRange keep) {
  return {word_begin(text, range.begin, keep.begin),
          word_end(text, range.end, keep.end)};
}

void clean_passage(std::string_view text, const std::vector<ByteRange>& ranges,
                   Snippet& snippet) {
  snippet.text.clear();
  snippet.matches.clear();
  PassageCleaner cleaner(ranges, snippet);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    cleaner.take(text, at, c);
    at += c.size;
  }
  cleaner.finish(text.size());
}

void trim_snippet(std::size_t max_bytes, Snippet& snippet) {
  std::string& text = snippet.text;
  if (text.size() <= max_bytes) return;
  std::vector<Snippet::Range>& matches = snippet.matches;
  const bool too_far = !matches.empty() && matches[0].end > max_bytes;
  const std::size_t begin = too_far ? matches[0].begin : 0;
  std::size_t end = text.size();
  if (end - begin > max_bytes) {
    end = utf8_boundary_before(text, begin + max_bytes);
    snippet.cut_after = true;
  }
  end = std::max(begin, end);
  if (begin > 0) snippet.cut_before = true;
  text = text.substr(begin, end - begin);
  const auto moved = [&](std::uint32_t at) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(at, end) - begin);
  };
  for (Snippet::Range& r : matches) r = {moved(r.begin), moved(r.end)};
  std::erase_if(matches,
                [](const Snippet::Range& r) { return r.begin >= r.end; });
}

}  // namespace kwic
