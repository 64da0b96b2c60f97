// SPDX-License-Identifier: Apache-2.0
#include "index/run_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "index/decoded_terms.h"
#include "index/inverted_run.h"
#include "index/place_map.h"
#include "index/run_input.h"
#include "index/run_renumberer.h"

namespace kwic {
namespace {

// Occurrences that are decoded at once.
constexpr std::size_t kTogether = 256;
constexpr std::size_t kTermsAhead = 8;  // prefetched

// --- documents --------------------------------------------------------------

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

// --- terms ------------------------------------------------------------------

// Where terms and their entries come from:
//   bool next_term(): false at the end, or on an error
//   term(), prefix(), entries(): of the term at hand
//   std::span<const std::uint32_t> window(n): the next n entries of the run or
//       more; fewer on an error
//   void advance(n): passes by so many of them

class MemoryEntries {
 public:
  static constexpr bool kTrusted = true;

  explicit MemoryEntries(const Run& run) : run_(*run.memory) {}

  bool next_term() {
    if (next_ == run_.terms().size()) return false;
    begin_ = next_ == 0 ? 0 : run_.terms()[next_ - 1].end;
    const std::size_t ahead =
        std::min(next_ + kTermsAhead, run_.terms().size() - 1);
    __builtin_prefetch(run_.bytes(run_.terms()[ahead]));
    ++next_;
    return true;
  }
  std::string_view term() const noexcept { return run_.text(at_hand()); }
  std::uint64_t prefix() const noexcept { return at_hand().prefix; }
  std::uint32_t entries() const noexcept { return at_hand().end - begin_; }
  std::span<const std::uint32_t> window(std::size_t) noexcept {
    return run_.entries().subspan(consumed_);
  }
  void advance(std::size_t n) noexcept { consumed_ += n; }
  void damaged() noexcept {}
  Status status() const { return {}; }
  const PlaceMap& places(const PlaceMap&) const noexcept {
    return run_.places();
  }
  std::uint64_t consumed() const noexcept { return consumed_; }

 private:
  const InvertedRun::Term& at_hand() const noexcept {
    return run_.terms()[next_ - 1];
  }

  const InvertedRun& run_;
  std::size_t next_ = 0;  // term
  std::uint32_t begin_ = 0;
  std::size_t consumed_ = 0;
};

class FileEntries {
 public:
  static constexpr bool kTrusted = false;

  FileEntries(const Run& run, std::size_t buffer_bytes)
      : terms_(run, buffer_bytes / 4),
        entries_(*run.entries_file, run.entries_begin, run.entries_end(),
                 buffer_bytes - buffer_bytes / 4),
        left_(run.entries) {}

  bool next_term() { return terms_.next(); }
  std::string_view term() const noexcept { return terms_.term(); }
  std::uint64_t prefix() const noexcept { return terms_.prefix(); }
  std::uint32_t entries() const noexcept { return terms_.entries(); }
  // They are copied, as the buffer may begin anywhere.
  std::span<const std::uint32_t> window(std::size_t n) {
    n = std::min<std::size_t>(n, left_);
    if (!entries_.need(n * sizeof(std::uint32_t))) {
      entries_.damaged();
      return {};
    }
    std::memcpy(window_, entries_.cursor(), n * sizeof(std::uint32_t));
    return {window_, n};
  }
  void advance(std::size_t n) noexcept {
    entries_.cursor() += n * sizeof(std::uint32_t);
    left_ -= static_cast<std::uint32_t>(n);
  }
  void damaged() { entries_.damaged(); }
  Status status() const {
    return entries_.status().ok() ? terms_.input().status() : entries_.status();
  }
  const PlaceMap& places(const PlaceMap& of_file) const noexcept {
    return of_file;
  }
  std::uint64_t consumed() const noexcept { return entries_.consumed(); }

 private:
  RunTermInput terms_;
  RunInput entries_;
  std::uint32_t left_;
  std::uint32_t window_[kTogether + PlaceMap::kAhead];
};

// Whether all numbers are the first and those that follow it.
bool are_consecutive(std::span<const std::uint32_t> numbers) noexcept {
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] != numbers[0] + i) return false;
  }
  return true;
}

template <typename Entries>
class RunTerms final : public DecodedTerms<RunTerms<Entries>> {
 public:
  using Base = DecodedTerms<RunTerms<Entries>>;
  using Base::kNoDocument;

  RunTerms(const Run& run, std::span<const std::uint32_t> new_numbers,
           const PlaceMap& places, Entries entries)
      : entries_(std::move(entries)),
        places_(entries_.places(places)),
        predecessors_(run.predecessors),
        new_numbers_(new_numbers),
        total_(run.entries),
        all_stay_(std::find(new_numbers.begin(), new_numbers.end(),
                            kNoDocument) == new_numbers.end()),
        in_order_(are_consecutive(new_numbers)) {}

