// SPDX-License-Identifier: Apache-2.0
// Here is a sample of the corpus, give me the lexicon that pays best.
#ifndef KWIC_FORMAT_LEXICON_TRAINER_H_
#define KWIC_FORMAT_LEXICON_TRAINER_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "format/text_tokens.h"
#include "format/token_table.h"
#include "format/word_lexicon.h"

namespace kwic {

class LexiconTrainer {
 public:
  // Adds a text of the sample; must stay valid until train() returns.
  void add(std::string_view text) { texts_.push_back(text); }

  // The entries worth their place, by uses, if the corpus is `scale` times the
  // sample. Once. `fast`: words only, no phrases and no parts of words.
  // `go_on` is asked between steps of some 50 ms; after a false there are none.
  std::vector<LexiconEntry> train(double scale, bool fast = false,
                                  const std::function<bool()>& go_on = {});

 private:
  struct Kind {
    bool begins_word, ends_word;
  };
  struct Pair {
    std::uint32_t left, right, count;
    double gain;
  };

  class Repeated;

  template <typename Use, typename UseEnd>
  void for_tokens(const Use& use, const UseEnd& use_end);
  bool number_tokens(const Repeated* repeated, std::uint32_t most);
  void number_tokens();
  std::uint32_t of_rank(std::uint32_t rank) const;
  std::uint32_t insert(std::string_view text, const TokenTable::Key& key,
                       Kind kind);
  void count_ids();
  void find_costs();
  std::vector<Pair> gainful_pairs(double scale) const;
  bool merge_pairs(double scale);
  std::vector<LexiconEntry> candidates() const;
  void release_tokens();
  static std::vector<LexiconEntry> pieces(
      const std::vector<std::string_view>& words,
      const std::vector<LexiconEntry>& known);
  class CodeSizes;
  double cost_without(const LexiconEntry& entry, const CodeSizes& codes);
  std::vector<std::string_view> refine(std::vector<LexiconEntry>& entries,
                                       double scale);

  TextTokens tokens_;
  // Tokens, and what they are merged to. The ids of what is in the table.
  TokenTable table_;
  std::uint32_t distinct_ = 0;           // whether in the table or not
  std::vector<std::uint32_t> ranks_;     // by id: how many came before it
  std::vector<Kind> kinds_;              // by id
  std::vector<std::uint32_t> sequence_;  // ids; kBreak between texts
  std::vector<std::uint32_t> counts_;    // by id, in sequence_
  std::uint32_t one_byte_ = 0;           // uses from which a code has one byte
  std::uint32_t two_bytes_ = 0;
  std::vector<std::string_view> texts_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_LEXICON_TRAINER_H_
