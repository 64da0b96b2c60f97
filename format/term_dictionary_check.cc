// SPDX-License-Identifier: Apache-2.0
// TermDictionary::check: the deep check of the dictionary for verify.
#include <string>

#include "base/limits.h"
#include "format/term_block.h"
#include "format/term_dictionary.h"
#include "format/term_figures.h"

namespace kwic {
namespace {

// Whether [address, address + size) begins at or after `end`, which it moves,
// and lies within `limit`.
bool follows(std::uint64_t address, std::uint64_t size, std::uint64_t limit,
             std::uint64_t& end) {
  if (address < end || address > limit || size > limit - address) return false;
  end = address + size;
  return true;
}

// What must hold from one term to the next.
class TermChecker {
 public:
  TermChecker(const TermDictionary::Bounds& bounds,
              TermDictionary::Totals& totals)
      : bounds_(bounds), totals_(totals) {}

  // Null, or what is wrong with the term that follows those seen before.
  const char* check(std::string_view term, const TermInfo& info) {
    if (totals_.terms > 0 && term <= last_) return "out of order";
    last_.assign(term);
    ++totals_.terms;
    totals_.postings += info.doc_freq;
    totals_.tokens += info.collection_freq;
    if (info.doc_freq > bounds_.documents) return "in too many documents";
    if (info.doc_freq == 1 && info.single_doc >= bounds_.documents) {
      return "in a document that is not there";
    }
    if (info.doc_freq > 1 && !follows(info.postings_address, info.postings_size,
                                      bounds_.postings_bytes, postings_end_)) {
      return "with postings that overlap others or leave the section";
    }
    if (info.collection_freq > 1 &&
        !follows(info.positions_address, info.positions_size,
                 bounds_.positions_bytes, positions_end_)) {
      return "with positions that overlap others or leave the section";
    }
    return nullptr;
  }

 private:
  const TermDictionary::Bounds& bounds_;
  TermDictionary::Totals& totals_;
  std::string last_;
  std::uint64_t postings_end_ = 0, positions_end_ = 0;
};

}  // namespace

TermDictionary::Totals TermDictionary::check(const Bounds& bounds,
                                             const ProblemSink& report) const {
  Totals totals;
  TermChecker checker(bounds, totals);
  TermBlock block;
  TermBlockCursor cursor;
  for (std::uint64_t number = 0; number < block_count_; ++number) {
    std::uint64_t address = 0;
    (void)block_address(number, address);
    const char* wrong = nullptr;
    bool sound = open_block(number, block) && cursor.open(block);
    while (sound && wrong == nullptr && !cursor.done()) {
      sound = cursor.next();
      if (!sound) break;
      wrong = checker.check(cursor.term(), cursor.info());
    }
    if (sound && wrong == nullptr) continue;
    std::string message = "block " + std::to_string(number);
    message += sound ? std::string(": a term ") + wrong : " cannot be read";
    if (!report(SectionKind::kTermBlocks, address, message)) return totals;
  }
  check_heads(report);
  return totals;
}

// The upper levels of the heads repeat what the lowest says.
void TermDictionary::check_heads(const ProblemSink& report) const {
  const std::uint64_t heads = heads_.count<std::uint64_t>();
  const std::uint64_t groups =
      (block_count_ + kBlocksPerGroup - 1) / kBlocksPerGroup;
  if (heads != levels_.end() || offsets_.size() != groups * kBlockGroupBytes) {
    report(SectionKind::kTermHeads, block_count_ * 8,
           std::to_string(heads) + " heads and offsets of " +
               std::to_string(offsets_.size()) +
               " bytes do not fit the number of terms");
    return;
  }
  for (int level = 1; level < levels_.levels(); ++level) {
    const std::uint64_t below = levels_.first(level - 1);
    std::uint64_t at = below + levels_.count(level - 1);
    bool good = true;
    for (; at < levels_.first(level); ++at)
      good &= heads_.get<std::uint64_t>(at) == 0;
    for (std::uint64_t i = 0; i < levels_.count(level); ++i) {
      good &= heads_.get<std::uint64_t>(at + i) ==
              heads_.get<std::uint64_t>(below + i * kHeadFanout);
    }
    if (good) continue;
    report(SectionKind::kTermHeads, at * 8,
           "level " + std::to_string(level) +
               " of the heads does not repeat the one below");
    return;
  }
}

}  // namespace kwic
