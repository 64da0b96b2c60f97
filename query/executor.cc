// SPDX-License-Identifier: Apache-2.0
#include "query/executor.h"

#include <algorithm>
#include <string_view>

#include "query/matcher.h"
#include "query/plan_all.h"
#include "query/plan_any.h"
#include "query/plan_behind.h"
#include "query/plan_one.h"
#include "query/query_terms.h"
#include "query/top_k.h"

namespace kwic {
namespace {

// The shapes that have a plan of their own.
enum class Shape { kNothing, kAny, kAll, kGeneral };

bool is_term(const QueryNode& node) { return node.kind == NodeKind::kTerm; }

Shape shape_of_boolean(const QueryTree& tree, const QueryNode& root) {
  bool must = false;
  bool should_only = true;
  for (const QueryClause& clause : root.clauses) {
    if (clause.node >= tree.nodes.size()) return Shape::kGeneral;
    const QueryNode& child = tree.nodes[clause.node];
    if (child.kind == NodeKind::kBoolean ||
        child.kind == NodeKind::kEverything) {
      return Shape::kGeneral;
    }
    const bool term = is_term(child) || child.kind == NodeKind::kNothing;
    must |= clause.occur == Occur::kMust;
    should_only &= clause.occur == Occur::kShould && term;
    if (clause.occur != Occur::kMust && !term) return Shape::kGeneral;
  }
  if (must) return Shape::kAll;
  return should_only && !root.clauses.empty() ? Shape::kAny : Shape::kGeneral;
}

Shape shape_of(const QueryTree& tree) {
  if (tree.nodes.empty()) return Shape::kNothing;
  switch (tree.root().kind) {
    case NodeKind::kNothing: return Shape::kNothing;
    case NodeKind::kTerm: return Shape::kAny;
    case NodeKind::kPhrase: return Shape::kAll;
    case NodeKind::kEverything: return Shape::kGeneral;
    case NodeKind::kBoolean: return shape_of_boolean(tree, tree.root());
  }
  return Shape::kGeneral;
}

}  // namespace

class Executor::Impl {
 public:
  Impl(const IndexFile& file, const TermDictionary& dictionary)
      : source_(file),
        terms_(dictionary, file.section(SectionKind::kFrequentWords)),
        norm_(file.stats().documents, file.stats().tokens, file.bm25_k1(),
              file.bm25_b()) {}

  Status search(const QueryTree& tree, std::size_t limit, bool count_all,
                ExecutorResult& result) {
    result.top.clear();
    result.total = 0;
    result.exact = true;
    const Shape shape = shape_of(tree);
    begin(tree, shape, limit > 0);
    switch (shape) {
      case Shape::kNothing: return {};
      case Shape::kAny: search_any(tree, limit, count_all, result); break;
      case Shape::kAll: search_all(tree, limit, count_all, result); break;
      case Shape::kGeneral:
        if (Status s = search_general(tree, limit, result); !s) return s;
    }
    top_.take(result.top);
    result.total = std::max<std::uint64_t>(result.total, result.top.size());
    return damage();
  }

  Status count(const QueryTree& tree, std::uint64_t& total) {
    total = 0;
    const Shape shape = shape_of(tree);
    if (shape == Shape::kAny && is_term(tree.root())) {
      return count_term(tree.root(), total);
    }
    begin(tree, shape, false);
    switch (shape) {
      case Shape::kNothing: return {};
      case Shape::kAny:
        collect_any(tree);
        total = any_.count(source_, any_lists_);
        break;
      case Shape::kAll:
        if (collect_all(tree)) total = count_all();
        break;
      case Shape::kGeneral: {
        ExecutorResult result;  // of no hits: allocates nothing
        if (Status s = search_general(tree, 0, result); !s) return s;
        total = result.total;
      }
    }
    return damage();
  }

 private:
  void begin(const QueryTree& tree, Shape shape, bool ranked) {
    source_.damage = 0;
    source_.kernel = &kernels();
    ranked_ = ranked;
    top_.reset(0, 0);
    terms_.find(tree, ranked && shape != Shape::kAll, source_);
    opened_.clear();
    opened_.resize(terms_.count());
    lists_used_ = 0;
  }

