// SPDX-License-Identifier: Apache-2.0
// BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
// and Beyond", 2009), without the constant factor k1 + 1:
//
//     idf(n)        = ln(1 + (N - n + 0.5) / (n + 0.5))
//     saturation    = tf / (tf + k1 * (1 - b + b * dl / avgdl))
//     score         = idf * saturation
//
// The saturation is below 1 and needs no logarithm, so the impact data that
// the builder stores are bounds on it, and the same on every machine.
#ifndef KWIC_FORMAT_BM25_H_
#define KWIC_FORMAT_BM25_H_

#include <cmath>
#include <cstdint>

namespace kwic {

inline constexpr float kBm25K1 = 1.2F;
inline constexpr float kBm25B = 0.75F;

// The part of the saturation that depends on the document's length only.
struct Bm25Norm {
  float base = 0;   // k1 * (1 - b)
  float slope = 0;  // k1 * b / avgdl

  Bm25Norm(std::uint64_t documents, std::uint64_t tokens, float k1 = kBm25K1,
           float b = kBm25B) {
    const double average =
        documents == 0 || tokens == 0
            ? 1.0
            : static_cast<double>(tokens) / static_cast<double>(documents);
    base = k1 * (1 - b);
    slope = static_cast<float>(static_cast<double>(k1) *
                               static_cast<double>(b) / average);
  }
  float operator()(std::uint32_t length) const noexcept {
    return base + slope * static_cast<float>(length);
  }
};

inline float bm25_saturation(std::uint32_t tf, float norm) noexcept {
  // (Signed numbers are turned into floats several at a time.)
  const float f = static_cast<float>(static_cast<std::int32_t>(tf));
  return f / (f + norm);
}

inline float bm25_idf(std::uint64_t documents,
                      std::uint64_t doc_freq) noexcept {
  const double n = static_cast<double>(doc_freq);
  const double rest = static_cast<double>(documents) - n;
  return static_cast<float>(std::log1p((rest + 0.5) / (n + 0.5)));
}

}  // namespace kwic

#endif  // KWIC_FORMAT_BM25_H_
