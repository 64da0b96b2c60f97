// SPDX-License-Identifier: Apache-2.0
#include "format/frequent_words.h"

namespace kwic {

FrequentWords FrequentWords::parse(ByteView bytes) {
  std::vector<std::string> words;
  if (bytes.empty()) return {};
  const bool several = bytes[0] != 0;
  bytes = bytes.subspan(1);
  while (!bytes.empty()) {
    const std::size_t size = bytes[0];
    bytes = bytes.subspan(1);
    if (size == 0 || size > bytes.size() || words.size() == kMaxFrequentWords) {
      return {};
    }
    words.emplace_back(reinterpret_cast<const char*>(bytes.data()), size);
    bytes = bytes.subspan(size);
  }
  return {std::move(words), several};
}

std::vector<std::uint8_t> FrequentWords::bytes() const {
  std::vector<std::uint8_t> out = {std::uint8_t{several_}};
  for (const std::string& word : words_) {
    out.push_back(static_cast<std::uint8_t>(word.size()));
    out.insert(out.end(), word.begin(), word.end());
  }
  return out;
}

std::uint8_t FrequentWords::code_of(std::string_view word) const noexcept {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (words_[i] == word) return static_cast<std::uint8_t>(i + 1);
  }
  return 0;
}

}  // namespace kwic
