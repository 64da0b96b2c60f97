// SPDX-License-Identifier: Apache-2.0
#include "kwic/searcher.h"

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

Result<QueryTree> parse(std::string_view query, const SearchOptions& options,
                        const Analyzer& analyzer) {
  if (options.syntax == Syntax::kPlain) {
    return parse_plain(query, options.operation, analyzer);
  }
  return parse_query(query, options.operation, analyzer);
}

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

Status no_searcher() {
  return {StatusCode::kOutOfMemory,
          "this Searcher was moved from, or there was no memory to make it"};
}

}  // namespace

class Searcher::Impl {
 public:
  explicit Impl(std::shared_ptr<const Index::Impl> index)
      : index_(std::move(index)),
        executor_(*index_->file, index_->dictionary),
        snippets_(index_->analyzer) {}

  Result<SearchResult> search(std::string_view query,
                              const SearchOptions& options);
  Result<std::uint64_t> count(std::string_view query,
                              const SearchOptions& options);

 private:
  Status run(const QueryTree& tree, const SearchOptions& options,
             SearchResult& result);
  Status fill(const QueryTree& tree, const SearchOptions& options,
              SearchResult& result);
  Status fill_snippet(std::uint64_t body_bytes, std::size_t max_bytes,
                      Hit& hit);

  const std::shared_ptr<const Index::Impl> index_;
  Executor executor_;
  ExecutorResult found_;
  SnippetMaker snippets_;
  DocStore::Scratch scratch_;
};

Result<SearchResult> Searcher::Impl::search(std::string_view query,
                                            const SearchOptions& options) {
  if (Status status = check_limits(options); !status) return status;
  Result<QueryTree> tree = parse(query, options, index_->analyzer);
  if (!tree) return tree.error();
  SearchResult result;
  if (Status status = run(*tree, options, result); !status) return status;
  if (!options.fill || result.hits.empty()) return result;
  if (Status status = fill(*tree, options, result); !status) return status;
  return result;
}

// Finds and counts; the hits get documents and scores only.
Status Searcher::Impl::run(const QueryTree& tree, const SearchOptions& options,
                           SearchResult& result) {
  if (options.limit == 0) return executor_.count(tree, result.total);
  Status status = executor_.search(tree, options.offset + options.limit,
                                   options.count_all, found_);
  if (!status) return status;
  result.total = found_.total;
  result.exact = found_.exact;
  for (std::size_t i = options.offset; i < found_.top.size(); ++i) {
    Hit& hit = result.hits.emplace_back();
    hit.doc = found_.top[i].doc;
    hit.score = found_.top[i].score;
  }
  return {};
}

Status Searcher::Impl::fill(const QueryTree& tree, const SearchOptions& options,
                            SearchResult& result) {
  const bool snippets = options.snippet_bytes > 0 && index_->store.present();
  if (snippets) snippets_.set_query(tree);
  for (Hit& hit : result.hits) {
    Result<DocumentInfo> info = index_->documents.info(hit.doc);
    if (!info) return info.error();
    hit.id = std::move(info->id);
    hit.title = std::move(info->title);
    if (!snippets) continue;
    Status status = fill_snippet(info->body_bytes, options.snippet_bytes, hit);
    if (!status) return status;
  }
  return {};
}

Status Searcher::Impl::fill_snippet(std::uint64_t body_bytes,
                                    std::size_t max_bytes, Hit& hit) {
  TextSource body;
  body.size = body_bytes;
  body.read = [&](std::uint64_t begin, std::uint64_t size, std::string& out) {
    return index_->store.read_range(hit.doc, begin, size, scratch_, out);
  };
  return snippets_.make(body, max_bytes, hit.snippet);
}

Result<std::uint64_t> Searcher::Impl::count(std::string_view query,
                                            const SearchOptions& options) {
  Result<QueryTree> tree = parse(query, options, index_->analyzer);
  if (!tree) return tree.error();
  std::uint64_t total = 0;
  if (Status status = executor_.count(*tree, total); !status) return status;
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

Result<SearchResult> Searcher::search(std::string_view query,
                                      const SearchOptions& options) {
  if (impl_ == nullptr) return no_searcher();
  return no_throw([&] { return impl_->search(query, options); });
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
    const Result<QueryTree> tree = parse(query, options, analyzer);
    if (!tree) return tree.error();
    return query_text(*tree);
  });
}

}  // namespace kwic
