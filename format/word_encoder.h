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
    std::uint64_t prefix = 0, suffix = 0;  // of the word
    std::uint8_t word_size = 0;            // 0: nothing here
    std::uint8_t coded_size = 0;           // 0: better a literal
    std::uint8_t coded[22] = {};
  };

  // What the trie holds where a path ends: the entry's code, of size 0 if there
  // is none, and a flag.
  using Node = PackedCode;
  // Longer entries go on from here.
  static constexpr Node kInner = Node{1} << kCodeFlags;

  struct Found {
    std::uint32_t number = 0;  // of the node; 0: none
    Node node = 0;
    std::uint32_t edge = 0;  // to the token that follows, and one; 0: none
  };
  // A token from which an edge may lead to the one that follows.
  struct Open {
    std::uint32_t token = 0;
    std::uint32_t hash = 0;
  };

  struct Scratch {
    TextTokens text;
    std::vector<Found> found;  // by token
    std::vector<Open> open;
    std::vector<Split> splits;  // by hash; filled by encode()
    std::vector<std::uint8_t> coded;
    bool split_words = true;  // try parts of words that no entry holds
    // For training: uses by entry, and the words no entry holds; or null.
    std::vector<std::uint32_t>* uses = nullptr;
    std::vector<std::string_view>* unknown = nullptr;
  };

  // `entries` in the order of their ranks; used during construction only.
  WordEncoder(const std::vector<LexiconEntry>& entries,
              const CodeLayout& layout);

  // The code of `text`, until the next call. REQUIRES: text.size() <= kMaxText.
  ByteView encode(ByteView text, Scratch& scratch) const;

 private:
  static constexpr std::uint32_t kNone = TokenTable::kNone;
  // Nodes of the trie of entries, whose edges are tokens, from 1 on: there is
  // no node 0. The path of one token ends at the token's number and one.
  struct Edge {
    std::uint32_t from, token, to;  // nodes, the second a token's
    Node node;                      // that of `to`
  };
  struct Match {
    std::uint32_t number = 0;
    Node node = 0;
    std::size_t tokens = 0;
  };
  class Run;

  void add(const LexiconEntry& entry, std::uint32_t rank, PackedCode code,
           TextTokens& text);
  // The node that `token` leads to from `node`, a new one if there is none.
  std::uint32_t child(std::uint32_t from, std::uint32_t token);
  // The number of an edge and one; 0 if there is none.
  std::uint32_t edge(std::uint32_t hash, std::uint32_t from,
                     std::uint32_t token) const noexcept;

  TokenTable tokens_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> entries_;  // by node
  std::vector<Edge> edges_;
  HashFilter edge_filter_;
  TagIndex edge_index_;
  WordPieces pieces_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_WORD_ENCODER_H_
