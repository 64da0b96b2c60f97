// SPDX-License-Identifier: Apache-2.0
#include "cli/hit_printer.h"

#include <algorithm>
#include <vector>

#include "cli/numbers.h"
#include "cli/safe_text.h"

namespace kwic::cli {
namespace {

constexpr std::string_view kIndent = "   ";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

std::string styled(std::string_view code, std::string_view text,
                   const Style& style) {
  if (code.empty()) return std::string(text);
  return std::string(code).append(text).append(style.reset);
}

// A snippet as it may be printed: the ranges follow the text's changes.
struct SafeSnippet {
  std::string text;
  std::vector<TextRange> matches;
};

SafeSnippet make_safe(const Snippet& snippet) {
  SafeSnippet safe;
  const std::string_view text = snippet.text;
  if (snippet.cut_before) safe.text = kEllipsis;
  std::size_t pos = 0;
  for (const Snippet::Range& match : snippet.matches) {
    const std::size_t begin =
        std::clamp<std::size_t>(match.begin, pos, text.size());
    const std::size_t end =
        std::clamp<std::size_t>(match.end, begin, text.size());
    safe.text += safe_text(text.substr(pos, begin - pos));
    const std::size_t safe_begin = safe.text.size();
    safe.text += safe_text(text.substr(begin, end - begin));
    safe.matches.push_back({safe_begin, safe.text.size()});
    pos = end;
  }
  safe.text += safe_text(text.substr(pos));
  if (snippet.cut_after) safe.text += kEllipsis;
  return safe;
}

std::string mark_line(const SafeSnippet& snippet, TextRange line,
                      const Style& style) {
  const std::string_view text = snippet.text;
  std::string out;
  std::size_t pos = line.begin;
  for (const TextRange& match : snippet.matches) {
    const std::size_t begin = std::max(match.begin, pos);
    const std::size_t end = std::min(match.end, line.end);
    if (begin >= end) continue;
    out += text.substr(pos, begin - pos);
    out += styled(style.match, text.substr(begin, end - begin), style);
    pos = end;
  }
  return out.append(text.substr(pos, line.end - pos));
}

std::string format_snippet(const Snippet& snippet, const HitLayout& layout) {
  const SafeSnippet safe = make_safe(snippet);
  std::string out;
  for (TextRange line : wrap(safe.text, layout.width - kIndent.size())) {
    out.append(kIndent).append(mark_line(safe, line, layout.style)) += '\n';
  }
  return out;
}

}  // namespace

std::string format_hit(const Hit& hit, std::size_t rank,
                       const HitLayout& layout) {
  const Style& style = layout.style;
  const std::string number = std::to_string(rank);
  const std::string id = safe_text(hit.id);
  const std::string title = hit.title == hit.id ? "" : safe_text(hit.title);
  const std::string score = format_fixed(static_cast<double>(hit.score), 2);

  std::string out =
      styled(style.faint, number, style) + "  " + styled(style.name, id, style);
  std::size_t used = number.size() + 2 + display_width(id);
  const std::size_t right = score.size() + 2;
  const bool fits = used + 2 + display_width(title) + right <= layout.width;
  if (!title.empty() && fits) {
    out += "  " + styled(style.title, title, style);
    used += 2 + display_width(title);
  }
  const std::size_t gap =
      used + right <= layout.width ? layout.width - used - score.size() : 2;
  out += std::string(gap, ' ') + styled(style.faint, score, style) + "\n";
  if (!title.empty() && !fits) {
    const std::string cut = shorten(title, layout.width - kIndent.size());
    out.append(kIndent).append(styled(style.title, cut, style)) += '\n';
  }
  return out + format_snippet(hit.snippet, layout);
}

}  // namespace kwic::cli
