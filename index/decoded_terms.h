// SPDX-License-Identifier: Apache-2.0
// DecodedTerms: what all sources of terms have in common that decode some
// occurrences ahead: all of a term, as a rule.
#ifndef KWIC_INDEX_DECODED_TERMS_H_
#define KWIC_INDEX_DECODED_TERMS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "index/posting_batch.h"
#include "index/run_reader.h"

namespace kwic {

// `Source` has std::size_t decode_some(): decodes the occurrences that follow
// into the arrays, kTogether at most, and returns how many. 0: no more of this
// term.
template <typename Source>
class DecodedTerms : public TermSource {
 public:
  void take_below(std::uint32_t limit, PostingBatch& batch) final {
    std::size_t left = kMostAtOnce;
    while (document_ < limit && left > 0) {
      const std::uint32_t* const begin = documents_ + at_;
      const std::uint32_t* const end =
          std::lower_bound(begin, begin + std::min(count_ - at_, left), limit);
      const auto n = static_cast<std::size_t>(end - begin);
      batch.append(n, begin, positions_ + at_, codes_ + at_);
      left -= n;
      at_ += n;
      if (at_ == count_) {
        decode();
      } else {
        document_ = documents_[at_];
      }
    }
  }

 protected:
  // Occurrences that are decoded at once.
  static constexpr std::size_t kTogether = 256;

  // REQUIRES: all that was decoded is taken.
  void decode() {
    at_ = 0;
    count_ = static_cast<Source*>(this)->decode_some();
    document_ = count_ == 0 ? kNoDocument : documents_[0];
  }

  std::uint32_t documents_[kTogether];
  std::uint32_t positions_[kTogether];
  std::uint8_t codes_[kTogether];

 private:
  // Occurrences that are added to a batch at once.
  static constexpr std::size_t kMostAtOnce = 4096;

  std::size_t at_ = 0;  // the first that is not taken
  std::size_t count_ = 0;
};

}  // namespace kwic

#endif  // KWIC_INDEX_DECODED_TERMS_H_
