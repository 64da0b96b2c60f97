// SPDX-License-Identifier: Apache-2.0
#include "index/run_merger.h"

#include <algorithm>
#include <string>

#include "base/limits.h"

namespace kwic {
namespace {

constexpr std::uint64_t kTermsPerCheck = 4096;
constexpr std::uint64_t kOccurrencesPerCheck = std::uint64_t{1} << 19;
constexpr std::size_t kPostingsAtOnce = 1024;
constexpr std::size_t kOccurrencesAtOnce = 4096;

// The document that is being put together from its parts.
class DocumentGatherer {
 public:
  explicit DocumentGatherer(const RunMerger::DocumentSink& sink)
      : sink_(sink) {}

  // True if `d` is the document being gathered, or a new one; sets `number`.
  // False if it lost against one with the same id.
  Result<bool> take(const RunDocument& d, std::uint32_t& number) {
    if (any_ && d.id == id_) {
      if (d.sequence != document_.sequence) return false;
      length_ += d.length;
    } else {
      if (Status s = flush(); !s) return s;
      begin(d);
    }
    number = count_ - 1;
    return true;
  }

  Status flush() {
    if (!any_) return {};
    if (length_ > kMaxDocumentLength) {
      return {StatusCode::kLimit,
              "document: more than 1073741823 tokens; split it"};
    }
    document_.length = static_cast<std::uint32_t>(length_);
    return sink_(document_);
  }

 private:
  void begin(const RunDocument& d) {
    any_ = true;
    ++count_;
    id_ = d.id;
    title_ = d.title;
    document_ = d;
    document_.id = id_;
    document_.title = title_;
    document_.before = {};  // of use before runs are merged only
    length_ = d.length;
  }

  const RunMerger::DocumentSink& sink_;
  bool any_ = false;
  std::uint32_t count_ = 0;
  std::string id_, title_;
  RunDocument document_;
  std::uint64_t length_ = 0;
};

// A run in memory has its own.
std::size_t place_table_size(const Run& run) noexcept {
  if (run.memory != nullptr) return 0;
  return PlaceMap::memory_size(run.documents, run.entries);
}

}  // namespace

RunMerger::RunMerger(std::span<const Run> runs, std::size_t buffer_bytes)
    : runs_(runs), buffer_bytes_(buffer_bytes) {
  std::size_t size = 0;
  for (const Run& run : runs) size += run.documents + place_table_size(run);
  tables_ = Region(size * sizeof(std::uint32_t));
  std::span<std::uint32_t> left = {
      reinterpret_cast<std::uint32_t*>(tables_.data()), size};
  const auto take = [&left](std::size_t n) {
    const std::span<std::uint32_t> taken = left.first(n);
    left = left.subspan(n);
    return taken;
  };
  for (const Run& run : runs) {
    new_numbers_.push_back(take(run.documents));
    places_.emplace_back();
    if (run.memory != nullptr) continue;
    places_.back() =
        PlaceMap(run.documents, run.entries, take(place_table_size(run)));
  }
}

Status RunMerger::merge_documents(const DocumentSink& sink) {
  std::vector<std::unique_ptr<DocumentSource>> inputs;
  std::vector<std::uint32_t> heap, taken(runs_.size());
  const auto later = [&inputs](std::uint32_t a, std::uint32_t b) {
    const RunDocument& x = inputs[a]->document();
    const RunDocument& y = inputs[b]->document();
    const int order = run_order(x, y);
    return order != 0 ? order > 0 : a > b;
  };
  // False at the end of the run.
  const auto advance = [&](std::uint32_t run) -> Result<bool> {
    if (!inputs[run]->next()) {
      if (Status s = inputs[run]->status(); !s) return s;
      return false;
    }
    const RunDocument& d = inputs[run]->document();
    if (runs_[run].memory == nullptr &&
        !places_[run].add(d.length, d.first_position)) {
      return damaged_run();
    }
    return true;
  };
  const auto push = [&](std::uint32_t run) {
    heap.push_back(run);
    std::push_heap(heap.begin(), heap.end(), later);
  };
  for (std::uint32_t run = 0; run < runs_.size(); ++run) {
    inputs.push_back(open_documents(runs_[run], buffer_bytes_));
    const Result<bool> any = advance(run);
    if (!any) return any.error();
    if (*any) push(run);
  }
  DocumentGatherer gatherer(sink);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), later);
    const std::uint32_t run = heap.back();
    heap.pop_back();
    // Documents mostly were added in order, so that many follow from one run.
    for (bool first = true; first;) {
      std::uint32_t number = TermSource::kNoDocument;
      auto kept = gatherer.take(inputs[run]->document(), number);
      if (!kept) return kept.error();
      new_numbers_[run][taken[run]++] =
          *kept ? number : TermSource::kNoDocument;
      const Result<bool> any = advance(run);
      if (!any) return any.error();
      if (!*any) break;
      first = heap.empty() || !later(run, heap.front());
      if (!first) push(run);
    }
  }
  return gatherer.flush();
}

