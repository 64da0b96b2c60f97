// SPDX-License-Identifier: Apache-2.0
#include "index/document_merger.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "index/run_reader.h"

namespace kwic {
namespace {

// The document that is being put together from its parts.
class DocumentGatherer {
 public:
  explicit DocumentGatherer(const DocumentSink& sink) : sink_(sink) {}

  // Sets `number` if `d` is of the document being gathered, or a new one, and
  // leaves it if it lost against one with the same id.
  Status take(const RunDocument& d, std::uint32_t& number) {
    if (any_ && d.id == id_) {
      if (d.sequence != document_.sequence) return {};
      length_ += d.length;
    } else {
      if (Status s = flush(); !s) return s;
      begin(d);
    }
    number = count_ - 1;
    return {};
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

  const DocumentSink& sink_;
  bool any_ = false;
  std::uint32_t count_ = 0;
  std::string id_, title_;
  RunDocument document_;
  std::uint64_t length_ = 0;
};

}  // namespace

Status merge_documents(std::span<const Run> runs, std::size_t buffer_bytes,
                       NumberSink& numbers, const DocumentSink& sink) {
  std::vector<std::unique_ptr<DocumentSource>> inputs;
  std::vector<std::uint32_t> heap;
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
    return true;
  };
  const auto push = [&](std::uint32_t run) {
    heap.push_back(run);
    std::push_heap(heap.begin(), heap.end(), later);
  };
  for (std::uint32_t run = 0; run < runs.size(); ++run) {
    inputs.push_back(open_documents(runs[run], buffer_bytes));
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
      const RunDocument& document = inputs[run]->document();
      if (Status s = gatherer.take(document, number); !s) return s;
      if (Status s = numbers.add(run, number, document); !s) return s;
      const Result<bool> any = advance(run);
      if (!any) return any.error();
      if (!*any) break;
      first = heap.empty() || !later(run, heap.front());
      if (!first) push(run);
    }
  }
  return gatherer.flush();
}

}  // namespace kwic
