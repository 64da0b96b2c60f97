// SPDX-License-Identifier: Apache-2.0
#include "query/matcher.h"

#include <algorithm>
#include <string>

#include "base/limits.h"
#include "query/phrase.h"

namespace kwic {
namespace {

class NothingMatcher final : public Matcher {
 public:
  std::uint32_t seek(std::uint32_t) override { return kEndDoc; }
  float score() override { return 0; }
};

class EverythingMatcher final : public Matcher {
 public:
  void reset(std::uint32_t documents) { documents_ = documents; }
  std::uint32_t seek(std::uint32_t doc) override {
    return doc < documents_ ? doc : kEndDoc;
  }
  float score() override { return 0; }

 private:
  std::uint32_t documents_ = 0;
};

class TermMatcher final : public Matcher {
 public:
  void reset(const MatcherContext& context, const TermInfo& info) {
    source_ = context.source;
    doc_ = 0;
    list_.open(*source_, info, bm25_idf(source_->documents, info.doc_freq),
               context.norm);
  }
  std::uint32_t seek(std::uint32_t doc) override {
    return doc_ = list_.cursor().seek(doc);
  }
  float score() override { return list_.score(source_->lengths(doc_)); }

 private:
  PostingSource* source_ = nullptr;
  ScoredList list_;
  std::uint32_t doc_ = 0;
};

class PhraseMatcher final : public Matcher {
 public:
  // `words`: what is left out of the terms (see QueryTerms::split).
  void reset(const MatcherContext& context, const std::vector<TermInfo>& infos,
             const std::vector<PhraseWord>& words) {
    source_ = context.source;
    norm_ = context.norm;
    weight_ = 0;
    doc_ = tf_ = 0;
    started_ = false;
    terms_.clear();
    for (std::uint32_t i = 0; i < infos.size(); ++i) {
      weight_ += bm25_idf(source_->documents, infos[i].doc_freq);
      if (i == cursors_.size()) {
        cursors_.push_back(std::make_unique<ListCursor>());
      }
      const bool asked = i + 1 < words.size() && words[i + 1].unsure;
      if (words[i].left_out && !asked) continue;
      cursors_[i]->open(*source_, infos[i]);
      if (words[i].left_out) continue;
      ListCursor* const before =
          words[i].unsure ? cursors_[i - 1].get() : nullptr;
      terms_.push_back({cursors_[i].get(), i, words[i].behind, before});
    }
    PhraseCounter::order(terms_);
  }
  std::uint32_t seek(std::uint32_t doc) override {
    if (doc <= doc_ && started_) return doc_;
    started_ = true;
    for (doc_ = next(doc); doc_ != kEndDoc; doc_ = next(doc_ + 1)) {
      tf_ = counter_.count(terms_);
      if (tf_ > 0) break;
    }
    return doc_;
  }
  float score() override {
    return weight_ * bm25_saturation(tf_, norm_(source_->lengths(doc_)));
  }

 private:
  // The first document >= doc with every word.
  std::uint32_t next(std::uint32_t doc) {
    for (std::size_t agreed = 0, i = 0; agreed < terms_.size();
         i = (i + 1) % terms_.size()) {
      const std::uint32_t at = terms_[i].cursor->seek(doc);
      if (at == kEndDoc) return kEndDoc;
      agreed = at == doc ? agreed + 1 : 1;
      doc = at;
    }
    return doc;
  }

  PostingSource* source_ = nullptr;
  Bm25Norm norm_{0, 0};
  float weight_ = 0;
  std::vector<std::unique_ptr<ListCursor>> cursors_;  // as many as ever needed
  std::vector<PhraseTerm> terms_;
  PhraseCounter counter_;
  std::uint32_t doc_ = 0;
  std::uint32_t tf_ = 0;
  bool started_ = false;
};

class BooleanMatcher final : public Matcher {
 public:
  void reset(std::uint32_t documents) {
    documents_ = documents;
    clauses_.clear();
    must_ = should_ = started_ = false;
    doc_ = 0;
  }

  void add(Occur occur, Matcher* matcher) {
    clauses_.push_back({occur, matcher});
    must_ |= occur == Occur::kMust;
    should_ |= occur == Occur::kShould;
  }

  // Clauses may already be beyond an earlier document, so what was found for
  // it is kept, not looked for again.
  std::uint32_t seek(std::uint32_t doc) override {
    if (started_ && doc <= doc_) return doc_;
    started_ = true;
    for (;;) {
      doc_ = candidate(doc);
      if (doc_ == kEndDoc || !excluded()) return doc_;
      doc = doc_ + 1;
    }
  }

  float score() override {
    float sum = 0;
    for (const Clause& c : clauses_) {
      if (c.occur == Occur::kMust ||
          (c.occur == Occur::kShould && c.matcher->seek(doc_) == doc_)) {
        sum += c.matcher->score();
      }
    }
    return sum;
  }