double RunMerger::share_done() const noexcept {
  // Unlike runs mix different units; a progress display does not mind.
  std::uint64_t done = 0;
  std::uint64_t total = 1;
  for (const auto& input : inputs_) {
    done += input->consumed();
    total += input->total();
  }
  return static_cast<double>(done) / static_cast<double>(total);
}

Status RunMerger::merge_terms(TermSink& sink, const Checkpoint& checkpoint) {
  const auto later = [this](std::uint32_t a, std::uint32_t b) {
    const TermSource& x = *inputs_[a];
    const TermSource& y = *inputs_[b];
    if (x.prefix() != y.prefix()) return x.prefix() > y.prefix();
    const int order = x.term().compare(y.term());
    return order != 0 ? order > 0 : a > b;
  };
  const auto advance = [&](std::uint32_t run) {
    if (!inputs_[run]->next_term()) return inputs_[run]->status();
    heap_.push_back(run);
    std::push_heap(heap_.begin(), heap_.end(), later);
    return Status();
  };
  checkpoint_ = &checkpoint;
  for (std::uint32_t run = 0; run < runs_.size(); ++run) {
    inputs_.push_back(
        open_terms(runs_[run], new_numbers_[run], places_[run], buffer_bytes_));
    if (Status s = advance(run); !s) return s;
  }
  for (std::uint64_t terms = 0; !heap_.empty(); ++terms) {
    if (terms % kTermsPerCheck == 0) {
      if (Status s = checkpoint(share_done()); !s) return s;
    }
    same_.clear();
    do {
      std::pop_heap(heap_.begin(), heap_.end(), later);
      same_.push_back(heap_.back());
      heap_.pop_back();
    } while (!heap_.empty() &&
             inputs_[heap_.front()]->term() == inputs_[same_.front()]->term());
    if (Status s = merge_postings(sink); !s) return s;
    // merge_postings reorders same_; the heap does not mind.
    for (const std::uint32_t run : same_) {
      if (Status s = advance(run); !s) return s;
    }
  }
  return {};
}

Status RunMerger::emit(const Postings& postings, TermSink& sink) {
  if (postings.documents.empty()) return {};
  if (!term_begun_) {
    term_begun_ = true;
    Status s = sink.begin_term(inputs_[same_.front()]->term());
    if (!s) return s;
  }
  unchecked_ += postings.positions.size();
  if (unchecked_ > kOccurrencesPerCheck) {
    unchecked_ = 0;
    if (Status s = (*checkpoint_)(share_done()); !s) return s;
  }
  return sink.add(postings);
}

Status RunMerger::drain(TermSource& terms, std::uint32_t limit,
                        TermSink& sink) {
  while (terms.document() < limit) {
    terms.take_below(limit, batch_);
    if (batch_.postings() < kPostingsAtOnce &&
        batch_.occurrences() < kOccurrencesAtOnce) {
      continue;
    }
    if (Status s = emit(batch_.settled(), sink); !s) return s;
    batch_.drop_settled();
  }
  return terms.status();
}

Status RunMerger::merge_postings(TermSink& sink) {
  // Runs mostly hold documents apart from each other, or long stretches of
  // them: so take from one run as long as it is ahead of all others.
  const auto later = [this](std::uint32_t a, std::uint32_t b) {
    const std::uint32_t x = inputs_[a]->document();
    const std::uint32_t y = inputs_[b]->document();
    return x != y ? x > y : a > b;
  };
  term_begun_ = false;
  const auto begin = same_.begin();
  std::make_heap(begin, same_.end(), later);
  for (auto end = same_.end(); end != begin;) {
    std::pop_heap(begin, end, later);
    TermSource& first = *inputs_[*(end - 1)];
    std::uint32_t limit = TermSource::kNoDocument;
    if (end - begin > 1) {
      // Of a document in both, the earlier run has the earlier part.
      const std::uint32_t next = inputs_[*begin]->document();
      limit = next == TermSource::kNoDocument ? next : next + 1;
      if (*(end - 1) > *begin && limit != TermSource::kNoDocument) --limit;
    }
    if (Status s = drain(first, limit, sink); !s) return s;
    if (first.document() == TermSource::kNoDocument) {
      --end;
    } else {
      std::push_heap(begin, end, later);
    }
  }
  if (Status s = emit(batch_.all(), sink); !s) return s;
  batch_.clear();
  return term_begun_ ? sink.end_term() : Status();
}

}  // namespace kwic
