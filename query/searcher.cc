// SPDX-License-Identifier: Apache-2.0
#include "kwic/searcher.h"

#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "base/limits.h"
#include "query/executor.h"
#include "query/index_impl.h"
#include "query/no_throw.h"
#include "query/plain_query.h"
#include "query/query_parser.h"
#include "query/query_text.h"
#include "query/snippet.h"

namespace kwic {
namespace {

// Text into a tree that is used again and again.
class Parser {
 public:
  explicit Parser(const Analyzer& analyzer)
      : plain_(analyzer), language_(analyzer) {}

  Status parse(std::string_view query, const SearchOptions& options) {
    if (options.syntax != Syntax::kPlain) {
      return language_.parse(query, options.operation, tree_);
    }
    plain_.parse(query, options.operation, tree_);
    return {};
  }
  const QueryTree& tree() const noexcept { return tree_; }

 private:
  PlainParser plain_;
  QueryParser language_;
  QueryTree tree_;
};

Status check_limits(const SearchOptions& options) {
  if (options.offset <= kMaxHits &&
      options.limit <= kMaxHits - options.offset) {
    return {};
  }
  return {StatusCode::kLimit,
          "offset " + std::to_string(options.offset) + " and limit " +
              std::to_string(options.limit) + " reach beyond hit " +
              std::to_string(kMaxHits) + ", the last that can be asked for"};
}

void set_hit(const ScoredDoc& found, Hit& hit) {
  hit.doc = found.doc;
  hit.score = found.score;
  hit.id.clear();
  hit.title.clear();
  hit.snippet.text.clear();
  hit.snippet.matches.clear();
  hit.snippet.cut_before = hit.snippet.cut_after = false;
}

Status no_searcher() {
  return {StatusCode::kOutOfMemory,
          "this Searcher was moved from, or there was no memory to make it"};
}

}  // namespace

class Searcher::Impl {
 public:
  explicit Impl(std::shared_ptr<const Index::Impl> index)
      : index_(std::move(index)),
        parser_(index_->analyzer),
        executor_(*index_->file, index_->dictionary),
        snippets_(index_->analyzer) {}

  Status search(std::string_view query, const SearchOptions& options,
                SearchResult& result);
  Result<std::uint64_t> count(std::string_view query,
                              const SearchOptions& options);

 private:
  Status run(const SearchOptions& options, SearchResult& result);
  Status fill(const SearchOptions& options, SearchResult& result);
  Status fill_snippet(std::size_t max_bytes, Hit& hit);

  const std::shared_ptr<const Index::Impl> index_;
  Parser parser_;
  Executor executor_;
  ExecutorResult found_;
  SnippetMaker snippets_;
  DocStore::Scratch scratch_;
};

Status Searcher::Impl::search(std::string_view query,
                              const SearchOptions& options,
                              SearchResult& result) {
  if (Status status = check_limits(options); !status) return status;
  Status status = parser_.parse(query, options);
  if (status) status = run(options, result);
  if (status && options.fill) status = fill(options, result);
  return status;
}

// Finds and counts; the hits get documents and scores only.
Status Searcher::Impl::run(const SearchOptions& options, SearchResult& result) {
  const QueryTree& tree = parser_.tree();
  if (options.limit == 0) {
    result.hits.clear();
    result.exact = true;
    return executor_.count(tree, result.total);
  }
  Status status = executor_.search(tree, options.offset + options.limit,
                                   options.count_all, found_);
  if (!status) return status;
  result.total = found_.total;
  result.exact = found_.exact;
  const std::size_t passed = std::min(options.offset, found_.top.size());
  result.hits.resize(found_.top.size() - passed);
  for (std::size_t i = 0; i < result.hits.size(); ++i) {
    set_hit(found_.top[passed + i], result.hits[i]);
  }
  return {};
}

Status Searcher::Impl::fill(const SearchOptions& options,
                            SearchResult& result) {
  if (result.hits.empty()) return {};
  const bool snippets = options.snippet_bytes > 0 && index_->store.present();
  if (snippets) snippets_.set_query(parser_.tree());
  const bool cold = index_->documents.will_need(
      result.hits.size(), [&](std::size_t i) { return result.hits[i].doc; });
  for (std::size_t i = 0; cold && snippets && i < result.hits.size(); ++i) {
    index_->store.will_need(result.hits[i].doc);
  }
  for (Hit& hit : result.hits) {
    Status status = index_->documents.name(hit.doc, hit.id, hit.title);
    if (status && snippets) status = fill_snippet(options.snippet_bytes, hit);
    if (!status) return status;
  }
  return {};
}

Status Searcher::Impl::fill_snippet(std::size_t max_bytes, Hit& hit) {
  const Result<std::uint64_t> bytes = index_->store.size(hit.doc);
  if (!bytes) return bytes.error();
  TextSource body;
  body.size = *bytes;
  body.read = [&](std::uint64_t begin, std::uint64_t size, std::string& out) {
    return index_->store.read_range(hit.doc, begin, size, scratch_, out);
  };
  return snippets_.make(body, max_bytes, hit.snippet);
}

Result<std::uint64_t> Searcher::Impl::count(std::string_view query,
                                            const SearchOptions& options) {
  if (Status s = parser_.parse(query, options); !s) return s;
  std::uint64_t total = 0;
  if (Status s = executor_.count(parser_.tree(), total); !s) return s;
  return total;
}

Searcher::Searcher(Index index) {
  try {
    impl_ = std::make_unique<Impl>(index.impl_);
  } catch (const std::bad_alloc&) {
    // Told by the first call: a constructor has no other way.
  }
}
Searcher::Searcher(Searcher&&) noexcept = default;
Searcher& Searcher::operator=(Searcher&&) noexcept = default;
Searcher::~Searcher() = default;

Status Searcher::search(std::string_view query, const SearchOptions& options,
                        SearchResult& result) {
  Status status = no_throw([&]() -> Status {
    if (impl_ == nullptr) return no_searcher();
    return impl_->search(query, options, result);
  });
  if (!status) result = {};
  return status;
}

Result<SearchResult> Searcher::search(std::string_view query,
                                      const SearchOptions& options) {
  SearchResult result;
  Status status = search(query, options, result);
  if (!status) return status;
  return result;
}

Result<std::uint64_t> Searcher::count(std::string_view query,
                                      const SearchOptions& options) {
  if (impl_ == nullptr) return no_searcher();
  return no_throw([&] { return impl_->count(query, options); });
}

Result<std::string> explain_query(const Index& index, std::string_view query,
                                  const SearchOptions& options) {
  return no_throw([&]() -> Result<std::string> {
    const Analyzer& analyzer = analyzer_for(index.stats().analyzer);
    Parser parser(analyzer);
    if (Status status = parser.parse(query, options); !status) return status;
    return query_text(parser.tree());
  });
}

}  // namespace kwic
