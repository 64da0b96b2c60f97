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

  // What the trie holds where a path ends, in 4 bytes: few cache lines.
  struct Node {
    std::uint8_t code[3] = {};
    std::uint8_t code_size : 2 = 0;  // 0: no entry ends here
    bool inner : 1 = false;          // longer entries go on from here
    bool open : 1 = false;  // in Found: and perhaps with the token that follows
  };
  struct Found {
    std::uint32_t id = TokenTable::kNone;
    Node node;
  };

  struct Scratch {
    std::vector<Split> splits;  // by hash; filled by encode()
    std::vector<TextToken> tokens;
    std::vector<TokenTable::Key> keys;
    std::vector<Found> found;  // by token
    bool split_words = true;   // try parts of words that no entry holds
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
  // Nodes of the trie of entries, whose edges are tokens. The node of a path
  // of one token has the token's number.
  struct Edge {
    std::uint32_t from = kNone, token = 0, to = 0;
    Node node;  // that of `to`
  };
  struct Match {
    std::uint32_t id = kNone;
    Node node;
    std::size_t tokens = 0;
  };
  class Run;

  void add(const LexiconEntry& entry, std::uint32_t number);
  void add_edge(std::uint32_t from, std::uint32_t token, std::uint32_t to);
  std::size_t edge_home(std::uint64_t hash) const noexcept {
    return static_cast<std::size_t>(hash >> 32) & (edges_.size() - 1);
  }
  std::size_t edge_slot(std::uint32_t from, std::uint32_t token) const noexcept;
  const Edge* child(std::uint32_t node, std::uint32_t token) const noexcept;
  Match longest(const std::vector<Found>& found, std::size_t at) const noexcept;
  std::uint32_t single(std::string_view token) const noexcept;

  TokenTable tokens_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> entries_;  // by node
  std::vector<Edge> edges_;
  HashFilter edge_filter_;
  std::size_t edge_count_ = 0;
  std::vector<WordCode> codes_;
  WordPieces pieces_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_WORD_ENCODER_H_
