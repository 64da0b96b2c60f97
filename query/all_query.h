// SPDX-License-Identifier: Apache-2.0
// AllQuery: a conjunction, with each distinct term opened once.
#ifndef KWIC_QUERY_ALL_QUERY_H_
#define KWIC_QUERY_ALL_QUERY_H_

#include <vector>

#include "query/phrase_sieve.h"
#include "query/scored_list.h"

namespace kwic {

struct AllQuery {
  using Phrase = RequiredPhrase;
  // How a matching document is scored, in clause order.
  struct Part {
    ScoredList* term = nullptr;  // or
    Phrase* phrase = nullptr;
    bool optional = false;
  };
  std::vector<ScoredList*> required;  // distinct; of terms and phrases alike
  std::vector<ScoredList*> excluded;
  std::vector<Phrase*> phrases;  // required ones
  std::vector<Part> parts;

  void clear() {
    required.clear();
    excluded.clear();
    phrases.clear();
    parts.clear();
  }
};

}  // namespace kwic

#endif  // KWIC_QUERY_ALL_QUERY_H_
