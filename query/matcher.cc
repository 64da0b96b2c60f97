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
  explicit EverythingMatcher(std::uint32_t documents) : documents_(documents) {}
  std::uint32_t seek(std::uint32_t doc) override {
    return doc < documents_ ? doc : kEndDoc;
  }
  float score() override { return 0; }

 private:
  std::uint32_t documents_;
};

class TermMatcher final : public Matcher {
 public:
  TermMatcher(const MatcherContext& context, const TermInfo& info)
      : source_(context.source) {
    list_.open(*source_, info, bm25_idf(source_->documents, info.doc_freq),
               context.norm);
    list_.cursor().open(*source_, info);
  }
  std::uint32_t seek(std::uint32_t doc) override {
    return doc_ = list_.cursor().seek(doc);
  }
  float score() override { return list_.score(source_->lengths(doc_)); }

 private:
  PostingSource* source_;
  ScoredList list_;
  std::uint32_t doc_ = 0;
};

class PhraseMatcher final : public Matcher {
 public:
  PhraseMatcher(const MatcherContext& context,
                const std::vector<std::string>& words,
                const std::vector<TermInfo>& infos)
      : source_(context.source), norm_(context.norm) {
    for (std::uint32_t i = 0; i < words.size(); ++i) {
      weight_ += bm25_idf(source_->documents, infos[i].doc_freq);
      cursors_.push_back(std::make_unique<ListCursor>());
      cursors_.back()->open(*source_, infos[i]);
      terms_.push_back({cursors_.back().get(), i});
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
    for (std::size_t agreed = 0, i = 0; agreed < cursors_.size();
         i = (i + 1) % cursors_.size()) {
      const std::uint32_t at = cursors_[i]->seek(doc);
      if (at == kEndDoc) return kEndDoc;
      agreed = at == doc ? agreed + 1 : 1;
      doc = at;
    }
    return doc;
  }

  PostingSource* source_;
  Bm25Norm norm_;
  float weight_ = 0;
  std::vector<std::unique_ptr<ListCursor>> cursors_;
  std::vector<PhraseTerm> terms_;
  PhraseCounter counter_;
  std::uint32_t doc_ = 0;
  std::uint32_t tf_ = 0;
  bool started_ = false;
};

class BooleanMatcher final : public Matcher {
 public:
  struct Clause {
    Occur occur;
    Matcher* matcher;
  };

  BooleanMatcher(std::vector<Clause> clauses, std::uint32_t documents)
      : clauses_(std::move(clauses)), documents_(documents) {
    for (const Clause& c : clauses_) {
      must_ |= c.occur == Occur::kMust;
      should_ |= c.occur == Occur::kShould;
    }
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
  std::uint32_t documents_;
  bool must_ = false, should_ = false;
  bool started_ = false;
  std::uint32_t doc_ = 0;
};

std::unique_ptr<Matcher> make_terms(const MatcherContext& context,
                                    const QueryNode& node) {
  std::vector<TermInfo> infos(node.terms.size());
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (!context.dictionary->find(node.terms[i], infos[i])) {
      return std::make_unique<NothingMatcher>();
    }
  }
  if (infos.empty()) return std::make_unique<NothingMatcher>();
  if (infos.size() == 1) {
    return std::make_unique<TermMatcher>(context, infos[0]);
  }
  return std::make_unique<PhraseMatcher>(context, node.terms, infos);
}

}  // namespace

Result<MatcherTree> make_matchers(const MatcherContext& context,
                                  const QueryTree& tree) {
  constexpr int kDeepest = 2 * kMaxQueryDepth + 8;
  MatcherTree out;
  std::vector<int> depth;
  for (const QueryNode& node : tree.nodes) {
    int deepest = 0;
    std::unique_ptr<Matcher> matcher;
    if (node.kind == NodeKind::kBoolean) {
      std::vector<BooleanMatcher::Clause> clauses;
      for (const QueryClause& clause : node.clauses) {
        if (clause.node >= out.nodes.size()) {
          return Status(StatusCode::kInternal,
                        "query tree: child after parent");
        }
        deepest = std::max(deepest, depth[clause.node]);
        clauses.push_back({clause.occur, out.nodes[clause.node].get()});
      }
      matcher = std::make_unique<BooleanMatcher>(std::move(clauses),
                                                 context.source->documents);
    } else if (node.kind == NodeKind::kEverything) {
      matcher = std::make_unique<EverythingMatcher>(context.source->documents);
    } else if (node.kind == NodeKind::kNothing) {
      matcher = std::make_unique<NothingMatcher>();
    } else {
      matcher = make_terms(context, node);
    }
    if (deepest >= kDeepest) {
      return Status(StatusCode::kLimit, "the query is nested too deeply");
    }
    depth.push_back(deepest + 1);
    out.nodes.push_back(std::move(matcher));
  }
  if (out.nodes.empty())
    out.nodes.push_back(std::make_unique<NothingMatcher>());
  return out;
}

}  // namespace kwic
