// SPDX-License-Identifier: Apache-2.0
//
// After Liao, Petri, Moffat and Wirth, "Effective Construction of Relative
// Lempel-Ziv Dictionaries" (WWW 2016), as zstd's COVER trainer applies it.
//
// DESCRIPTION. A dictionary is good if many strings of the text occur in it,
// each once. So the sample is cut into as many epochs as segments fit; from
// each epoch the segment is taken whose k-grams are the most frequent in the
// whole sample, and those k-grams count no more afterwards.
//
// IMPLEMENTATION. Counts live in a table without collision handling: a clash
// makes a segment look a little better than it is. A window of one segment
// slides over the epoch; a k-gram that is twice in it counts twice, which
// zero-length rests of the sample (runs) are punished for by a cap on counts.
#include "format/dictionary_trainer.h"

#include <algorithm>
#include <cstring>

namespace kwic {
namespace {

constexpr std::size_t kGram = 6;
constexpr std::size_t kSegment = 48;
constexpr unsigned kTableBits = 17;

std::size_t gram_slot(const std::uint8_t* p) noexcept {
  std::uint8_t bytes[8] = {};
  std::memcpy(bytes, p, kGram);
  return static_cast<std::size_t>(
      (load_le<std::uint64_t>(bytes) * 0x9e3779b97f4a7c15U) >>
      (64 - kTableBits));
}

struct Segment {
  std::size_t begin = 0;
  std::uint64_t score = 0;
};

class Trainer {
 public:
  explicit Trainer(ByteView sample)
      : sample_(sample), counts_(std::size_t{1} << kTableBits) {
    for (std::size_t i = 0; i + kGram <= sample.size(); ++i) {
      ++counts_[gram_slot(&sample[i])];
    }
    for (std::uint32_t& count : counts_) {
      if (count > 0) --count;  // a string met once gains nothing
    }
  }

  // The best segment among the starts [begin, end).
  Segment best(std::size_t begin, std::size_t end) const {
    Segment best{begin, 0};
    std::uint64_t score = 0;
    const std::size_t grams = kSegment - kGram + 1;
    for (std::size_t i = begin; i < end; ++i) {
      score += counts_[gram_slot(&sample_[i])];
      if (i - begin >= grams) score -= counts_[gram_slot(&sample_[i - grams])];
      if (score > best.score && i + 1 >= begin + grams) {
        best = {i + 1 - grams, score};
      }
    }
    return best;
  }

  void take(const Segment& segment) {
    for (std::size_t i = 0; i + kGram <= kSegment; ++i) {
      counts_[gram_slot(&sample_[segment.begin + i])] = 0;
    }
  }

 private:
  ByteView sample_;
  std::vector<std::uint32_t> counts_;
};

}  // namespace

std::vector<std::uint8_t> train_dictionary(ByteView sample, std::size_t size) {
  std::vector<std::uint8_t> out;
  const std::size_t wanted = size / kSegment;
  if (wanted == 0 || sample.size() < 2 * kSegment * wanted) return out;
  Trainer trainer(sample);
  const std::size_t epoch = sample.size() / wanted;
  std::vector<Segment> picked;
  for (std::size_t i = 0; i < wanted; ++i) {
    const Segment s = trainer.best(i * epoch, (i + 1) * epoch - kGram);
    if (s.score == 0) continue;
    trainer.take(s);
    picked.push_back(s);
  }
  for (const Segment& s : picked) {
    const ByteView bytes = sample.subspan(s.begin, kSegment);
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

}  // namespace kwic
