// SPDX-License-Identifier: Apache-2.0
#include "query/query_terms.h"

#include <algorithm>

namespace kwic {

void QueryTerms::find(const QueryTree& tree, bool scored,
                      PostingSource& source) {
  used_ = 0;
  by_name_.clear();
  for (const QueryNode& node : tree.nodes) {
    const ListUse use = node.kind == NodeKind::kPhrase ? ListUse::kNothing
                        : scored                       ? ListUse::kScore
                                                       : ListUse::kLookUp;
    for (const std::string& name : node.terms) add(name, use);
  }
  for (std::size_t i = 0; i < used_; ++i) {
    Term& term = terms_[i];
    term.block = dictionary_.locate(SoughtTerm(term.name), term.group);
  }
  for (std::size_t i = 0; i < used_; ++i) {
    Term& term = terms_[i];
    term.found =
        dictionary_.find_at(term.block, SoughtTerm(term.name), term.info);
  }
  documents_ = source.documents;
  for (const QueryNode& node : tree.nodes) {
    if (node.kind == NodeKind::kPhrase) use_phrase(node);
  }
  source.cold = false;
  std::uint32_t most = 0;
  for (std::size_t i = 0; i < used_; ++i) {
    const Term& term = terms_[i];
    if (!term.found || term.use == ListUse::kNothing) continue;
    PostingList::prefetch_head(source, term.info);
    source.cold |= will_need(source, term.info, term.use);
    most = std::max(most, term.info.doc_freq);
  }
  // The lengths of a few documents are better fetched one by one.
  constexpr std::uint32_t kMany = 2048;
  if (scored && most >= kMany) source.lengths.will_need();
}

const FrequentWords& QueryTerms::frequent_words() {
  if (words_read_) return words_;
  words_read_ = true;
  const std::uint8_t* p = words_view_.at(0, words_view_.size());
  if (p != nullptr) {
    words_ =
        FrequentWords::parse({p, static_cast<std::size_t>(words_view_.size())});
  }
  return words_;
}

// From the last word to the first: a word that is left out cannot say what is
// before it.
bool QueryTerms::split(const QueryNode& phrase,
                       std::vector<PhraseWord>& words) {
  const std::size_t n = phrase.terms.size();
  words.assign(n, {});
  for (std::size_t i = 0; i < n; ++i) {
    words[i].number = number_of(phrase.terms[i]);
    if (words[i].number == kNone) return false;
  }
  bool dense = true;
  for (std::size_t i = n; i-- > 0;) {
    if (words[i].left_out) continue;
    const std::uint32_t documents = info(words[i].number).doc_freq;
    dense &= list_layout(documents, documents_) == ListLayout::kDense;
    if (i == 0 || !has_predecessors(documents)) continue;
    words[i].behind = frequent_words().code_of(phrase.terms[i - 1]);
    words[i].unsure = words[i].behind != 0 && frequent_words().several();
    words[i - 1].left_out = words[i].behind != 0;
  }
  for (PhraseWord& word : words) word.required = dense || !word.left_out;
  return true;
}

// Says what will be read of the lists of a phrase, unless it is nowhere.
void QueryTerms::use_phrase(const QueryNode& phrase) {
  if (!split(phrase, phrase_)) return;
  for (const PhraseWord& word : phrase_) {
    Term& term = terms_[word.number];
    if (!word.left_out) {
      term.use = std::max(term.use, ListUse::kPhrases);
    } else if (word.required) {
      term.use = std::max(term.use, ListUse::kLookUp);
    }
  }
}

std::uint32_t QueryTerms::doc_freq(
    const std::vector<std::string>& terms) const {
  return terms.size() == 1 ? dictionary_.doc_freq(terms[0]) : 0;
}

// A query may name thousands of terms, so they are kept in order; that takes no
// memory once there is enough.
std::size_t QueryTerms::place_of(const std::string& name) const {
  const auto at =
      std::lower_bound(by_name_.begin(), by_name_.end(), name,
                       [this](std::uint32_t number, const std::string& wanted) {
                         return terms_[number].name < wanted;
                       });
  return static_cast<std::size_t>(at - by_name_.begin());
}

void QueryTerms::add(const std::string& name, ListUse use) {
  const std::size_t place = place_of(name);
  if (place < by_name_.size() && terms_[by_name_[place]].name == name) {
    Term& known = terms_[by_name_[place]];
    known.use = std::max(known.use, use);
    return;
  }
  by_name_.insert(by_name_.begin() + static_cast<std::ptrdiff_t>(place),
                  static_cast<std::uint32_t>(used_));
  if (used_ == terms_.size()) terms_.emplace_back();
  Term& term = terms_[used_++];
  term.name = name;
  term.use = use;
  term.group = dictionary_.group_for(term_head(name));
}

std::size_t QueryTerms::number_of(const std::string& name) const {
  const std::size_t place = place_of(name);
  if (place == by_name_.size()) return kNone;
  const std::uint32_t number = by_name_[place];
  const Term& term = terms_[number];
  return term.found && term.name == name ? number : kNone;
}

}  // namespace kwic
