// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_corpus.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace kwic::testing {
namespace {

constexpr std::size_t kEdges[] = {1,   2,   127, 128, 129,  255,  256,
                                  257, 511, 512, 513, 1023, 1024, 1025};

// Draws word numbers so that the n-th is n times rarer than the first.
class ZipfWords {
 public:
  explicit ZipfWords(std::vector<std::string> words)
      : words_(std::move(words)) {}
  const std::string& draw(Random& random) const {
    // For the density 1/x the inverse of the distribution is exponential.
    const double u = static_cast<double>(random.below(1 << 20)) * 0x1p-20;
    const double n = static_cast<double>(words_.size());
    const auto rank = static_cast<std::size_t>(std::pow(n + 1, u)) - 1;
    return words_[std::min(rank, words_.size() - 1)];
  }

 private:
  std::vector<std::string> words_;
};

std::string number(std::size_t value, std::size_t width) {
  std::string digits = std::to_string(value);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

std::string random_text(const ZipfWords& words, std::size_t length,
                        Random& random) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    if (i > 0) text += random.chance(0.1) ? ". " : " ";
    text += words.draw(random);
  }
  return text;
}

// How long a body becomes: mostly around the mean, now and then far above.
std::size_t random_length(std::size_t mean, Random& random) {
  if (random.chance(0.05)) return 0;
  const std::size_t length = 1 + random.below(2 * mean);
  return random.chance(0.03) ? 10 * length : length;
}

// Puts `word` into `count` documents chosen at random, once to three times.
void scatter(const std::string& word, std::size_t count,
             std::vector<TextDocument>& documents, Random& random) {
  std::size_t left = count;
  for (std::size_t i = 0; i < documents.size() && left > 0; ++i) {
    const std::size_t rest = documents.size() - i;
    if (random.below(rest) >= left) continue;
    --left;
    for (std::size_t n = 1 + random.below(3); n > 0; --n) {
      documents[i].body += " " + word;
    }
  }
}

void add_edges(std::vector<TextDocument>& documents, Random& random) {
  for (const std::size_t edge : kEdges) {
    if (edge > documents.size()) break;
    scatter("edge" + std::to_string(edge), edge, documents, random);
  }
  scatter("nearly", documents.size() - 1, documents, random);
  scatter("every", documents.size(), documents, random);
  TextDocument& giant = documents[documents.size() / 2];
  for (int i = 0; i < 20000; ++i) giant.body += " giant every";
}

std::vector<std::string> random_terms(const std::vector<std::string>& words,
                                      std::size_t count, Random& random) {
  const ZipfWords zipf(words);
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < count; ++i) {
    const bool repeat = !terms.empty() && random.chance(0.15);
    terms.push_back(repeat                ? terms.back()
                    : random.chance(0.03) ? "absent"
                    : random.chance(0.5)  ? words[random.below(words.size())]
                                          : zipf.draw(random));
  }
  return terms;
}

QueryNode leaf_node(std::vector<std::string> terms) {
  QueryNode node;
  node.kind = terms.size() == 1 ? NodeKind::kTerm : NodeKind::kPhrase;
  node.terms = std::move(terms);
  return node;
}

Occur random_occur(std::size_t style, Random& random) {
  if (style == 0) return Occur::kMust;
  if (style == 1) return Occur::kShould;
  const std::size_t n = random.below(10);
  return n < 4 ? Occur::kMust : n < 8 ? Occur::kShould : Occur::kMustNot;
}

std::uint32_t add_random(const std::vector<std::string>& words, int depth,
                         Random& random, QueryTree& tree) {
  if (depth == 0 || random.chance(0.3)) {
    if (random.chance(0.02)) {
      QueryNode node;
      node.kind =
          random.chance(0.5) ? NodeKind::kNothing : NodeKind::kEverything;
      return tree.add(std::move(node));
    }
    const std::size_t size = random.chance(0.7) ? 1 : 2 + random.below(3);
    return tree.add(leaf_node(random_terms(words, size, random)));
  }
  QueryNode node;
  node.kind = NodeKind::kBoolean;
  const std::size_t style = random.below(4);
  const std::size_t clauses = 1 + random.below(random.chance(0.1) ? 12 : 4);
  for (std::size_t i = 0; i < clauses; ++i) {
    const Occur occur = random_occur(style, random);
    node.clauses.push_back({occur, add_random(words, depth - 1, random, tree)});
  }
  return tree.add(std::move(node));
}

}  // namespace

std::uint64_t test_seed() {
  const char* text = std::getenv("KWIC_TEST_SEED");
  return text == nullptr ? 20260419 : std::strtoull(text, nullptr, 10);
}

std::vector<std::string> corpus_words(const CorpusShape& shape) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < shape.words; ++i) {
    std::string word;
    for (std::size_t n = i + 1; n > 0; n /= 7) {
      word += static_cast<char>('a' + n % 7);
    }
    words.push_back(std::move(word));
  }
  if (!shape.edges) return words;
  for (const std::size_t edge : kEdges) {
    if (edge > shape.documents) break;
    words.push_back("edge" + std::to_string(edge));
  }
  for (const char* word : {"every", "nearly", "giant"}) words.push_back(word);
  return words;
}

std::vector<TextDocument> random_corpus(const CorpusShape& shape,
                                        Random& random) {
  CorpusShape plain = shape;
  plain.edges = false;
  const ZipfWords words(corpus_words(plain));
  std::vector<TextDocument> documents;
  for (std::size_t i = 0; i < shape.documents; ++i) {
    TextDocument document;
    if (i > 0 && random.chance(0.05)) document = documents.back();
    if (document.id.empty()) {
      const std::size_t length = random_length(shape.mean_length, random);
      document.body = random_text(words, length, random);
      if (random.chance(0.2)) document.title = random_text(words, 3, random);
    }
    document.id = number(i, 8);
    documents.push_back(std::move(document));
  }
  if (shape.edges) add_edges(documents, random);
  return documents;
}

QueryTree random_query(const std::vector<std::string>& words, int depth,
                       Random& random) {
  QueryTree tree;
  add_random(words, depth, random, tree);
  return tree;
}

QueryTree term_query(const std::string& term) { return phrase_query({term}); }

QueryTree phrase_query(std::vector<std::string> terms) {
  QueryTree tree;
  tree.add(leaf_node(std::move(terms)));
  return tree;
}

QueryTree boolean_query(
    const std::vector<std::pair<Occur, std::vector<std::string>>>& clauses) {
  QueryTree tree;
  QueryNode root;
  root.kind = NodeKind::kBoolean;
  for (const auto& [occur, terms] : clauses) {
    root.clauses.push_back({occur, tree.add(leaf_node(terms))});
  }
  tree.add(std::move(root));
  return tree;
}

}  // namespace kwic::testing
