// SPDX-License-Identifier: Apache-2.0
#include "index/frequent_word_sampler.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "base/hash.h"
#include "format/frequent_words.h"

namespace kwic {
namespace {

// Finds a term without making a string of it.
struct TermHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view term) const noexcept {
    return static_cast<std::size_t>(hash64(as_bytes(term)));
  }
};

}  // namespace

void FrequentWordSampler::add(const Document& document) {
  const std::uint64_t hash = hash64(as_bytes(document.id));
  if (sample_.size() == kDocuments && hash > sample_.rbegin()->first.first) {
    return;
  }
  std::string text(document.title.substr(0, kBytes));
  text += ' ';
  text += document.body.substr(0, kBytes - std::min(kBytes, text.size()));
  sample_.insert_or_assign({hash, std::string(document.id)}, std::move(text));
  if (sample_.size() > kDocuments) sample_.erase(std::prev(sample_.end()));
}

std::vector<std::string> FrequentWordSampler::words(
    const Analyzer& analyzer) const {
  std::unordered_map<std::string, std::uint64_t, TermHash, std::equal_to<>>
      counts;
  TokenBuffer buffer;
  for (const auto& [key, text] : sample_) {
    buffer.clear();
    analyzer.analyze(text, 0, buffer);
    for (const Token& token : buffer.tokens) {
      const std::string_view term = buffer.term(token);
      const auto at = counts.find(term);
      if (at != counts.end()) {
        ++at->second;
      } else {
        counts.emplace(term, 1);
      }
    }
  }
  std::vector<std::pair<std::uint64_t, std::string>> ranked;
  ranked.reserve(counts.size());
  for (const auto& [term, count] : counts) ranked.emplace_back(count, term);
  const std::size_t kept = std::min(ranked.size(), kMaxFrequentWords);
  std::partial_sort(
      ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept),
      ranked.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
      });
  ranked.resize(kept);
  std::vector<std::string> words;
  words.reserve(ranked.size());
  for (auto& [count, term] : ranked) words.push_back(std::move(term));
  return words;
}

}  // namespace kwic
