// SPDX-License-Identifier: Apache-2.0
//
// Entries are phrases of tokens, kept as a trie whose nodes hang in one hash
// table of (node, token). At each token the longest phrase is taken. A word
// that no entry holds as it stands is tried in lower case behind a control for
// its capitals; what is left becomes literals, and neighbours share one.
#include "format/word_encoder.h"

#include <algorithm>
#include <cstring>

namespace kwic {
namespace {

// Look-ups that are under way at once.
constexpr std::size_t kAhead = 12;
// Splits that are remembered.
constexpr std::size_t kSplits = 2048;

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }

// The control that turns the lower-case form of `word` into it, and that form;
// false if none does.
bool without_capitals(std::string_view word, char* lower, std::uint8_t& code) {
  if (word.size() > kMaxEntryBytes || !is_upper(word[0])) return false;
  std::size_t uppers = 0, lowers = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    uppers += is_upper(word[i]) ? 1 : 0;
    lowers += is_lower(word[i]) ? 1 : 0;
    lower[i] = is_upper(word[i]) ? static_cast<char>(word[i] + 0x20) : word[i];
  }
  if (uppers > 1 && lowers > 0) return false;
  code = uppers == 1 ? kCodeCapital : kCodeUpper;
  return true;
}

std::uint64_t edge_hash(std::uint32_t from, std::uint32_t token) noexcept {
  return scatter(std::uint64_t{from} << 32 | token);
}

// Whether an entry goes on within a word, and so is no token.
bool is_tail(const LexiconEntry& entry) {
  TextToken first;
  return TextTokens(as_bytes(entry.text)).next(first) && first.word &&
         !entry.begins_word;
}

}  // namespace

// One encode(): the state between two tokens.
class WordEncoder::Run {
 public:
  // Appends to `out`; end() is where it ends. Every token of n bytes takes at
  // most n + 3, and a byte more where four are written at once.
  static constexpr std::size_t max_size(std::size_t text_bytes) {
    return 4 * text_bytes + 4;
  }
  Run(const WordEncoder& encoder, ByteView text, Scratch& scratch,
      std::uint8_t* out)
      : encoder_(encoder), text_(text), scratch_(scratch), out_(out) {}

  const std::uint8_t* end() const noexcept { return out_; }

  void run() {
    scratch_.splits.resize(kSplits);
    find_tokens();
    look_up();
    const std::size_t n = scratch_.tokens.size();
    for (std::size_t i = 0; i < n;) {
      const Match match = encoder_.longest(scratch_.found, i);
      if (match.node.code_size != 0) {
        flush(i);
        put(match);
        i += match.tokens;
        literal_from_ = i;
      } else {
        if (recased(i) || split(i)) literal_from_ = i + 1;
        ++i;
      }
    }
    flush(n);
  }

 private:
  std::string_view text_of(const TextToken& token) const {
    return as_text(text_.subspan(token.begin, token.size));
  }

  void find_tokens() {
    scratch_.tokens.clear();
    scratch_.keys.clear();
    TextTokens tokens(text_);
    for (TextToken token; tokens.next(token);) {
      scratch_.tokens.push_back(token);
      scratch_.keys.push_back(
          TokenTable::key_of(text_of(token), text_.size() - token.begin));
    }
  }

  // Most of the time goes by waiting for memory, so what a token needs is
  // fetched in steps, each some tokens behind the one before.
  void look_up() {
    const std::size_t n = scratch_.tokens.size();
    scratch_.found.resize(n);
    for (std::size_t i = 0; i < std::min(n, kAhead); ++i) {
      encoder_.tokens_.prefetch(scratch_.keys[i]);
    }
    for (std::size_t i = 0; i < n + kAhead; ++i) {
      if (i + kAhead < n) encoder_.tokens_.prefetch(scratch_.keys[i + kAhead]);
      if (i < n) find_id(i);
      if (i >= kAhead) find_node(i - kAhead);
    }
  }

  void find_id(std::size_t i) {
    const TextToken& token = scratch_.tokens[i];
    std::uint32_t& id = scratch_.found[i].id;
    id = token.size <= kMaxEntryBytes
             ? encoder_.tokens_.find(text_of(token), scratch_.keys[i])
             : kNone;
    if (id != kNone) __builtin_prefetch(&encoder_.nodes_[id]);
  }

  void find_node(std::size_t i) {
    Found& found = scratch_.found[i];
    found.node = found.id == kNone ? Node() : encoder_.nodes_[found.id];
    if (!found.node.inner || i + 1 == scratch_.found.size()) return;
    const std::uint64_t hash = edge_hash(found.id, scratch_.found[i + 1].id);
    found.node.open = encoder_.edge_filter_.may_hold(hash);
    if (found.node.open) {
      __builtin_prefetch(&encoder_.edges_[encoder_.edge_home(hash)]);
    }
  }

