// SPDX-License-Identifier: Apache-2.0
// Reads every posting and every position once and holds them against the
// dictionary, the lengths and the bounds that searches rely on.
#include <algorithm>
#include <string>
#include <vector>

#include "format/bm25.h"
#include "query/list_cursor.h"
#include "query/verify_deep.h"

namespace kwic {
namespace {

class ListChecker {
 public:
  ListChecker(const IndexFile& file, const ProblemSink& report)
      : source_(file),
        norm_(file.stats().documents, file.stats().tokens, file.bm25_k1(),
              file.bm25_b()),
        report_(report) {}

  // False to end the check.
  bool check(std::string_view term, const TermInfo& info) {
    const std::uint64_t damage = source_.damage;
    info_ = &info;
    if (!cursor_.open(source_, info) || !walk() || source_.damage != damage) {
      const bool single = info.doc_freq == 1;
      return report_(single ? SectionKind::kPositions : SectionKind::kPostings,
                     single ? info.positions_address : info.postings_address,
                     "the list of \"" + std::string(term) + "\": " +
                         (what_.empty() ? "its parts do not fit" : what_));
    }
    return true;
  }

 private:
  bool wrong(std::string what) {
    what_ = std::move(what);
    return false;
  }

  bool walk() {
    what_.clear();
    std::uint64_t documents = 0;
    std::uint64_t occurrences = 0;
    std::uint32_t before = 0;
    for (std::uint32_t doc = cursor_.seek(0); doc != kEndDoc;
         doc = cursor_.seek(doc + 1)) {
      if (documents++ > 0 && doc <= before) return wrong("disorder");
      before = doc;
      if (documents > info_->doc_freq) break;
      if (!check_posting(doc)) return false;
      occurrences += cursor_.frequency();
    }
    if (documents != info_->doc_freq) {
      return wrong(std::to_string(documents) + " documents, " +
                   std::to_string(info_->doc_freq) + " expected");
    }
    if (occurrences != info_->collection_freq) {
      return wrong(std::to_string(occurrences) + " occurrences, " +
                   std::to_string(info_->collection_freq) + " expected");
    }
    return true;
  }

  bool check_posting(std::uint32_t doc) {
    const std::string where = "document " + std::to_string(doc) + ": ";
    if (!cursor_.positions(positions_)) return wrong(where + "no positions");
    const std::uint32_t length = source_.lengths(doc);
    if (positions_.size() != cursor_.frequency()) {
      return wrong(where + "positions and frequency differ");
    }
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      if (positions_[i] >= length ||
          (i > 0 && positions_[i] <= positions_[i - 1])) {
        return wrong(where + "positions in disorder");
      }
    }
    const float saturation =
        bm25_saturation(cursor_.frequency(), norm_(length));
    if (saturation > static_cast<float>(cursor_.list().best()) / kImpactUnit) {
      return wrong(where + "scores above the bound of its list");
    }
    return true;
  }

  PostingSource source_;
  Bm25Norm norm_;
  const ProblemSink& report_;
  const TermInfo* info_ = nullptr;
  ListCursor cursor_;
  std::vector<std::uint32_t> positions_;
  std::string what_;
};

}  // namespace

void check_postings(const IndexFile& file, const TermDictionary& dictionary,
                    const ProblemSink& report) {
  ListChecker checker(file, report);
  const Status status =
      dictionary.scan("", [&](std::string_view term, const TermInfo& info) {
        return checker.check(term, info);
      });
  if (!status) {
    report(SectionKind::kTermBlocks, 0, status.message());
  }
}

}  // namespace kwic
