// SPDX-License-Identifier: Apache-2.0
// The ASCII fast path that both analyzers share: one table look-up per byte,
// eight bytes of a term written at a time.
#ifndef KWIC_ANALYSIS_ASCII_H_
#define KWIC_ANALYSIS_ASCII_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "analysis/token_sink.h"
#include "base/limits.h"

namespace kwic {

// What a byte can mean for a run of ASCII letters and digits.
enum class ByteClass : std::uint8_t {
  kSeparator,  // ends the run
  kWord,       // a letter or digit
  kConnector,  // may join two runs: . , ' - _
  kSuffix,     // may belong to the run before it: + #
  kNotAscii,   // part of another code point, or no UTF-8 at all
};

constexpr std::array<ByteClass, 256> make_byte_classes() {
  std::array<ByteClass, 256> table{};
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = ByteClass::kWord;
  for (unsigned c = 'A'; c <= 'Z'; ++c) table[c] = ByteClass::kWord;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = ByteClass::kWord;
  for (char c : {'.', ',', '\'', '-', '_'}) {
    table[static_cast<unsigned char>(c)] = ByteClass::kConnector;
  }
  table['+'] = table['#'] = ByteClass::kSuffix;
  for (unsigned c = 128; c < 256; ++c) table[c] = ByteClass::kNotAscii;
  return table;
}

inline constexpr std::array<ByteClass, 256> kByteClasses = make_byte_classes();

inline ByteClass byte_class(char c) noexcept {
  return kByteClasses[static_cast<unsigned char>(c)];
}

// The first byte at or after p that is not an ASCII letter or digit.
inline const char* end_of_ascii_run(const char* p, const char* end) noexcept {
  while (p != end && byte_class(*p) == ByteClass::kWord) ++p;
  return p;
}

// Copies ASCII letters and digits in lower case. Setting bit 5 is all it takes:
// digits have it set already. May write up to 15 bytes beyond `size`, and reads
// up to `end`.
inline void copy_lower(const char* from, std::size_t size, const char* end,
                       char* to) noexcept {
  constexpr std::uint64_t kBit5 = 0x2020'2020'2020'2020;
  if (static_cast<std::size_t>(end - from) < size + 16) [[unlikely]] {
    for (std::size_t i = 0; i < size; ++i) {
      to[i] = static_cast<char>(from[i] | 0x20);
    }
    return;
  }
  // Sixteen at a time: hardly any word is longer, so nothing is guessed wrong.
  for (std::size_t i = 0; i < size; i += 16) {
    std::uint64_t words[2];
    std::memcpy(words, from + i, 16);
    words[0] |= kBit5;
    words[1] |= kBit5;
    std::memcpy(to + i, words, 16);
  }
}

// Emits the run [p, run_end) of ASCII letters and digits, cut where it is too
// long. `end` is the end of the text.
inline void emit_ascii_run(const char* p, const char* run_end, const char* end,
                           TokenSink& sink) {
  while (p != run_end) {
    const std::size_t size =
        std::min(static_cast<std::size_t>(run_end - p), kMaxTermBytes);
    copy_lower(p, size, end, sink.room());
    sink.commit(size, p, p + size);
    p += size;
  }
}

}  // namespace kwic

#endif  // KWIC_ANALYSIS_ASCII_H_
