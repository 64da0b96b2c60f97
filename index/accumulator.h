// SPDX-License-Identifier: Apache-2.0
// Accumulator: the documents and tokens of the run being gathered, within a
// fixed amount of memory.
//
// Tokens are kept as they come, four bytes each: the number of the term, and
// one bit that says whether the token shares the position of the one before.
// Nothing is sorted until the run is complete (see InvertedRun):
// adding a token is one hash lookup and one sequential store.
//
// Everything lies in one arena, tokens at the front, term bytes and documents
// at the back; the gap between them must stay large enough for the run to be
// inverted in. Only the hash table lies elsewhere, and is counted.
#ifndef KWIC_INDEX_ACCUMULATOR_H_
#define KWIC_INDEX_ACCUMULATOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "analysis/analyzer.h"
#include "index/place_map.h"
#include "index/region.h"
#include "index/run_format.h"
#include "index/vocabulary.h"

namespace kwic {

class Accumulator {
 public:
  // Of a stream entry: the token shares the position of the one before it.
  static constexpr std::uint32_t kSamePosition = 0x8000'0000;

  // With less than this a large document might not fit even when empty.
  static constexpr std::size_t kMinBytes = std::size_t{1} << 20;
  // Tokens that may be added at once.
  static constexpr std::size_t kMaxTokens = 256;
  // Tokens of all documents, so that each can have a place.
  static constexpr std::size_t kMostTokens = PlaceMap::kMostPlaces;

  // A document in the arena; id and title follow it.
  struct Node {
    std::uint64_t sequence;
    std::uint64_t body_bytes;
    std::uint64_t content_hash;
    std::int64_t modified;
    std::uint64_t text_address;
    std::uint32_t text_file;
    std::uint32_t part;
    std::uint32_t stream_begin;    // its first token
    std::uint32_t tokens;          // of this part
    std::uint32_t length;          // positions of this part
    std::uint32_t first_position;  // of the first token of this part
    std::uint32_t previous;        // offset of the node added before
    std::uint32_t id_size;
    std::uint32_t title_size;
    std::uint32_t before_size;
  };

  // Never takes more than `bytes`. REQUIRES: bytes >= kMinBytes.
  explicit Accumulator(std::size_t bytes);

  bool empty() const noexcept { return documents_ == 0; }
  std::uint32_t documents() const noexcept { return documents_; }
  std::size_t tokens() const noexcept {
    return arena_.front_size() / sizeof(std::uint32_t);
  }

  // Begins a document, or a further part of one. False if it is full.
  // REQUIRES: nothing is before a further part.
  bool begin_document(const RunDocument& document);

  // Adds to the document begun last. False if it is full.
  // REQUIRES: at most kMaxTokens, the first not sharing the position of one
  // before it.
  bool add_tokens(const TokenBuffer& buffer, std::span<const Token> tokens);

  // The terms at the last position of the document begun last, each behind a
  // byte with its size; what is before its part if it has no tokens.
  std::string last_position() const;

  void clear() noexcept;

  // Gives back all memory but documents, terms and the gap up to `unused`: what
  // is behind that may be full of an earlier run. Nothing may be added any
  // more, and stream() and vocabulary() make no sense.
  void release_tokens(const std::uint8_t* unused) noexcept {
    arena_.discard(unused);
    vocabulary_.release();
  }

  // --- for InvertedRun ----------------------------------------------------
  const TwoEndedArena& arena() const noexcept { return arena_; }
  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  std::span<const std::uint32_t> stream() const noexcept {
    return {reinterpret_cast<const std::uint32_t*>(arena_.front()), tokens()};
  }
  std::uint32_t last_node() const noexcept { return last_node_; }
  const Node& node(std::uint32_t offset) const noexcept {
    return *reinterpret_cast<const Node*>(arena_.at(offset));
  }
  RunDocument document(const Node& node) const noexcept;
  // What inverting may use of the gap.
  std::size_t scratch_bytes() const noexcept;

 private:
  // What is to be added, to ask whether it fits.
  struct Need {
    std::size_t tokens = 0;
    std::size_t back_bytes = 0;
    std::size_t documents = 0;
  };
  bool fits(const Need& need) const noexcept;

  std::size_t budget_;
  TwoEndedArena arena_;
  Vocabulary vocabulary_;
  std::uint32_t documents_ = 0;
  std::uint32_t last_node_ = 0;
};

}  // namespace kwic

#endif  // KWIC_INDEX_ACCUMULATOR_H_
