// SPDX-License-Identifier: Apache-2.0
#include "bench/corpus/synthetic_corpus.h"

#include <algorithm>
#include <cmath>

namespace kwic::bench {
namespace {

constexpr double kShift = 2.7;  // of Mandelbrot's law
constexpr double kExponent = 1.05;
constexpr double kAgain = 0.12;    // returns to a word of the document
constexpr double kFollows = 0.10;  // takes the successor of the word before

}  // namespace

std::uint64_t Random::bits() noexcept {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

SyntheticCorpus::SyntheticCorpus(std::uint64_t seed, std::uint32_t vocabulary,
                                 std::uint32_t mean_words)
    : random_(seed), mean_words_(mean_words) {
  cumulative_.reserve(vocabulary);
  double sum = 0;
  for (std::uint32_t rank = 0; rank < vocabulary; ++rank) {
    sum += std::pow(rank + kShift, -kExponent);
    cumulative_.push_back(sum);
  }
}

// Syllables, the number of the rank in a base of 100 of them.
std::string SyntheticCorpus::word(std::uint32_t rank) {
  static constexpr char kConsonants[] = "bdfghjklmnprstvwxyzc";
  static constexpr char kVowels[] = "aeiou";
  std::string text;
  do {
    text += kConsonants[rank % 20];
    text += kVowels[rank / 20 % 5];
    rank /= 100;
  } while (rank > 0);
  return text;
}

std::uint32_t SyntheticCorpus::draw() {
  if (!used_.empty()) {
    const double chance = random_.fraction();
    if (chance < kAgain) {
      return used_[random_.below(static_cast<std::uint32_t>(used_.size()))];
    }
    if (chance < kAgain + kFollows) {
      return (used_.back() * 7 + 13) %
             static_cast<std::uint32_t>(cumulative_.size());
    }
  }
  const double at = random_.fraction() * cumulative_.back();
  return static_cast<std::uint32_t>(
      std::lower_bound(cumulative_.begin(), cumulative_.end(), at) -
      cumulative_.begin());
}

void SyntheticCorpus::next(std::string& text) {
  // A sum of uniform numbers is near enough to a normal one.
  double normal = -6;
  for (int i = 0; i < 12; ++i) normal += random_.fraction();
  const double length = mean_words_ * std::exp(0.5 * normal - 0.125);
  used_.clear();
  text.clear();
  for (double i = 0; i < std::max(1.0, length); ++i) {
    used_.push_back(draw());
    if (!text.empty()) text += ' ';
    text += word(used_.back());
  }
}

}  // namespace kwic::bench
