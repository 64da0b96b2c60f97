// SPDX-License-Identifier: Apache-2.0
// TokenSink: appends tokens to a TokenBuffer without a call into the allocator
// per token.
//
// The bytes of the buffer are kept longer than what is used while a text is
// analyzed, so that a term is written through a pointer; finish() cuts them.
#ifndef KWIC_ANALYSIS_TOKEN_SINK_H_
#define KWIC_ANALYSIS_TOKEN_SINK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "analysis/analyzer.h"
#include "base/limits.h"

namespace kwic {

// Offsets of a token are 32-bit. Text behind this many bytes is not analyzed,
// and no token is taken once the terms of a buffer fill as many.
inline constexpr std::size_t kMaxAnalyzedBytes = 0xffff'0000;

class TokenSink {
 public:
  // Room behind every term, so that copies may overshoot by a word.
  static constexpr std::size_t kSlack = 16;

  TokenSink(TokenBuffer& out, std::string_view text, std::uint32_t position)
      : out_(out),
        text_(text.data()),
        used_(out.bytes.size()),
        position_(position) {
    grow(text.size() + kRoom);
  }
  TokenSink(const TokenSink&) = delete;
  TokenSink& operator=(const TokenSink&) = delete;

  // Room for one term, kMaxTermBytes + kSlack.
  char* room() {
    if (out_.bytes.size() - used_ < kRoom) grow(used_ + kRoom);
    return out_.bytes.data() + used_;
  }

  // The term just written to room() is the exact form of the next position.
  void commit(std::size_t size, const char* begin, const char* end) {
    if (full()) return;
    push(size, begin, end, position_, false);
    ++position_;
  }

  void exact(std::string_view term, const char* begin, const char* end) {
    std::memcpy(room(), term.data(), term.size());
    commit(term.size(), begin, end);
  }

  // The two in a row are one term. REQUIRES: together they fit.
  void exact(std::string_view a, std::string_view b, const char* begin,
             const char* end) {
    char* const term = room();
    std::memcpy(term, a.data(), a.size());
    std::memcpy(term + a.size(), b.data(), b.size());
    commit(a.size() + b.size(), begin, end);
  }

  // One more form of the position last taken.
  void alternative(std::string_view term, const char* begin, const char* end) {
    if (full()) return;
    std::memcpy(room(), term.data(), term.size());
    push(term.size(), begin, end, position_ - 1, true);
  }

  // One more form of an earlier position: `slot` is what slot() was when that
  // position had all its other tokens.
  void alternative_at(std::size_t slot, std::string_view term,
                      const char* begin, const char* end) {
    const std::size_t before = out_.tokens.size();
    alternative(term, begin, end);
    if (out_.tokens.size() == before || slot == 0 || slot >= before) return;
    out_.tokens.back().position = out_.tokens[slot - 1].position;
    std::rotate(out_.tokens.begin() + static_cast<std::ptrdiff_t>(slot),
                out_.tokens.end() - 1, out_.tokens.end());
  }
  std::size_t slot() const { return out_.tokens.size(); }

  // Cuts the buffer to what was used; returns the next free position.
  std::uint32_t finish() {
    out_.bytes.resize(used_);
    return position_;
  }

  bool full() const { return used_ >= kMaxAnalyzedBytes; }

 private:
  static constexpr std::size_t kRoom = kMaxTermBytes + kSlack;

  void grow(std::size_t more) { out_.bytes.resize(used_ + more); }

  void push(std::size_t size, const char* begin, const char* end,
            std::uint32_t position, bool alternative) {
    out_.tokens.push_back(
        {static_cast<std::uint32_t>(used_), static_cast<std::uint32_t>(size),
         position, static_cast<std::uint32_t>(begin - text_),
         static_cast<std::uint32_t>(end - text_), alternative});
    used_ += size;
  }

  TokenBuffer& out_;
  const char* text_;
  std::size_t used_;
  std::uint32_t position_;
};

}  // namespace kwic

#endif  // KWIC_ANALYSIS_TOKEN_SINK_H_
