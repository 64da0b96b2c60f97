// SPDX-License-Identifier: Apache-2.0
#include "index/run_reader.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

#include "base/bytes.h"
#include "index/inverted_run.h"
#include "index/run_input.h"
#include "index/run_predecessors.h"

namespace kwic {
namespace {

// Occurrences that a source adds to a batch at once.
constexpr std::size_t kMostAtOnce = 4096;
// Occurrences that are decoded at once.
constexpr std::size_t kTogether = 256;
constexpr std::size_t kTermsAhead = 8;  // prefetched

// REQUIRES: kSlack readable bytes. Looks at five of them at most.
std::uint32_t get_varint(const std::uint8_t*& p) noexcept {
  std::uint32_t value = *p++;
  if (value < 0x80) [[likely]]
    return value;
  value &= 0x7f;
  for (int shift = 7; shift < 35; shift += 7) {
    const std::uint32_t byte = *p++;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

// --- in a file --------------------------------------------------------------

class FileDocuments final : public DocumentSource {
 public:
  FileDocuments(const Run& run, std::size_t buffer_bytes)
      : input_(*run.file, run.documents_begin, run.terms_begin, buffer_bytes),
        left_(run.documents) {}

  bool next() override {
    if (left_ == 0) return false;
    if (!input_.need(4)) return input_.damaged();
    const auto size = load_le<std::uint32_t>(input_.cursor());
    input_.cursor() += 4;
    if (!input_.need(size)) return input_.damaged();
    if (!parse_run_document({input_.cursor(), size}, document_)) {
      return input_.damaged();
    }
    input_.cursor() += size;
    --left_;
    return true;
  }
  Status status() const override { return input_.status(); }

 private:
  RunInput input_;
  std::uint32_t left_;
};

class FileTerms final : public TermSource {
 public:
  FileTerms(const Run& run, std::span<const std::uint32_t> new_numbers,
            std::size_t buffer_bytes)
      : input_(*run.file, run.terms_begin, run.end, buffer_bytes),
        predecessors_(run.predecessors.get()),
        new_numbers_(new_numbers),
        total_(run.end - run.terms_begin) {}

  bool next_term() override;
  // Passes over the postings of the term at hand, of which none was taken.
  void skip_postings();
  void take_below(std::uint32_t limit, PostingBatch& batch) override;
  Status status() const override { return input_.status(); }
  std::uint64_t consumed() const override { return input_.consumed(); }
  std::uint64_t total() const override { return total_; }

 private:
  void next_item();
  void next_posting();
  std::size_t decode(std::uint32_t limit, std::size_t most);
  void look_up_codes(std::size_t n) noexcept;
  void fail();

  RunInput input_;
  const RunPredecessors* predecessors_;
  std::span<const std::uint32_t> new_numbers_;
  std::uint64_t total_;
  std::uint32_t item_ = 0;      // the one decoded last; 0: the end
  std::uint8_t code_ = 0;       // its predecessor code
  std::uint32_t number_ = 0;    // of its document in the run, from 1
  std::uint32_t position_ = 0;  // before item_
  char bytes_[256] = {};        // of the term
  // Decoded occurrences, and their places in the run.
  std::uint32_t documents_[kTogether];
  std::uint32_t positions_[kTogether];
  std::uint32_t places_[kTogether];
  std::uint8_t codes_[kTogether];
};

void FileTerms::fail() {
  input_.damaged();
  document_ = kNoDocument;
  item_ = 0;
}

bool FileTerms::next_term() {
  if (input_.at_end() || !input_.status().ok()) return false;
  if (!input_.need(1)) return input_.damaged();
  const std::size_t size = *input_.cursor()++;
  if (size == 0 || !input_.need(size)) return input_.damaged();
  std::memset(bytes_, 0, 8);
  std::memcpy(bytes_, input_.cursor(), size);
  input_.cursor() += size;
  term_ = {bytes_, size};
  prefix_ = byte_swapped(
      load_le<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(bytes_)));
  number_ = 0;
  next_item();
  next_posting();
  return input_.status().ok();
}

// REQUIRES: no document was left out.
void FileTerms::skip_postings() {
  if (item_ != 0 && !input_.skip_past_zero()) fail();
  document_ = kNoDocument;
  item_ = 0;
}

void FileTerms::next_item() {
  if (!input_.look_ahead()) return fail();
  const std::uint8_t*& p = input_.cursor();
  item_ = get_varint(p);
  if ((item_ & 1) != 0) number_ += get_varint(p);
  code_ = (item_ & 2) != 0 ? *p++ & 15 : std::uint8_t{0};
}

// Moves on to the next document that has a number. item_ is its first.
void FileTerms::next_posting() {
  while (item_ != 0) {
    if (number_ - 1 >= new_numbers_.size()) return fail();
    document_ = new_numbers_[number_ - 1];
    position_ = 0;
    if (document_ != kNoDocument) return;
    do {
      next_item();
    } while (item_ != 0 && (item_ & 1) == 0);
  }
  document_ = kNoDocument;
}

void FileTerms::take_below(std::uint32_t limit, PostingBatch& batch) {
  for (std::size_t left = kMostAtOnce; document_ < limit && left > 0;) {
    const std::size_t n = decode(limit, std::min(left, kTogether));
    if (predecessors_ != nullptr) look_up_codes(n);
    batch.append(n, documents_, positions_, codes_);
    left -= n;
  }
}

// Decodes up to `most` occurrences of documents below `limit`; returns their
// number. The rest of a document may be taken next time.
std::size_t FileTerms::decode(std::uint32_t limit, std::size_t most) {
  std::size_t n = 0;
  while (document_ < limit && n < most) {
    const std::uint32_t origin =
        predecessors_ != nullptr ? predecessors_->origin(number_ - 1) : 0;
    do {
      position_ += item_ >> 2;
      documents_[n] = document_;
      positions_[n] = position_;
      places_[n] = origin + position_;
      codes_[n++] = code_;
      next_item();
    } while (item_ != 0 && (item_ & 1) == 0 && n < most);
    if (item_ == 0 || (item_ & 1) != 0) next_posting();
  }
  return n;
}

// Their places are all over the run: a loop that does nothing else lets memory
// work on many at once.
void FileTerms::look_up_codes(std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) codes_[i] = predecessors_->at(places_[i]);
}

// --- in memory --------------------------------------------------------------

class MemoryDocuments final : public DocumentSource {
 public:
  explicit MemoryDocuments(const InvertedRun& run) : run_(run) {}