  Status damage() const {
    if (source_.damage == 0) return {};
    return Status(StatusCode::kCorrupt,
                  "the posting lists of this query are damaged: run `kwic "
                  "verify` on the file and build it again");
  }

  // The dictionary knows how many documents a term has.
  Status count_term(const QueryNode& node, std::uint64_t& total) {
    source_.damage = 0;
    const std::uint32_t count = terms_.doc_freq(node.terms);
    if (count <= source_.documents) {
      total = count;
    } else {
      ++source_.damage;
    }
    return damage();
  }

  // Counting needs no weights.
  float idf(std::uint64_t doc_freq) const {
    return ranked_ ? bm25_idf(source_.documents, doc_freq) : 0;
  }

  // The list of a term, opened once per query; null if no document has it.
  ScoredList* list_of(const std::string& name) {
    const std::size_t number = terms_.number_of(name);
    return number == QueryTerms::kNone ? nullptr : list_of(number);
  }
  ScoredList* list_of(std::size_t number) {
    ScoredList*& list = opened_[number];
    if (list == nullptr) {
      if (lists_used_ == lists_.size()) {
        lists_.push_back(std::make_unique<ScoredList>());
      }
      list = lists_[lists_used_++].get();
      const TermInfo& info = terms_.info(number);
      list->open(source_, info, idf(info.doc_freq), norm_);
    }
    return list;
  }

  // ---- any of several terms
  void collect_any(const QueryTree& tree) {
    any_lists_.clear();
    const auto add = [&](const QueryNode& node) {
      if (!is_term(node) || node.terms.size() != 1) return;
      ScoredList* list = list_of(node.terms[0]);
      if (list == nullptr) return;
      if (std::find(any_lists_.begin(), any_lists_.end(), list) ==
          any_lists_.end()) {
        any_lists_.push_back(list);
      } else {
        list->add_weight(idf(list->list().doc_freq()));
      }
    };
    if (is_term(tree.root())) return add(tree.root());
    for (const QueryClause& clause : tree.root().clauses) {
      add(tree.nodes[clause.node]);
    }
  }

  void search_any(const QueryTree& tree, std::size_t limit, bool count_all,
                  ExecutorResult& result) {
    collect_any(tree);
    if (any_lists_.empty()) return;
    if (count_all || any_lists_.size() == 1) {
      result.total = any_.count(source_, any_lists_);
    }
    if (limit > 0 && any_lists_.size() == 1) {
      one_.search(*any_lists_[0], norm_, limit, top_);
    } else if (limit > 0) {
      any_.search(source_, any_lists_, norm_, limit, top_);
    }
    if (!count_all && any_lists_.size() > 1) {
      result.exact = false;
      for (const ScoredList* list : any_lists_) {
        result.total =
            std::max<std::uint64_t>(result.total, list->list().doc_freq());
      }
    }
  }

  // ---- all of several terms and phrases
  // False if a required term is in no document.
  bool collect_all(const QueryTree& tree) {
    all_query_.clear();
    phrases_used_ = 0;
    const QueryNode& root = tree.root();
    if (root.kind == NodeKind::kPhrase) return add_phrase(root);
    for (const QueryClause& clause : root.clauses) {
      const QueryNode& node = tree.nodes[clause.node];
      if (clause.occur == Occur::kMust) {
        if (!add_required(node)) return false;
        continue;
      }
      ScoredList* list = is_term(node) ? list_of(node.terms[0]) : nullptr;
      if (list == nullptr) continue;
      if (clause.occur == Occur::kMustNot) {
        all_query_.excluded.push_back(list);
      } else {
        all_query_.parts.push_back({list, nullptr, true});
      }
    }
    return !all_query_.required.empty();
  }

  bool add_required(const QueryNode& node) {
    if (node.kind == NodeKind::kPhrase) return add_phrase(node);
    if (!is_term(node)) return false;
    ScoredList* list = list_of(node.terms[0]);
    if (list == nullptr) return false;
    require(list);
    all_query_.parts.push_back({list, nullptr, false});
    return true;
  }

  void require(ScoredList* list) {
    auto& required = all_query_.required;
    if (std::find(required.begin(), required.end(), list) == required.end()) {
      required.push_back(list);
    }
  }

