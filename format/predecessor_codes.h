// SPDX-License-Identifier: Apache-2.0
// Here are occurrences of a block of postings, tell me which of them stand
// behind a frequent word (format/frequent_words.h).
//
// One bit per occurrence says whether it has a code; the codes of those that
// have one follow each other, four bits each. The code of an occurrence is
// found by counting the bits before its own, going on from the last one asked
// for where that is earlier.
#ifndef KWIC_FORMAT_PREDECESSOR_CODES_H_
#define KWIC_FORMAT_PREDECESSOR_CODES_H_

#include <cstdint>

#include "format/bits.h"
#include "format/frequent_words.h"
#include "format/kernels.h"

namespace kwic {

class PredecessorCodes {
 public:
  // Occurrences that may be asked for at once.
  static constexpr std::uint32_t kAtOnce = 57;

  // No occurrence has a code.
  void clear() noexcept { coded_ = 0; }
  bool empty() const noexcept { return coded_ == 0; }

  // `mask` has a bit for each occurrence, `codes` 4 bits for each of `coded`.
  void open(const std::uint8_t* mask, const std::uint8_t* codes,
            std::uint64_t coded) noexcept {
    mask_ = mask;
    codes_ = codes;
    coded_ = coded;
    at_ = ones_ = 0;
  }

  // The code of an occurrence. REQUIRES: the block has it.
  std::uint8_t code(std::uint64_t occurrence) noexcept;

  // Of the n occurrences from `begin` on, those of that code, or of code
  // kSeveralPredecessors, as a set of bits; sets `several` if one of them has
  // the latter. REQUIRES: the block has them; n <= kAtOnce.
  std::uint64_t matching(std::uint64_t begin, std::uint32_t n,
                         std::uint8_t code, bool& several) noexcept;

  // The same of the block's n occurrences, to `out`, which has a word for each
  // 64 of them.
  void match_all(const Kernels& kernel, std::uint64_t n, std::uint8_t code,
                 std::uint64_t* out, bool& several) const noexcept {
    several |= kernel.match_predecessors(mask_, n, codes_, coded_, code, out);
  }

 private:
  std::uint64_t rank(std::uint64_t occurrence) noexcept;
  std::uint64_t word_at(std::uint64_t bit) const noexcept {
    return load_le<std::uint64_t>(mask_ + bit / 8);
  }

  const std::uint8_t* mask_ = nullptr;
  const std::uint8_t* codes_ = nullptr;
  std::uint64_t coded_ = 0;
  // Occurrences counted, a multiple of 64, and those of them that have a code.
  std::uint64_t at_ = 0;
  std::uint64_t ones_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_PREDECESSOR_CODES_H_
