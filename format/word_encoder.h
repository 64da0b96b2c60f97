// SPDX-License-Identifier: Apache-2.0
// Text in, coded text out, given a lexicon.
//
// Thread-safety: constant after construction; each thread brings a Scratch.
#ifndef KWIC_FORMAT_WORD_ENCODER_H_
#define KWIC_FORMAT_WORD_ENCODER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "format/hash_filter.h"
#include "format/text_tokens.h"
#include "format/token_table.h"
#include "format/word_lexicon.h"
#include "format/word_pieces.h"

namespace kwic {

class WordEncoder {
 public:
  // A literal's size has 15 bits.
  static constexpr std::size_t kMaxText = 0x7fff;

  // How a word that no entry holds was split before: names come again.
  struct Split {
    std::uint8_t word_size = 0;   // 0: nothing here
    std::uint8_t coded_size = 0;  // 0: better a literal
    char word[31];
    std::uint8_t coded[31];
  };

  struct Scratch {
    std::vector<Split> splits;  // by hash; filled by encode()
    std::vector<TextToken> tokens;
    std::vector<std::size_t> hashes;
    std::vector<std::uint32_t> ids;  // of tokens, in tokens_
    bool split_words = true;         // try parts of words that no entry holds
    // For training: uses by entry, and the words no entry holds; or null.
    std::vector<std::uint32_t>* uses = nullptr;
    std::vector<std::string_view>* unknown = nullptr;
  };

  // `entries` in the order of their ranks; used during construction only.
  WordEncoder(const std::vector<LexiconEntry>& entries,
              const CodeLayout& layout);

  // Appends the code of `text`. REQUIRES: text.size() <= kMaxText.
  void encode(ByteView text, Scratch& scratch,
              std::vector<std::uint8_t>& out) const;

 private:
  static constexpr std::uint32_t kNone = TokenTable::kNone;
  // A node of the trie of entries, whose edges are tokens. The node of a
  // path of one token has the token's number.
  struct Node {
    std::uint32_t entry = kNone;
    bool inner = false;
    std::uint8_t code_size = 0;
    std::uint8_t code[3] = {};  // here, so that no other memory is asked for it
  };
  struct Edge {
    std::uint32_t from = kNone, token = 0, to = 0;
  };
  struct Match {
    const Node* node = nullptr;
    std::size_t tokens = 0;
  };
  class Run;

  void add(const LexiconEntry& entry, std::uint32_t number);
  void add_edge(std::uint32_t from, std::uint32_t token, std::uint32_t to);
  std::size_t edge_home(std::uint32_t from, std::uint32_t token) const noexcept;
  std::size_t edge_slot(std::uint32_t from, std::uint32_t token) const noexcept;
  std::uint32_t child(std::uint32_t node, std::uint32_t token) const noexcept;
  Match longest(const Scratch& scratch, std::size_t at) const noexcept;
  std::uint32_t single(std::string_view token) const noexcept;

  TokenTable tokens_;
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  HashFilter edge_filter_;
  std::size_t edge_count_ = 0;
  std::vector<WordCode> codes_;
  WordPieces pieces_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_WORD_ENCODER_H_
