// SPDX-License-Identifier: Apache-2.0
#include "index/run_predecessors.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "index/inverted_run.h"
#include "index/run_reader.h"

namespace kwic {
namespace {

// The code of a position where those terms stand, each behind its size.
std::uint8_t code_of(std::string_view terms, const FrequentWords& words) {
  std::uint8_t code = 0;
  while (!terms.empty()) {
    const auto size = static_cast<unsigned char>(terms[0]);
    code = both_predecessors(code, words.code_of(terms.substr(1, size)));
    terms.remove_prefix(std::min<std::size_t>(terms.size(), 1U + size));
  }
  return code;
}

}  // namespace

void RunPredecessors::set(std::uint32_t place, std::uint8_t code) noexcept {
  std::uint8_t& byte = codes_[place / 2];
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

void RunPredecessors::read_memory(const InvertedRun& run,
                                  const FrequentWords& words) {
  resize(run.all_places().size());
  for (std::size_t i = 0; i < words.words().size(); ++i) {
    const auto code = static_cast<std::uint8_t>(i + 1);
    for (const std::uint32_t place : run.places_of(words.words()[i])) {
      mark_behind(place, code);
    }
  }
  std::vector<Begin> begins;
  std::uint32_t place = 0;
  for (const InvertedRun::Stretch& stretch : run.stretches()) {
    begins.push_back(
        {place, code_of(run.document(stretch.document).before, words)});
    place = stretch.end;
  }
  begin(begins);
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
    if (d.length > 0) begins.push_back({place, code_of(d.before, words)});
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
  if (run.memory != nullptr) {
    made.read_memory(*run.memory, words);
    return made;
  }
  if (Status s = made.read_file(run, words, buffer_bytes); !s) return s;
  return made;
}

}  // namespace kwic
