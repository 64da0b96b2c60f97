// SPDX-License-Identifier: Apache-2.0
// SyntheticCorpus: text that is the same on every machine, and whose posting
// lists are shaped like those of prose.
//
// DESCRIPTION. Words are drawn by the law of Zipf and Mandelbrot, so that few
// words are in most documents and most words in few. A document returns to
// words it already has (term frequencies above one come in bursts) and some
// words draw a fixed successor after them (so that phrases are in more
// documents than chance would have it). Lengths are log-normal.
//
// What it does not have: topics, names, and the correlations between frequent
// words of real prose. Figures from it compare engines and versions; they do
// not foretell those of a given corpus.
//
// Sources: B. Mandelbrot, "An informational theory of the statistical structure
// of language", 1953; H. A. Simon, "On a class of skew distribution functions",
// Biometrika 42, 1955 (returning to earlier words).
#ifndef KWIC_BENCH_CORPUS_SYNTHETIC_CORPUS_H_
#define KWIC_BENCH_CORPUS_SYNTHETIC_CORPUS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kwic::bench {

// splitmix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014): the same numbers with
// every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() noexcept;
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>((bits() >> 32) * bound >> 32);
  }
  // From 0 to below 1.
  double fraction() noexcept {
    return static_cast<double>(bits() >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

class SyntheticCorpus {
 public:
  explicit SyntheticCorpus(std::uint64_t seed = 1,
                           std::uint32_t vocabulary = 300000,
                           std::uint32_t mean_words = 85);

  // Replaces `text` by the next document's.
  void next(std::string& text);

  // Made of the rank alone, shorter for frequent words.
  static std::string word(std::uint32_t rank);

 private:
  std::uint32_t draw();

  Random random_;
  double mean_words_;
  std::vector<double> cumulative_;   // of the words' probabilities
  std::vector<std::uint32_t> used_;  // words of the current document
};

}  // namespace kwic::bench

#endif  // KWIC_BENCH_CORPUS_SYNTHETIC_CORPUS_H_
