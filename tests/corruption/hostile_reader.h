// SPDX-License-Identifier: Apache-2.0
// HostileReader: uses every way into an index whose bytes are damaged, and
// holds each call to what is promised for any bytes: it ends soon, takes little
// memory, and its answer is well formed.
#ifndef KWIC_TESTS_CORRUPTION_HOSTILE_READER_H_
#define KWIC_TESTS_CORRUPTION_HOSTILE_READER_H_

#include <time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "kwic/index.h"
#include "kwic/searcher.h"
#include "tests/corruption/allocation_meter.h"

namespace kwic::testing {

// Of this thread: other programs do not count.
inline double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

// One or more for each plan of the executor, with words of all small indexes.
inline constexpr const char* kHostileQueries[] = {
    "common",
    "giant",
    "block",
    "even OR block OR often OR giant",
    "common often security",
    "block even wall",
    "+common often security -weapon",
    "\"often often\"",
    "\"block wall block\"",
    "\"giant weapon\" common",
    "\"the exact phrase\" OR security OR NOT block",
    "(even OR often) AND NOT (block OR \"exact phrase\")",
    "NOT block",
    "de-escalation",
};

inline bool well_formed(const Snippet& snippet) {
  std::uint32_t end = 0;
  for (const Snippet::Range& range : snippet.matches) {
    if (range.begin < end || range.end < range.begin) return false;
    end = range.end;
  }
  return end <= snippet.text.size();
}

class HostileReader {
 public:
  // What one call may take on a small index.
  static constexpr double kMaxSeconds = 2;  // of the processor
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

  // Opens the index and, if that works, asks it everything; `deep` verifies it
  // too. Returns what broke a promise; empty if nothing did.
  std::string read(std::span<const std::byte> bytes, bool deep);

  // Figures of all calls so far.
  std::uint64_t opened() const noexcept { return opened_; }
  std::uint64_t calls() const noexcept { return calls_; }
  std::uint64_t errors() const noexcept { return errors_; }
  std::uint64_t hits() const noexcept { return hits_; }
  std::string figures() const;

 private:
  void ask(const Index& index);
  void search(Searcher& searcher, const std::string& query,
              const SearchOptions& options);
  // Runs `call`, which returns whether it succeeded.
  void measured(const std::string& name, const std::function<bool()>& call);
  void blame(const std::string& what);

  std::string blame_;
  std::uint64_t opened_ = 0, calls_ = 0, errors_ = 0, hits_ = 0;
  double slowest_ = 0;
  std::size_t largest_ = 0;
  std::string slowest_call_, largest_call_;
};

inline void HostileReader::blame(const std::string& what) {
  if (blame_.empty()) blame_ = what;
}

inline void HostileReader::measured(const std::string& name,
                                    const std::function<bool()>& call) {
  ++calls_;
  const double begin = processor_seconds();
  const AllocationMeter meter;
  if (!call()) ++errors_;
  const double seconds = processor_seconds() - begin;
  if (seconds > slowest_) {
    slowest_ = seconds;
    slowest_call_ = name;
  }
  if (meter.seen().sum > largest_) {
    largest_ = meter.seen().sum;
    largest_call_ = name;
  }
  if (seconds > kMaxSeconds) {
    blame(name + " took " + std::to_string(seconds) + " s");
  }
  if (meter.seen().sum > kMaxBytes) {
    blame(name + " took " + std::to_string(meter.seen().sum) + " bytes");
  }
}

inline void HostileReader::search(Searcher& searcher, const std::string& query,
                                  const SearchOptions& options) {
  measured(query, [&] {
    const auto found = searcher.search(query, options);
    if (!found) return false;
    if (found->hits.size() > options.limit) blame(query + ": too many hits");
    if (found->total < found->hits.size()) blame(query + ": total too small");
    hits_ += found->hits.size();
    for (const Hit& hit : found->hits) {
      if (!well_formed(hit.snippet)) blame(query + ": malformed snippet");
    }
    return true;
  });
}

inline void HostileReader::ask(const Index& index) {
  Searcher searcher(index);
  // Filling hits in is most of the work and does not depend on the plan.
  std::size_t number = 0;
  for (const char* query : kHostileQueries) {
    search(searcher, query, {.limit = 2, .fill = number++ % 5 == 0});
  }
  search(searcher, "even block often giant",
         {.limit = 3,
          .operation = Operator::kOr,
          .count_all = false,
          .fill = false});
  measured("count", [&] { return searcher.count("common -block").ok(); });
  measured("find", [&] { return index.find("d/0077").ok(); });
  const auto documents = static_cast<DocId>(index.stats().documents);
  for (const DocId doc : {DocId{0}, documents / 2, documents - 1}) {
    measured("text", [&] { return index.text(doc).ok(); });
  }
  for (const char* prefix : {"", "s"}) {
    measured("terms", [&] {
      return index.terms(prefix, [](const TermStats&) { return true; }).ok();
    });
  }
}

inline std::string HostileReader::read(std::span<const std::byte> bytes,
                                       bool deep) {
  blame_.clear();
  measured("open", [&] { return Index::open_memory(bytes).ok(); });
  const auto index = Index::open_memory(bytes);
  if (!index) return blame_;
  ++opened_;
  ask(*index);
  if (deep) {
    measured("verify", [&] { return index->verify(VerifyLevel::kDeep).ok(); });
  }
  return blame_;
}

inline std::string HostileReader::figures() const {
  return std::to_string(calls_) + " calls, " + std::to_string(errors_) +
         " failed; slowest " + std::to_string(slowest_ * 1e6) +
         " us: " + slowest_call_ + "; most memory " + std::to_string(largest_) +
         " bytes: " + largest_call_;
}

}  // namespace kwic::testing

#endif  // KWIC_TESTS_CORRUPTION_HOSTILE_READER_H_