  bool add_phrase(const QueryNode& node) {
    if (phrases_used_ == phrases_.size()) {
      phrases_.push_back(std::make_unique<AllQuery::Phrase>());
    }
    AllQuery::Phrase& phrase = *phrases_[phrases_used_++];
    phrase.terms.clear();
    phrase.lists.clear();
    phrase.weight = 0;
    if (!terms_.split(node, words_)) return false;
    for (const PhraseWord& word : words_) {
      phrase.weight += idf(terms_.info(word.number).doc_freq);
    }
    add_phrase_terms(phrase);
    if (phrase.terms.empty()) return false;
    PhraseCounter::order(phrase.terms);
    all_query_.phrases.push_back(&phrase);
    all_query_.parts.push_back({nullptr, &phrase, false});
    return true;
  }

  void add_phrase_terms(AllQuery::Phrase& phrase) {
    for (std::uint32_t i = 0; i < words_.size(); ++i) {
      const PhraseWord& word = words_[i];
      if (!word.required) continue;
      ScoredList* list = list_of(word.number);
      require(list);
      phrase.lists.push_back(&list->cursor());
      if (word.left_out) continue;
      PhraseTerm term{&list->cursor(), i, word.behind};
      if (word.unsure) term.before = &list_of(words_[i - 1].number)->cursor();
      phrase.terms.push_back(term);
    }
  }

  std::uint64_t count_all() {
    return PlanBehind::serves(all_query_) ? behind_.count(all_query_)
                                          : all_.count(source_, all_query_);
  }

  // Counting apart from pruned ranking is faster than ranking everything,
  // except where positions must be read in both.
  void search_all(const QueryTree& tree, std::size_t limit, bool count_all,
                  ExecutorResult& result) {
    if (!collect_all(tree)) return;
    const bool behind = PlanBehind::serves(all_query_);
    const bool together =
        count_all && !behind && (!all_query_.phrases.empty() || limit == 0);
    if (count_all && !together) result.total = this->count_all();
    if (behind && limit == 0) return;
    const std::uint64_t seen =
        behind ? behind_.search(all_query_, norm_, limit, top_)
               : all_.search(source_, all_query_, norm_, limit, together, top_);
    if (!count_all) {
      result.total = seen;
      result.exact = false;
    } else if (together) {
      result.total = seen;
    }
  }

  // ---- anything
  Status search_general(const QueryTree& tree, std::size_t limit,
                        ExecutorResult& result) {
    const MatcherContext context{&source_, &terms_, norm_};
    const Result<Matcher*> matcher = matchers_.make(context, tree);
    if (!matcher) return matcher.error();
    Matcher& root = **matcher;
    top_.reset(limit, 0);
    for (std::uint32_t doc = root.seek(0); doc < source_.documents;
         doc = root.seek(doc + 1)) {
      ++result.total;
      if (limit > 0) top_.offer(doc, root.score());
    }
    return {};
  }

  PostingSource source_;
  bool ranked_ = false;
  QueryTerms terms_;
  std::vector<PhraseWord> words_;  // of a phrase
  Bm25Norm norm_;
  std::vector<ScoredList*> opened_;  // per term: null until it is wanted
  std::vector<std::unique_ptr<ScoredList>> lists_;
  std::size_t lists_used_ = 0;
  std::vector<ScoredList*> any_lists_;
  AllQuery all_query_;
  std::vector<std::unique_ptr<AllQuery::Phrase>> phrases_;
  std::size_t phrases_used_ = 0;
  PlanOne one_;
  PlanAny any_;
  PlanAll all_;
  PlanBehind behind_;
  MatcherPool matchers_;
  TopK top_;
};

Executor::Executor(const IndexFile& file, const TermDictionary& dictionary)
    : impl_(std::make_unique<Impl>(file, dictionary)) {}
Executor::~Executor() = default;

Status Executor::search(const QueryTree& tree, std::size_t limit,
                        bool count_all, ExecutorResult& result) {
  return impl_->search(tree, limit, count_all, result);
}

Status Executor::count(const QueryTree& tree, std::uint64_t& total) {
  return impl_->count(tree, total);
}

}  // namespace kwic
