// SPDX-License-Identifier: Apache-2.0
#include "index/run_predecessors.h"

#include <memory>

#include "index/run_reader.h"

namespace kwic {

void RunPredecessors::set(std::uint32_t place, std::uint8_t code) noexcept {
  std::uint8_t& byte = codes_.data()[place / 2];
  const unsigned shift = 4 * (place % 2);
  byte = static_cast<std::uint8_t>((byte & ~(15U << shift)) | unsigned{code}
                                                                  << shift);
}

// A word of that code stands at the place.
void RunPredecessors::mark_behind(std::uint32_t place,
                                  std::uint8_t code) noexcept {
  const std::uint32_t next = place + 1;
  if (next / 2 >= codes_.size()) return;
  set(next, both_predecessors(at(next), code));
}

// What the last place of a document is before is another document.
void RunPredecessors::begin(const std::vector<Begin>& begins) noexcept {
  for (const Begin& b : begins) set(b.place, b.code);
}

Status RunPredecessors::read_file(const Run& run, const FrequentWords& words,
                                  std::size_t buffer_bytes) {
  std::vector<Begin> begins;
  std::uint64_t places = 0;
  const auto documents = open_documents(run, buffer_bytes);
  while (documents->next()) {
    const RunDocument& d = documents->document();
    const auto place = static_cast<std::uint32_t>(places);
    origins_.push_back(place - d.first_position);
    if (d.length > 0) begins.push_back({place, code_before(d, words)});
    places += d.length;
  }
  if (!documents->status()) return documents->status();
  resize(places);
  Status s = read_places(
      run, words.words(), buffer_bytes,
      [&](std::size_t word, std::uint32_t document, std::uint32_t position) {
        if (document >= origins_.size()) return;
        mark_behind(origins_[document] + position,
                    static_cast<std::uint8_t>(word + 1));
      });
  begin(begins);
  return s;
}

Result<RunPredecessors> RunPredecessors::of(const Run& run,
                                            const FrequentWords& words,
                                            std::size_t buffer_bytes) {
  RunPredecessors made;
  if (Status s = made.read_file(run, words, buffer_bytes); !s) return s;
  return made;
}

}  // namespace kwic
