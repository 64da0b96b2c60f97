// SPDX-License-Identifier: Apache-2.0
// RunFinder: where the next word of a text may begin, and, if it is a run of
// ASCII letters and digits that is a word by itself whatever is in it, where it
// ends.
//
// DESCRIPTION. Most words of most texts are such runs, and the analyzers spend
// their time on finding where they end. A loop over bytes guesses wrong about
// that once a word. So three sets of bits are made of some thousand bytes at a
// time (base/byte_mask.h), and begin and end of a run are found by counting
// zeros and ones in them.
//
// Short texts (words of a query) are not worth the sets: see ByteRuns.
#ifndef KWIC_ANALYSIS_RUN_FINDER_H_
#define KWIC_ANALYSIS_RUN_FINDER_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analysis/ascii.h"
#include "base/byte_mask.h"

namespace kwic {

// If `alone`, a run of ASCII letters and digits, not empty, that is a word by
// itself. Else a word may begin at `begin`; at the end of the text none does.
struct AsciiRun {
  const char* begin;
  const char* end;
  bool alone;
};

// True if a run of ASCII letters and digits that ends at p is a word by
// itself, whatever is in it: no character that could join it to another
// stands there, or one that has nothing to join.
inline bool ends_word(const char* p, const char* end) noexcept {
  if (p == end) return true;
  switch (byte_class(*p)) {
    case ByteClass::kSeparator: return true;
    case ByteClass::kConnector: break;
    default: return false;
  }
  if (++p == end) return true;
  const ByteClass next = byte_class(*p);
  return next != ByteClass::kWord && next != ByteClass::kNotAscii;
}

// Byte by byte.
class ByteRuns {
 public:
  explicit ByteRuns(std::string_view text) : end_(text.data() + text.size()) {}

  // The first run at or behind p. REQUIRES: p is not the end.
  AsciiRun next(const char* p) const noexcept {
    for (; p != end_; ++p) {
      const ByteClass first = byte_class(*p);
      if (first == ByteClass::kNotAscii) return {p, p, false};
      if (first != ByteClass::kWord) continue;
      const char* const run_end = end_of_ascii_run(p + 1, end_);
      return {p, run_end, ends_word(run_end, end_)};
    }
    return {end_, end_, false};
  }

 private:
  const char* end_;
};

class RunFinder {
 public:
  // Texts of fewer bytes are faster by ByteRuns.
  static constexpr std::size_t kWorthwhile = 128;

  explicit RunFinder(std::string_view text)
      : base_(text.data()), end_(text.data() + text.size()) {}

  // The first run at or behind p. REQUIRES: p is not the end, and not before
  // that of the last call.
  AsciiRun next(const char* p) noexcept {
    for (;;) {
      const std::size_t at = reach(p);
      const std::uint64_t begins = window(begins_, at);
      if (begins != 0) [[likely]] {
        return run_at(at + static_cast<std::size_t>(std::countr_zero(begins)));
      }
      if (static_cast<std::size_t>(end_ - p) <= kWindow) break;
      p += kWindow;
    }
    return {end_, end_, false};
  }

 private:
  static constexpr std::size_t kWindow = 57;  // bits of a set seen at once
  // A run is looked at so far behind p.
  static constexpr std::size_t kAhead = 2 * kWindow + 1;
  static constexpr std::size_t kChunk = 4096;  // bytes that have sets
  static constexpr std::size_t kWords = kChunk / kMaskedBytes;
  using Set = std::uint64_t[kWords + 3];  // zeros at the end

  static std::uint64_t window(const Set& set, std::size_t at) noexcept {
    return load_le<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(set) +
                                  at / 8) >>
           (at % 8);
  }

  // The bit of p, which has as many behind it as are looked at.
  std::size_t reach(const char* p) noexcept {
    const auto at = static_cast<std::size_t>(p - base_);
    if (at + kAhead <= covered_) [[likely]]
      return at;
    cover(p);
    return 0;
  }

  AsciiRun run_at(std::size_t at) const noexcept {
    const char* const begin = base_ + at;
    const auto size =
        static_cast<std::size_t>(std::countr_zero(~window(words_, at)));
    if (size >= kWindow) [[unlikely]] {
      const char* const run_end = end_of_ascii_run(begin + size, end_);
      return {begin, run_end, ends_word(run_end, end_)};
    }
    return {begin, begin + size,
            size != 0 && (window(joints_, at + size) & 1) == 0};
  }

  // Makes the sets of what begins at p.
  void cover(const char* p) noexcept;

  const char* base_;
  const char* end_;
  std::size_t covered_ = 0;  // bytes from base_ on; no end at the text's
  // Of bytes, in order: may begin a word; letter or digit of ASCII; a run that
  // ends before it is no word by itself.
  Set begins_, words_, joints_;
};

}  // namespace kwic

#endif  // KWIC_ANALYSIS_RUN_FINDER_H_
