// SPDX-License-Identifier: Apache-2.0
#include "index/run_merger.h"

#include <algorithm>

namespace kwic {
namespace {

constexpr std::uint64_t kTermsPerCheck = 4096;
constexpr std::uint64_t kOccurrencesPerCheck = std::uint64_t{1} << 19;
constexpr std::size_t kPostingsAtOnce = 1024;
constexpr std::size_t kOccurrencesAtOnce = 4096;

}  // namespace

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
    inputs_.push_back(open_terms(runs_[run], tables_->new_numbers(run),
                                 tables_->places(run), buffer_bytes_));
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