  void put_code(std::uint32_t bytes, std::size_t size) {
    store_le(out_, bytes);
    out_ += size;
  }

  void put(std::uint32_t entry) {
    if (scratch_.uses != nullptr) ++(*scratch_.uses)[entry];
    const WordCode code = encoder_.codes_[entry];
    put_code(code.bytes, code.size);
  }

  void put(const Match& match) {
    if (scratch_.uses != nullptr) {
      ++(*scratch_.uses)[encoder_.entries_[match.id]];
    }
    std::memcpy(out_, match.node.code, sizeof(match.node.code));
    out_ += match.node.code_size;
  }

  void put_bytes(const std::uint8_t* bytes, std::size_t size) {
    std::memcpy(out_, bytes, size);
    out_ += size;
  }

  // Codes token `i` as a control and its lower-case form, if that works.
  bool recased(std::size_t i) {
    const TextToken& token = scratch_.tokens[i];
    char lower[kMaxEntryBytes];
    std::uint8_t control = 0;
    if (!token.word || !without_capitals(text_of(token), lower, control)) {
      return false;
    }
    const std::uint32_t entry = encoder_.single({lower, token.size});
    if (entry == kNone) return false;
    flush(i);
    *out_++ = control;
    put(entry);
    return true;
  }

  // Codes token `i` as pieces, if that is shorter than a literal.
  bool split(std::size_t i) {
    const TextToken& token = scratch_.tokens[i];
    const std::string_view bytes = text_of(token);
    if (token.word && scratch_.unknown != nullptr) {
      scratch_.unknown->push_back(bytes);
    }
    if (!scratch_.split_words) return false;
    const bool remembered =
        bytes.size() <= sizeof(Split::word) && scratch_.uses == nullptr;
    Split& known = scratch_.splits[scratch_.keys[i].hash % kSplits];
    if (remembered && known.word_size == bytes.size() &&
        std::memcmp(known.word, bytes.data(), bytes.size()) == 0) {
      if (known.coded_size == 0) return false;
      flush(i);
      put_bytes(known.coded, known.coded_size);
      return true;
    }
    const bool split = split_anew(i);
    if (remembered) remember(bytes, split, known);
    return split;
  }

  // Codes token `i` as pieces, appended after what is pending; false if a
  // literal is no longer.
  bool split_anew(std::size_t i) {
    const TextToken& token = scratch_.tokens[i];
    WordPieces::Step steps[kMaxSplitWord];
    const std::size_t count =
        encoder_.pieces_.split(text_of(token), token.word, steps);
    if (count == 0) return false;
    flush(i);
    split_from_ = out_;
    std::size_t at = token.begin;
    for (std::size_t k = 0; k < count; ++k) {
      if (steps[k].entry != WordPieces::kLiteral) {
        put(steps[k].entry);
      } else {
        put_literal(text_.subspan(at, steps[k].size), token.word && k == 0,
                    token.word);
      }
      at += steps[k].size;
    }
    return true;
  }

  void remember(std::string_view word, bool split, Split& known) const {
    const auto size = static_cast<std::size_t>(split ? out_ - split_from_ : 0);
    if (size > sizeof(known.coded)) return;
    known.word_size = static_cast<std::uint8_t>(word.size());
    known.coded_size = static_cast<std::uint8_t>(size);
    std::copy(word.begin(), word.end(), known.word);
    std::copy_n(out_ - size, size, known.coded);
  }

  // Writes the tokens from literal_from_ to `end` as one literal.
  void flush(std::size_t end) {
    if (literal_from_ == end) return;
    const TextToken& first = scratch_.tokens[literal_from_];
    const TextToken& last = scratch_.tokens[end - 1];
    const std::size_t size = last.begin + last.size - first.begin;
    put_literal(text_.subspan(first.begin, size), first.word, last.word);
    literal_from_ = end;
  }

  void put_literal(ByteView bytes, bool begins_word, bool ends_word) {
    const std::size_t size = bytes.size();
    *out_++ = static_cast<std::uint8_t>(kCodeLiteral + (begins_word ? 1 : 0) +
                                        (ends_word ? 2 : 0));
    if (size < 0x80) {
      *out_++ = static_cast<std::uint8_t>(size);
    } else {
      *out_++ = static_cast<std::uint8_t>(0x80 | (size & 0x7f));
      *out_++ = static_cast<std::uint8_t>(size >> 7);
    }
    put_bytes(bytes.data(), size);
  }

  const WordEncoder& encoder_;
  ByteView text_;
  Scratch& scratch_;
  std::uint8_t* out_;
  std::size_t literal_from_ = 0;
  const std::uint8_t* split_from_ = nullptr;  // where the last split begins
};

