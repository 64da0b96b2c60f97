// SPDX-License-Identifier: Apache-2.0
// Random documents and random queries over them, from a seed.
#ifndef KWIC_TESTS_SUPPORT_RANDOM_CORPUS_H_
#define KWIC_TESTS_SUPPORT_RANDOM_CORPUS_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "query/query_tree.h"
#include "tests/support/reference_engine.h"

namespace kwic::testing {

// The seed of the environment variable KWIC_TEST_SEED, else a fixed one.
std::uint64_t test_seed();

// Random numbers that are the same with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}
  // 0 .. bound - 1. REQUIRES: bound > 0.
  std::size_t below(std::size_t bound) { return bits_() % bound; }
  bool chance(double probability) {
    return static_cast<double>(bits_() >> 11) * 0x1p-53 < probability;
  }

 private:
  std::mt19937_64 bits_;
};

// What the documents of a corpus are like.
struct CorpusShape {
  std::size_t documents = 300;
  std::size_t words = 50;        // the vocabulary, used by Zipf's law
  std::size_t mean_length = 12;  // tokens of a body
  // Adds words whose document frequency lies at and around the multiples of a
  // posting block (edge255, edge256, edge257, ...), a word of every document
  // (every), and one giant document.
  bool edges = false;
};

// Ids are numbers of equal width in the order of the vector. Some documents
// are empty, some are equal to the one before, some have a title.
std::vector<TextDocument> random_corpus(const CorpusShape& shape,
                                        Random& random);

// The words random_corpus() uses, most frequent first.
std::vector<std::string> corpus_words(const CorpusShape& shape);

// A tree of terms, phrases and booleans over `words` and over words that no
// document has, at most `depth` booleans deep.
QueryTree random_query(const std::vector<std::string>& words, int depth,
                       Random& random);

// Trees by hand.
QueryTree term_query(const std::string& term);
QueryTree phrase_query(std::vector<std::string> terms);
QueryTree boolean_query(
    const std::vector<std::pair<Occur, std::vector<std::string>>>& clauses);

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_RANDOM_CORPUS_H_