 private:
  struct Clause {
    Occur occur;
    Matcher* matcher;
  };

  std::uint32_t candidate(std::uint32_t doc) {
    if (must_) return agreed(doc);
    if (!should_) return doc < documents_ ? doc : kEndDoc;
    std::uint32_t least = kEndDoc;
    for (const Clause& c : clauses_) {
      if (c.occur == Occur::kShould)
        least = std::min(least, c.matcher->seek(doc));
    }
    return least;
  }

  // The first document >= doc that every kMust clause matches.
  std::uint32_t agreed(std::uint32_t doc) {
    for (bool again = true; again;) {
      again = false;
      for (const Clause& c : clauses_) {
        if (c.occur != Occur::kMust) continue;
        const std::uint32_t at = c.matcher->seek(doc);
        if (at == kEndDoc) return kEndDoc;
        again |= at != doc;
        doc = at;
      }
    }
    return doc;
  }

  bool excluded() {
    for (const Clause& c : clauses_) {
      if (c.occur == Occur::kMustNot && c.matcher->seek(doc_) == doc_) {
        return true;
      }
    }
    return false;
  }

  std::vector<Clause> clauses_;
  std::uint32_t documents_ = 0;
  bool must_ = false, should_ = false;
  bool started_ = false;
  std::uint32_t doc_ = 0;
};

// Matchers of one kind, used again from query to query.
template <typename Kind>
class Pool {
 public:
  void release() { used_ = 0; }
  Kind& take() {
    if (used_ == matchers_.size()) {
      matchers_.push_back(std::make_unique<Kind>());
    }
    return *matchers_[used_++];
  }

 private:
  std::vector<std::unique_ptr<Kind>> matchers_;
  std::size_t used_ = 0;
};

}  // namespace

class MatcherPool::Impl {
 public:
  Result<Matcher*> make(const MatcherContext& context, const QueryTree& tree) {
    constexpr int kDeepest = 2 * kMaxQueryDepth + 8;
    terms_.release();
    phrases_.release();
    booleans_.release();
    everything_.reset(context.source->documents);
    nodes_.clear();
    for (const QueryNode& node : tree.nodes) {
      Node made{&nothing_, 1};
      switch (node.kind) {
        case NodeKind::kNothing: break;
        case NodeKind::kEverything: made.matcher = &everything_; break;
        case NodeKind::kBoolean:
          if (Status s = make_boolean(context, node, made); !s) return s;
          break;
        default: made.matcher = &make_terms(context, node);
      }
      if (made.depth > kDeepest) {
        return Status(StatusCode::kLimit, "the query is nested too deeply");
      }
      nodes_.push_back(made);
    }
    return nodes_.empty() ? &nothing_ : nodes_.back().matcher;
  }

 private:
  struct Node {
    Matcher* matcher;
    int depth;
  };

  Status make_boolean(const MatcherContext& context, const QueryNode& node,
                      Node& made) {
    BooleanMatcher& matcher = booleans_.take();
    matcher.reset(context.source->documents);
    for (const QueryClause& clause : node.clauses) {
      if (clause.node >= nodes_.size()) {
        return Status(StatusCode::kInternal, "query tree: child after parent");
      }
      const Node& child = nodes_[clause.node];
      made.depth = std::max(made.depth, child.depth + 1);
      matcher.add(clause.occur, child.matcher);
    }
    made.matcher = &matcher;
    return {};
  }

  Matcher& make_terms(const MatcherContext& context, const QueryNode& node) {
    if (!context.terms->split(node, words_)) return nothing_;
    infos_.clear();
    for (const PhraseWord& word : words_) {
      infos_.push_back(context.terms->info(word.number));
    }
    if (infos_.empty()) return nothing_;
    if (infos_.size() == 1) {
      TermMatcher& matcher = terms_.take();
      matcher.reset(context, infos_[0]);
      return matcher;
    }
    PhraseMatcher& matcher = phrases_.take();
    matcher.reset(context, infos_, words_);
    return matcher;
  }

  NothingMatcher nothing_;
  EverythingMatcher everything_;
  Pool<TermMatcher> terms_;
  Pool<PhraseMatcher> phrases_;
  Pool<BooleanMatcher> booleans_;
  std::vector<Node> nodes_;
  std::vector<TermInfo> infos_;
  std::vector<PhraseWord> words_;
};

MatcherPool::MatcherPool() : impl_(std::make_unique<Impl>()) {}
MatcherPool::~MatcherPool() = default;

Result<Matcher*> MatcherPool::make(const MatcherContext& context,
                                   const QueryTree& tree) {
  return impl_->make(context, tree);
}

}  // namespace kwic