WordEncoder::WordEncoder(const std::vector<LexiconEntry>& entries,
                         const CodeLayout& layout)
    : edges_(1024) {
  for (const LexiconEntry& entry : entries) {
    if (is_tail(entry)) continue;
    TextTokens tokens(as_bytes(entry.text));
    for (TextToken t; tokens.next(t);) {
      tokens_.insert(std::string_view(entry.text).substr(t.begin, t.size));
    }
  }
  nodes_.resize(tokens_.size());
  entries_.resize(tokens_.size(), kNone);
  codes_.reserve(entries.size());
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    codes_.push_back(word_code(layout, i));
    add(entries[i], i);
  }
  for (Edge& edge : edges_) {
    if (edge.from != kNone) edge.node = nodes_[edge.to];
  }
}

void WordEncoder::add(const LexiconEntry& entry, std::uint32_t number) {
  TextTokens tokens(as_bytes(entry.text));
  TextToken first;
  if (tokens.next(first) && first.size == entry.text.size() &&
      first.size <= kMaxPieceBytes &&
      entry.text.find('\0') == std::string::npos) {
    const PieceKind kind = !first.word         ? PieceKind::kOther
                           : entry.begins_word ? PieceKind::kHead
                                               : PieceKind::kTail;
    pieces_.add(entry.text, kind, number, codes_[number].size);
  }
  if (is_tail(entry)) return;
  tokens = TextTokens(as_bytes(entry.text));
  std::uint32_t node = kNone;
  for (TextToken t; tokens.next(t);) {
    const std::uint32_t token =
        tokens_.find(std::string_view(entry.text).substr(t.begin, t.size));
    if (node == kNone) {
      node = token;
      continue;
    }
    nodes_[node].inner = true;
    const Edge* known = child(node, token);
    if (known != nullptr) {
      node = known->to;
      continue;
    }
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
    entries_.push_back(kNone);
    add_edge(node, token, next);
    node = next;
  }
  if (node == kNone) return;
  entries_[node] = number;
  Node& last = nodes_[node];
  last.code_size = codes_[number].size & 3;
  for (std::size_t i = 0; i < sizeof(last.code); ++i) {
    last.code[i] = static_cast<std::uint8_t>(codes_[number].bytes >> 8 * i);
  }
}

std::size_t WordEncoder::edge_slot(std::uint32_t from,
                                   std::uint32_t token) const noexcept {
  std::size_t at = edge_home(edge_hash(from, token));
  while (edges_[at].from != kNone &&
         (edges_[at].from != from || edges_[at].token != token)) {
    at = (at + 1) & (edges_.size() - 1);
  }
  return at;
}

void WordEncoder::add_edge(std::uint32_t from, std::uint32_t token,
                           std::uint32_t to) {
  if (4 * ++edge_count_ > 3 * edges_.size()) {
    std::vector<Edge> old(2 * edges_.size());
    old.swap(edges_);
    for (const Edge& e : old) {
      if (e.from != kNone) edges_[edge_slot(e.from, e.token)] = e;
    }
  }
  edges_[edge_slot(from, token)] = {from, token, to, {}};
  edge_filter_.add(edge_hash(from, token));
}

const WordEncoder::Edge* WordEncoder::child(
    std::uint32_t node, std::uint32_t token) const noexcept {
  if (!edge_filter_.may_hold(edge_hash(node, token))) return nullptr;
  const Edge& edge = edges_[edge_slot(node, token)];
  return edge.from == kNone ? nullptr : &edge;
}

WordEncoder::Match WordEncoder::longest(const std::vector<Found>& found,
                                        std::size_t at) const noexcept {
  Match best{found[at].id, found[at].node, 1};
  if (!best.node.open) return best;
  std::uint32_t node = best.id;
  for (std::size_t end = at + 1; end < found.size(); ++end) {
    const Edge* const edge =
        found[end].id == kNone ? nullptr : child(node, found[end].id);
    if (edge == nullptr) break;
    node = edge->to;
    if (edge->node.code_size != 0) best = {node, edge->node, end + 1 - at};
    if (!edge->node.inner) break;
  }
  return best;
}

std::uint32_t WordEncoder::single(std::string_view token) const noexcept {
  const std::uint32_t id = tokens_.find(token);
  return id == kNone ? kNone : entries_[id];
}

void WordEncoder::encode(ByteView text, Scratch& scratch,
                         std::vector<std::uint8_t>& out) const {
  const std::size_t before = out.size();
  out.resize(before + Run::max_size(text.size()));
  Run run(*this, text, scratch, out.data() + before);
  run.run();
  out.resize(static_cast<std::size_t>(run.end() - out.data()));
}

}  // namespace kwic
