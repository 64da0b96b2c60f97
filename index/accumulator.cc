// SPDX-License-Identifier: Apache-2.0
#include "index/accumulator.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

#include "index/inverted_run.h"

namespace kwic {
namespace {

// Offsets in the arena are 32-bit, and so are indexes of tokens.
constexpr std::size_t kMaxBytes = std::size_t{3} << 30;

std::size_t usable(std::size_t bytes) noexcept {
  return std::min(bytes, kMaxBytes) & ~std::size_t{4095};
}

}  // namespace

Accumulator::Accumulator(std::size_t bytes)
    : budget_(usable(bytes)), arena_(budget_) {}

bool Accumulator::fits(const Need& need) const noexcept {
  if (tokens() + need.tokens > kMostTokens) return false;
  const std::size_t held = arena_.front_size() + arena_.back_size() +
                           need.tokens * sizeof(std::uint32_t) +
                           need.back_bytes;
  const std::size_t table = vocabulary_.table_bytes();
  const std::size_t next_table = vocabulary_.bytes_for(need.tokens);
  // Both tables live while the terms move from one to the other.
  if (next_table > table && held + table + next_table > budget_) return false;
  const std::size_t scratch = InvertedRun::scratch_bytes(
      tokens() + need.tokens, vocabulary_.size() + need.tokens,
      documents_ + need.documents);
  return held + next_table + scratch <= budget_;
}

std::size_t Accumulator::scratch_bytes() const noexcept {
  return std::min(arena_.gap_size(), budget_ - arena_.front_size() -
                                         arena_.back_size() -
                                         vocabulary_.table_bytes());
}

bool Accumulator::begin_document(const RunDocument& document) {
  assert(document.first_position == 0 || empty());
  const std::size_t size = sizeof(Node) + document.id.size() +
                           document.title.size() + document.before.size();
  if (!fits({.back_bytes = size + alignof(Node), .documents = 1})) return false;
  const std::uint32_t offset = arena_.push_back(size, alignof(Node));
  std::uint8_t* p = arena_.at(offset);
  new (p)
      Node{.sequence = document.sequence,
           .body_bytes = document.body_bytes,
           .content_hash = document.content_hash,
           .modified = document.modified,
           .text_address = document.text_address,
           .text_file = document.text_file,
           .part = document.part,
           .stream_begin = static_cast<std::uint32_t>(tokens()),
           .tokens = 0,
           .length = 0,
           .first_position = document.first_position,
           .previous = last_node_,
           .id_size = static_cast<std::uint32_t>(document.id.size()),
           .title_size = static_cast<std::uint32_t>(document.title.size()),
           .before_size = static_cast<std::uint32_t>(document.before.size())};
  p += sizeof(Node);
  for (const std::string_view text :
       {document.id, document.title, document.before}) {
    p = std::copy(text.begin(), text.end(), p);
  }
  last_node_ = offset;
  ++documents_;
  return true;
}

bool Accumulator::add_tokens(const TokenBuffer& buffer,
                             std::span<const Token> tokens) {
  std::size_t term_bytes = 0;
  for (const Token& t : tokens) {
    term_bytes += Vocabulary::bytes_of(t.term_size);
  }
  if (!fits({.tokens = tokens.size(), .back_bytes = term_bytes})) return false;
  vocabulary_.reserve(tokens.size());
  auto* out = reinterpret_cast<std::uint32_t*>(
      arena_.push_front(tokens.size() * sizeof(std::uint32_t)));
  vocabulary_.intern(buffer, tokens, arena_, out);
  std::uint32_t alternatives = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].alternative) continue;
    out[i] |= kSamePosition;
    ++alternatives;
  }
  const auto count = static_cast<std::uint32_t>(tokens.size());
  auto* node = reinterpret_cast<Node*>(arena_.at(last_node_));
  node->tokens += count;
  node->length += count - alternatives;
  return true;
}

RunDocument Accumulator::document(const Node& node) const noexcept {
  const auto* text = reinterpret_cast<const char*>(&node + 1);
  return {.id = {text, node.id_size},
          .title = {text + node.id_size, node.title_size},
          .sequence = node.sequence,
          .part = node.part,
          .length = node.length,
          .first_position = node.first_position,
          .before = {text + node.id_size + node.title_size, node.before_size},
          .body_bytes = node.body_bytes,
          .content_hash = node.content_hash,
          .modified = node.modified,
          .text_file = node.text_file,
          .text_address = node.text_address};
}

// Called once for a run, so it may look at every term.
std::string Accumulator::last_position() const {
  const Node& node = this->node(last_node_);
  if (node.tokens == 0) return std::string(document(node).before);
  std::string terms;
  const std::span<const std::uint32_t> tokens = stream();
  for (std::size_t i = tokens.size(); i-- > 0;) {
    for (const Vocabulary::Slot& slot : vocabulary_.slots()) {
      if (slot.key == 0 || slot.id != (tokens[i] & ~kSamePosition)) continue;
      const std::string_view term = Vocabulary::term(arena_, slot.offset);
      terms += static_cast<char>(term.size());
      terms += term;
    }
    if ((tokens[i] & kSamePosition) == 0) break;
  }
  return terms;
}

void Accumulator::clear() noexcept {
  arena_.clear();
  vocabulary_.clear();
  documents_ = 0;
  last_node_ = 0;
}

}  // namespace kwic
