// SPDX-License-Identifier: Apache-2.0
// Holds every predecessor code against the lists of the frequent words.
//
// A table has four bits for each position: the code that an occurrence there
// must have. It is made from the lists of the frequent words, for as many
// documents at a time as it has room for, and every list that has codes is read
// against it. Positions say how large a table can be needed: a file cannot make
// it larger than eight times itself, whatever lengths it claims.
#include <algorithm>
#include <string>
#include <vector>

#include "format/frequent_words.h"
#include "query/list_cursor.h"
#include "query/verify_deep.h"

namespace kwic {
namespace {

constexpr std::uint64_t kMostPlaces = std::uint64_t{1} << 28;

class PredecessorChecker {
 public:
  PredecessorChecker(const IndexFile& file, const TermDictionary& dictionary,
                     const ProblemSink& report)
      : source_(file),
        dictionary_(dictionary),
        report_(report),
        view_(file.section(SectionKind::kFrequentWords)),
        left_(8 * (file.section(SectionKind::kPositions).size() +
                   file.section(SectionKind::kTermBlocks).size())) {}

  void check() {
    if (view_.empty()) return;
    const std::uint8_t* p = view_.at(0, view_.size());
    if (p != nullptr) {
      words_ =
          FrequentWords::parse({p, static_cast<std::size_t>(view_.size())});
    }
    if (words_.words().empty()) {
      report_(SectionKind::kFrequentWords, 0, "no words can be read from it");
      return;
    }
    while (last_ < source_.documents && left_ > 0 && more_) {
      take_documents();
      for (const std::string& word : words_.words()) mark(word);
      const Status status = dictionary_.scan(
          "", [this](std::string_view term, const TermInfo& info) {
            return more_ = compare(term, info);
          });
      if (!status) return;  // reported with the dictionary
    }
  }

 private:
  // The next documents, [first_, last_), as many as there is room for.
  void take_documents() {
    const std::uint64_t room = std::min(kMostPlaces, left_);
    std::uint64_t places = 0;
    origins_.clear();
    first_ = last_;
    while (last_ < source_.documents && places < room) {
      const std::uint32_t length = source_.lengths(last_);
      if (last_ > first_ && length > room - places) break;
      origins_.push_back(static_cast<std::uint32_t>(places));
      places += length;
      ++last_;
    }
    places = std::min(places, room);
    left_ -= places;
    codes_.assign(static_cast<std::size_t>(places / 2 + 1), 0);
  }

  // Calls visit(document) for those of a list that are in the table.
  template <typename Visit>
  bool each_document(const TermInfo& info, const Visit& visit) {
    if (!cursor_.open(source_, info)) return true;  // reported with the lists
    std::uint32_t doc = cursor_.seek(first_);
    for (; doc < last_; doc = cursor_.seek(doc + 1)) {
      if (!visit(doc)) return false;
    }
    return true;
  }

  // The place of a position, or none: places run up to codes_.size() * 2.
  std::uint64_t place(std::uint32_t doc, std::uint32_t position) const {
    return std::uint64_t{origins_[doc - first_]} + position;
  }
  std::uint8_t code_at(std::uint64_t place) const {
    return codes_[static_cast<std::size_t>(place / 2)] >> (4 * (place % 2)) &
           15;
  }

  void mark(const std::string& word) {
    TermInfo info;
    if (!dictionary_.find(word, info)) return;
    const std::uint8_t code = words_.code_of(word);
    each_document(info, [&](std::uint32_t doc) {
      if (!cursor_.positions(positions_)) return true;
      for (const std::uint32_t position : positions_) {
        const std::uint64_t next = place(doc, position) + 1;
        // Behind the last position there is another document.
        if (position + 1 >= source_.lengths(doc) || next / 2 >= codes_.size()) {
          continue;
        }
        const int both = both_predecessors(code_at(next), code);
        std::uint8_t& byte = codes_[static_cast<std::size_t>(next / 2)];
        byte = static_cast<std::uint8_t>(
            (byte & (next % 2 == 0 ? 0xf0 : 0x0f)) | both << (4 * (next % 2)));
      }
      return true;
    });
  }

  // False to end the check.
  bool compare(std::string_view term, const TermInfo& info) {
    if (!has_predecessors(info.doc_freq)) return true;
    return each_document(info, [&](std::uint32_t doc) {
      if (!cursor_.positions(positions_)) return true;
      for (std::uint32_t i = 0; i < positions_.size(); ++i) {
        const std::uint64_t at = place(doc, positions_[i]);
        if (at / 2 >= codes_.size()) continue;
        if (cursor_.predecessor(i) == code_at(at)) continue;
        return report_(SectionKind::kPositions, info.positions_address,
                       "the list of \"" + std::string(term) + "\": document " +
                           std::to_string(doc) + ", position " +
                           std::to_string(positions_[i]) +
                           " has another predecessor code than the words");
      }
      return true;
    });
  }

  ListCursor cursor_;  // is aligned
  PostingSource source_;
  const TermDictionary& dictionary_;
  const ProblemSink& report_;
  const SectionView& view_;
  std::uint64_t left_;  // places that all tables to come can have
  bool more_ = true;
  FrequentWords words_;
  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
  std::vector<std::uint32_t> origins_;  // place of position 0, by document
  std::vector<std::uint8_t> codes_;     // two places a byte
  std::vector<std::uint32_t> positions_;
};

}  // namespace

void check_predecessors(const IndexFile& file, const TermDictionary& dictionary,
                        const ProblemSink& report) {
  PredecessorChecker(file, dictionary, report).check();
}

}  // namespace kwic
