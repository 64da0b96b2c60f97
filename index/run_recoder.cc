// SPDX-License-Identifier: Apache-2.0
#include "index/run_recoder.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "index/place_map.h"
#include "index/region.h"
#include "index/run_input.h"
#include "index/run_reader.h"

namespace kwic {
namespace {

constexpr std::size_t kEntriesAtOnce = 16384;

class RunRecoder {
 public:
  RunRecoder(const RecodingOptions& options, const Run& run)
      : options_(options), run_(run) {}

  // Whether a term of the run is one of `words`.
  Result<bool> has(std::span<const std::string> words);
  Status recode();

 private:
  // Where a document begins in the run, and the code of what is before it.
  struct Begin {
    std::uint32_t place;
    std::uint8_t code;
  };

  Status read_documents();
  Status read_words();
  Status mark_behind_entries(RunInput& entries, std::uint32_t n,
                             std::uint8_t code);
  Status rewrite();

  std::uint8_t at(std::uint32_t place) const noexcept {
    const std::size_t byte = place / 2;
    if (byte >= codes_.size()) return 0;  // a damaged temporary file
    return codes_.data()[byte] >> (4 * (place % 2)) & 15;
  }
  void set(std::uint32_t place, std::uint8_t code) noexcept {
    if (place / 2 >= codes_.size()) return;
    std::uint8_t& byte = codes_.data()[place / 2];
    const unsigned shift = 4 * (place % 2);
    byte = static_cast<std::uint8_t>((byte & ~(15U << shift)) | unsigned{code}
                                                                    << shift);
  }

  const RecodingOptions& options_;
  const Run& run_;
  std::vector<Begin> begins_;
  Region codes_;  // two places a byte
};

Result<bool> RunRecoder::has(std::span<const std::string> words) {
  RunTermInput terms(run_, options_.buffer_bytes);
  bool found = false;
  while (!found && terms.next()) {
    found = std::find(words.begin(), words.end(), terms.term()) != words.end();
  }
  if (!terms.input().status()) return terms.input().status();
  return found;
}

Status RunRecoder::read_documents() {
  PlaceCodes codes(*options_.words);
  std::uint32_t place = 0;
  const auto documents = open_documents(run_, options_.buffer_bytes);
  while (documents->next()) {
    const RunDocument& d = documents->document();
    if (d.length == 0) continue;
    const std::uint8_t before = codes.code_before(d.before);
    begins_.push_back({place, codes.table(*options_.words)[before]});
    place += d.length;
  }
  return documents->status();
}

Status RunRecoder::mark_behind_entries(RunInput& entries, std::uint32_t n,
                                       std::uint8_t code) {
  for (; n > 0; --n) {
    std::uint32_t entry;
    if (!entries.need(sizeof(entry))) {
      entries.damaged();
      break;
    }
    std::memcpy(&entry, entries.cursor(), sizeof(entry));
    entries.cursor() += sizeof(entry);
    const std::uint32_t next = (entry & PlaceMap::kPlaceMask) + 1;
    set(next, both_predecessors(at(next), code));
  }
  return entries.status();
}

Status RunRecoder::read_words() {
  RunTermInput terms(run_, options_.buffer_bytes);
  RunInput entries(*run_.entries_file, run_.entries_begin, run_.entries_end(),
                   options_.buffer_bytes);
  while (terms.next()) {
    const std::uint8_t code = options_.words->code_of(terms.term());
    if (code == 0) {
      entries.skip(std::uint64_t{terms.entries()} * sizeof(std::uint32_t));
      continue;
    }
    if (Status s = options_.checkpoint(); !s) return s;
    if (Status s = mark_behind_entries(entries, terms.entries(), code); !s) {
      return s;
    }
  }
  // What the last place of a document is before is another document.
  for (const Begin& b : begins_) set(b.place, b.code);
  return terms.input().status();
}

Status RunRecoder::rewrite() {
  std::vector<std::uint32_t> entries(kEntriesAtOnce);
  std::uint64_t offset = run_.entries_begin;
  for (std::size_t left = run_.entries; left > 0;) {
    if (Status s = options_.checkpoint(); !s) return s;
    entries.resize(std::min(left, entries.size()));
    const std::span<std::uint8_t> bytes = {
        reinterpret_cast<std::uint8_t*>(entries.data()),
        entries.size() * sizeof(std::uint32_t)};
    Status s = run_.entries_file->read_at(offset, bytes);
    if (!s) return s;
    for (std::uint32_t& entry : entries) {
      entry &= PlaceMap::kPlaceMask;
      entry |= std::uint32_t{at(entry)} << PlaceMap::kPlaceBits;
    }
    if (s = run_.entries_file->write_at(offset, bytes); !s) return s;
    offset += bytes.size();
    left -= entries.size();
  }
  return {};
}

Status RunRecoder::recode() {
  if (Status s = read_documents(); !s) return s;
  codes_ = Region(run_.entries / 2 + 1);
  if (Status s = read_words(); !s) return s;
  return rewrite();
}

}  // namespace

Status recode(const RecodingOptions& options, Run& run) {
  const FrequentWords& words = *options.words;
  run.predecessors = run.codes->table(words);
  if (run.memory != nullptr) return {};  // has codes of the frequent words
  std::vector<std::string> missing;
  for (const std::string& word : words.words()) {
    if (run.codes->code_of(word) == 0) missing.push_back(word);
  }
  RunRecoder recoder(options, run);
  if (run.codes->complete()) {
    if (missing.empty()) return {};
    const Result<bool> any = recoder.has(missing);
    if (!any) return any.error();
    if (!*any) return {};
  }
  run.predecessors = PlaceCodes::same();
  return recoder.recode();
}

}  // namespace kwic
