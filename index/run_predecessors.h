// SPDX-License-Identifier: Apache-2.0
// RunPredecessors: which frequent word, if any, stands before each place of a
// run (format/frequent_words.h).
//
// The frequent words are known only when all documents are: they must not
// depend on how these were spread over runs. So the table is made afterwards,
// from the places of those few words alone: four bits for each place of the
// run, whether it lies in memory or in a file.
#ifndef KWIC_INDEX_RUN_PREDECESSORS_H_
#define KWIC_INDEX_RUN_PREDECESSORS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/frequent_words.h"
#include "index/region.h"
#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

class RunPredecessors {
 public:
  // Reads a run that is in a file.
  static Result<RunPredecessors> of(const Run& run, const FrequentWords& words,
                                    std::size_t buffer_bytes);

  // The predecessor code of a place.
  std::uint8_t at(std::uint32_t place) const noexcept {
    const std::size_t byte = place / 2;
    if (byte >= codes_.size()) return 0;  // a damaged temporary file
    return codes_.data()[byte] >> (4 * (place % 2)) & 15;
  }
  // The place of position 0 of a document, modulo 2^32.
  std::uint32_t origin(std::uint32_t document) const noexcept {
    return origins_[document];
  }

 private:
  // Where a document begins in the run, and the code of what is before it.
  struct Begin {
    std::uint32_t place;
    std::uint8_t code;
  };

  void resize(std::uint64_t places) {
    codes_ = Region(static_cast<std::size_t>(places / 2 + 1));
  }
  void set(std::uint32_t place, std::uint8_t code) noexcept;
  void mark_behind(std::uint32_t place, std::uint8_t code) noexcept;
  void begin(const std::vector<Begin>& begins) noexcept;
  Status read_file(const Run& run, const FrequentWords& words,
                   std::size_t buffer_bytes);

  Region codes_;                        // two places a byte
  std::vector<std::uint32_t> origins_;  // by document
};

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_PREDECESSORS_H_