  bool next() override {
    if (next_ == run_.documents()) return false;
    document_ = run_.document(next_++);
    return true;
  }
  Status status() const override { return {}; }

 private:
  const InvertedRun& run_;
  std::size_t next_ = 0;
};

bool is_identity(std::span<const std::uint32_t> numbers) noexcept {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != i) return false;
  }
  return true;
}

// Some occurrences of the term at hand are decoded ahead: all, as a rule.
class MemoryTerms final : public TermSource {
 public:
  MemoryTerms(const Run& run, std::span<const std::uint32_t> new_numbers)
      : run_(*run.memory),
        new_numbers_(new_numbers),
        all_stay_(std::find(new_numbers.begin(), new_numbers.end(),
                            kNoDocument) == new_numbers.end()),
        renumbered_(!is_identity(new_numbers)) {}

  bool next_term() override;
  void take_below(std::uint32_t limit, PostingBatch& batch) override;
  Status status() const override { return {}; }
  std::uint64_t consumed() const override { return end_; }
  std::uint64_t total() const override { return run_.places().size(); }

 private:
  void decode();
  void leave_out();

  const InvertedRun& run_;
  std::span<const std::uint32_t> new_numbers_;
  bool all_stay_;         // no document is left out
  bool renumbered_;       // some have other numbers than in the run
  std::size_t next_ = 0;  // term
  // Of the run's places, those of the term that are not decoded.
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  // Decoded occurrences, and those of them that are not taken.
  std::uint32_t documents_[kTogether];
  std::uint32_t positions_[kTogether];
  std::uint8_t codes_[kTogether];
  std::size_t at_ = 0;
  std::size_t count_ = 0;
};

bool MemoryTerms::next_term() {
  if (next_ == run_.terms().size()) return false;
  const InvertedRun::Term& term = run_.terms()[next_];
  const std::size_t ahead =
      std::min(next_ + kTermsAhead, run_.terms().size() - 1);
  __builtin_prefetch(run_.bytes(run_.terms()[ahead]));
  ++next_;
  term_ = run_.text(term);
  prefix_ = term.prefix;
  end_ = term.end;
  decode();
  return true;
}

// Decodes the occurrences that follow. REQUIRES: all before them are taken.
void MemoryTerms::decode() {
  at_ = count_ = 0;
  while (count_ == 0 && begin_ < end_) {
    const std::size_t n = std::min(end_ - begin_, kTogether);
    run_.decode(begin_, n, documents_, positions_, codes_);
    for (std::size_t i = 0; renumbered_ && i < n; ++i) {
      documents_[i] = new_numbers_[documents_[i]];
    }
    begin_ += n;
    count_ = n;
    if (!all_stay_) leave_out();
  }
  document_ = count_ == 0 ? kNoDocument : documents_[0];
}

void MemoryTerms::leave_out() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    documents_[kept] = documents_[i];
    positions_[kept] = positions_[i];
    codes_[kept] = codes_[i];
    kept += documents_[i] != kNoDocument ? 1 : 0;
  }
  count_ = kept;
}

void MemoryTerms::take_below(std::uint32_t limit, PostingBatch& batch) {
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

}  // namespace

std::unique_ptr<DocumentSource> open_documents(const Run& run,
                                               std::size_t buffer_bytes) {
  if (run.memory != nullptr) {
    return std::make_unique<MemoryDocuments>(*run.memory);
  }
  return std::make_unique<FileDocuments>(run, buffer_bytes);
}

Status read_places(const Run& run, std::span<const std::string> words,
                   std::size_t buffer_bytes, const PlaceVisitor& visitor) {
  std::vector<std::uint32_t> same(run.documents);
  std::iota(same.begin(), same.end(), 0u);
  FileTerms terms(run, same, buffer_bytes);
  PostingBatch batch;
  while (terms.next_term()) {
    const auto word = std::find(words.begin(), words.end(), terms.term());
    if (word == words.end()) terms.skip_postings();
    const auto index = static_cast<std::size_t>(word - words.begin());
    while (terms.document() != TermSource::kNoDocument) {
      terms.take_below(TermSource::kNoDocument, batch);
      const Postings found = batch.all();
      std::size_t at = 0;
      for (std::size_t i = 0; i < found.documents.size(); ++i) {
        for (std::uint32_t n = found.frequencies[i]; n > 0; --n) {
          visitor(index, found.documents[i], found.positions[at++]);
        }
      }
      batch.clear();
    }
  }
  return terms.status();
}

std::unique_ptr<TermSource> open_terms(
    const Run& run, std::span<const std::uint32_t> new_numbers,
    std::size_t buffer_bytes) {
  if (run.memory != nullptr) {
    return std::make_unique<MemoryTerms>(run, new_numbers);
  }
  return std::make_unique<FileTerms>(run, new_numbers, buffer_bytes);
}

}  // namespace kwic
