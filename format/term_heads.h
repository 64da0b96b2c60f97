// SPDX-License-Identifier: Apache-2.0
// HeadLevels: where what stands in section "term heads".
//
// DESCRIPTION. The section begins with one head per dictionary block, level 0.
// Behind them, from the next multiple of 64 bytes on, stands every
// kHeadFanout-th of them, the first included: level 1; then every
// kHeadFanout-th of these, and so on, until a level has no more than
// kHeadFanout. A search goes down from there and looks at one group of
// kHeadFanout in each level. The upper levels are a sixty-third of all, so
// those of a million terms fit a first-level cache beside other things, and a
// search waits for memory once: for the 512 bytes of its group of level 0.
//
// It is an implicit B+ tree whose nodes are eight cache lines, asked for
// together: more lines at once cost less than more waits one after the other.
// J. Rao, K. A. Ross, "Making B+-trees cache conscious in main memory", SIGMOD
// 2000; P.-V. Khuong, P. Morin, "Array layouts for comparison-based searching",
// JEA 22, 2017.
#ifndef KWIC_FORMAT_TERM_HEADS_H_
#define KWIC_FORMAT_TERM_HEADS_H_

#include <cstdint>

namespace kwic {

inline constexpr std::uint64_t kHeadFanout = 64;
// Each level begins at a multiple of so many heads: a cache line.
inline constexpr std::uint64_t kHeadsPerLine = 8;

class HeadLevels {
 public:
  // Enough for all files there can be: 64^8 heads.
  static constexpr int kMost = 8;

  HeadLevels() = default;
  // Of a dictionary of so many blocks; of none if there are too many.
  explicit HeadLevels(std::uint64_t blocks) noexcept {
    if (blocks == 0 || blocks >> (6 * kMost) != 0) return;
    counts_[0] = blocks;
    end_ = blocks;
    for (levels_ = 1; counts_[levels_ - 1] > kHeadFanout; ++levels_) {
      firsts_[levels_] =
          (end_ + kHeadsPerLine - 1) / kHeadsPerLine * kHeadsPerLine;
      counts_[levels_] = (counts_[levels_ - 1] + kHeadFanout - 1) / kHeadFanout;
      end_ = firsts_[levels_] + counts_[levels_];
    }
  }

  int levels() const noexcept { return levels_; }
  // Heads of a level, and the place of its first one in the section.
  std::uint64_t count(int level) const noexcept { return counts_[level]; }
  std::uint64_t first(int level) const noexcept { return firsts_[level]; }
  // Elements of the section.
  std::uint64_t end() const noexcept { return end_; }

 private:
  int levels_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t counts_[kMost] = {};
  std::uint64_t firsts_[kMost] = {};
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_HEADS_H_