  bool next_term() override;
  Status status() const override { return entries_.status(); }
  std::uint64_t consumed() const override { return entries_.consumed(); }
  std::uint64_t total() const override { return total_; }

 private:
  friend Base;
  using Base::codes_;
  using Base::documents_;
  using Base::positions_;
  static_assert(kTogether == Base::kTogether);

  std::size_t decode_some();
  std::size_t decode_window();
  bool makes_sense(std::span<const std::uint32_t> window, std::size_t n);
  void renumber(std::size_t n) noexcept;
  std::size_t leave_out(std::size_t n);

  Entries entries_;
  const PlaceMap& places_;
  const PlaceCodes::Table predecessors_;
  std::span<const std::uint32_t> new_numbers_;
  std::uint64_t total_;
  bool all_stay_;            // no document is left out
  bool in_order_;            // no document of another run is between them
  std::uint32_t left_ = 0;   // entries of the term that are not decoded
  std::uint32_t least_ = 0;  // no place of the term is below
};

template <typename Entries>
bool RunTerms<Entries>::next_term() {
  if (!entries_.next_term()) return false;
  this->term_ = entries_.term();
  this->prefix_ = entries_.prefix();
  left_ = entries_.entries();
  least_ = 0;
  this->decode();
  return status().ok();
}

template <typename Entries>
std::size_t RunTerms<Entries>::decode_some() {
  std::size_t count = 0;
  while (count == 0 && left_ > 0) {
    count = decode_window();
    if (!all_stay_) count = leave_out(count);
  }
  return count;
}

template <typename Entries>
std::size_t RunTerms<Entries>::decode_window() {
  const std::size_t n = std::min<std::size_t>(left_, kTogether);
  const std::span<const std::uint32_t> window =
      entries_.window(n + PlaceMap::kAhead);
  if (!Entries::kTrusted && !makes_sense(window, n)) {
    entries_.damaged();
    left_ = 0;
    return 0;
  }
  places_.decode(window.data(), n, window.size(), documents_, positions_);
  for (std::size_t i = 0; i < n; ++i) {
    codes_[i] = predecessors_[window[i] >> PlaceMap::kPlaceBits];
  }
  renumber(n);
  entries_.advance(n);
  left_ -= static_cast<std::uint32_t>(n);
  return n;
}

template <typename Entries>
void RunTerms<Entries>::renumber(std::size_t n) noexcept {
  if (in_order_) {
    for (std::size_t i = 0; i < n; ++i) documents_[i] += new_numbers_[0];
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    documents_[i] = new_numbers_[documents_[i]];
  }
}

// Whether the n entries of the term ascend, and all hold places.
template <typename Entries>
bool RunTerms<Entries>::makes_sense(std::span<const std::uint32_t> window,
                                    std::size_t n) {
  if (window.size() < n) return false;
  std::uint32_t largest = 0;
  for (const std::uint32_t entry : window) {
    largest = std::max(largest, entry & PlaceMap::kPlaceMask);
  }
  bool ascending = (window[0] & PlaceMap::kPlaceMask) >= least_;
  for (std::size_t i = 1; i < n; ++i) {
    ascending &= (window[i - 1] & PlaceMap::kPlaceMask) <=
                 (window[i] & PlaceMap::kPlaceMask);
  }
  least_ = window[n - 1] & PlaceMap::kPlaceMask;
  return ascending && largest < places_.places();
}

template <typename Entries>
std::size_t RunTerms<Entries>::leave_out(std::size_t n) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < n; ++i) {
    documents_[kept] = documents_[i];
    positions_[kept] = positions_[i];
    codes_[kept] = codes_[i];
    kept += documents_[i] != kNoDocument ? 1 : 0;
  }
  return kept;
}

}  // namespace

std::unique_ptr<DocumentSource> open_documents(const Run& run,
                                               std::size_t buffer_bytes) {
  if (run.memory != nullptr) {
    return std::make_unique<MemoryDocuments>(*run.memory);
  }
  return std::make_unique<FileDocuments>(run, buffer_bytes);
}

std::unique_ptr<TermSource> open_terms(
    const Run& run, std::span<const std::uint32_t> new_numbers,
    const PlaceMap& places, std::size_t buffer_bytes) {
  if (run.renumbered) return open_renumbered_terms(run, buffer_bytes);
  if (run.memory != nullptr) {
    return std::make_unique<RunTerms<MemoryEntries>>(run, new_numbers, places,
                                                     MemoryEntries(run));
  }
  return std::make_unique<RunTerms<FileEntries>>(
      run, new_numbers, places, FileEntries(run, buffer_bytes));
}

}  // namespace kwic
