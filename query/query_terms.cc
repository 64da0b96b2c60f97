// SPDX-License-Identifier: Apache-2.0
#include "query/query_terms.h"

#include <algorithm>

namespace kwic {

void QueryTerms::find(const QueryTree& tree, bool scored,
                      PostingSource& source) {
  used_ = 0;
  by_name_.clear();
  for (const QueryNode& node : tree.nodes) {
    const ListUse use = node.kind == NodeKind::kPhrase ? ListUse::kPhrases
                        : scored                       ? ListUse::kScore
                                                       : ListUse::kLookUp;
    for (const std::string& name : node.terms) add(name, use);
  }
  for (std::size_t i = 0; i < used_; ++i) {
    Term& term = terms_[i];
    term.block = dictionary_.locate(SoughtTerm(term.name), term.group);
  }
  source.cold = false;
  std::uint32_t most = 0;
  for (std::size_t i = 0; i < used_; ++i) {
    Term& term = terms_[i];
    term.found =
        dictionary_.find_at(term.block, SoughtTerm(term.name), term.info);
    if (!term.found) continue;
    PostingList::prefetch_head(source, term.info);
    source.cold |= will_need(source, term.info, term.use);
    most = std::max(most, term.info.doc_freq);
  }
  // The lengths of a few documents are better fetched one by one.
  constexpr std::uint32_t kMany = 2048;
  if (scored && most >= kMany) source.lengths.will_need();
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
