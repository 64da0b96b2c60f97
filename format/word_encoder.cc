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
  Run(const WordEncoder& encoder, ByteView text, Scratch& scratch,
      std::vector<std::uint8_t>& out)
      : encoder_(encoder), text_(text), scratch_(scratch), out_(out) {}

  void run() {
    find_tokens();
    const std::size_t n = scratch_.tokens.size();
    for (std::size_t i = 0; i < n;) {
      prefetch(i);
      const Match match = encoder_.longest(scratch_, i);
      if (match.node != nullptr) {
        flush(i);
        put(*match.node);
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

  // Most of the time goes by waiting for memory, so the look-ups of all
  // tokens are begun before the first is ended.
  void find_tokens() {
    scratch_.splits.resize(kSplits);
    scratch_.tokens.clear();
    scratch_.hashes.clear();
    TextTokens tokens(text_);
    for (TextToken token; tokens.next(token);) {
      scratch_.tokens.push_back(token);
      scratch_.hashes.push_back(encoder_.tokens_.hash(text_of(token)));
    }
    const std::size_t n = scratch_.tokens.size();
    scratch_.ids.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      if (i + kAhead < n)
        encoder_.tokens_.prefetch(scratch_.hashes[i + kAhead]);
      const TextToken& token = scratch_.tokens[i];
      scratch_.ids[i] =
          token.size <= kMaxEntryBytes
              ? encoder_.tokens_.find(text_of(token), scratch_.hashes[i])
              : kNone;
    }
  }

  // Fetches what the tokens some way behind `i` will ask for.
  void prefetch(std::size_t i) const {
    i += kAhead;
    if (i + 1 >= scratch_.ids.size() || scratch_.ids[i] == kNone) return;
    __builtin_prefetch(&encoder_.nodes_[scratch_.ids[i]]);
    __builtin_prefetch(&encoder_.edges_[encoder_.edge_home(
        scratch_.ids[i], scratch_.ids[i + 1])]);
  }

  void put(std::uint32_t entry) {
    if (scratch_.uses != nullptr) ++(*scratch_.uses)[entry];
    const WordCode code = encoder_.codes_[entry];
    std::uint8_t bytes[4];
    store_le(bytes, code.bytes);
    out_.insert(out_.end(), bytes, bytes + code.size);
  }

  void put(const Node& node) {
    if (scratch_.uses != nullptr) ++(*scratch_.uses)[node.entry];
    out_.insert(out_.end(), node.code, node.code + node.code_size);
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
    out_.push_back(control);
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
    Split& known = scratch_.splits[scratch_.hashes[i] % kSplits];
    if (remembered && known.word_size == bytes.size() &&
        std::memcmp(known.word, bytes.data(), bytes.size()) == 0) {
      if (known.coded_size == 0) return false;
      flush(i);
      out_.insert(out_.end(), known.coded, known.coded + known.coded_size);
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
    split_from_ = out_.size();
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
    const std::size_t size = split ? out_.size() - split_from_ : 0;
    if (size > sizeof(known.coded)) return;
    known.word_size = static_cast<std::uint8_t>(word.size());
    known.coded_size = static_cast<std::uint8_t>(size);
    std::copy(word.begin(), word.end(), known.word);
    std::copy_n(out_.end() - static_cast<std::ptrdiff_t>(size), size,
                known.coded);
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
    out_.push_back(static_cast<std::uint8_t>(
        kCodeLiteral + (begins_word ? 1 : 0) + (ends_word ? 2 : 0)));
    if (size < 0x80) {
      out_.push_back(static_cast<std::uint8_t>(size));
    } else {
      out_.push_back(static_cast<std::uint8_t>(0x80 | (size & 0x7f)));
      out_.push_back(static_cast<std::uint8_t>(size >> 7));
    }
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }

  const WordEncoder& encoder_;
  ByteView text_;
  Scratch& scratch_;
  std::vector<std::uint8_t>& out_;
  std::size_t literal_from_ = 0;
  std::size_t split_from_ = 0;  // in out_: the split made last
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
  codes_.reserve(entries.size());
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    codes_.push_back(word_code(layout, i));
    add(entries[i], i);
  }
}

void WordEncoder::add(const LexiconEntry& entry, std::uint32_t number) {
  TextTokens tokens(as_bytes(entry.text));
  TextToken first;
  if (tokens.next(first) && first.size == entry.text.size() &&
      first.size <= kMaxPieceBytes &&
      entry.text.find('\0') == std::string::npos) {
    pieces_.add(entry.text, entry.begins_word, number, codes_[number].size);
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
    std::uint32_t next = child(node, token);
    if (next == kNone) {
      next = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      add_edge(node, token, next);
    }
    node = next;
  }
  if (node == kNone) return;
  Node& last = nodes_[node];
  last.entry = number;
  last.code_size = static_cast<std::uint8_t>(codes_[number].size);
  for (std::size_t i = 0; i < sizeof(last.code); ++i) {
    last.code[i] = static_cast<std::uint8_t>(codes_[number].bytes >> 8 * i);
  }
}

std::size_t WordEncoder::edge_home(std::uint32_t from,
                                   std::uint32_t token) const noexcept {
  return static_cast<std::size_t>(edge_hash(from, token) >> 32) &
         (edges_.size() - 1);
}

std::size_t WordEncoder::edge_slot(std::uint32_t from,
                                   std::uint32_t token) const noexcept {
  std::size_t at = edge_home(from, token);
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
  edges_[edge_slot(from, token)] = {from, token, to};
  edge_filter_.add(edge_hash(from, token));
}

std::uint32_t WordEncoder::child(std::uint32_t node,
                                 std::uint32_t token) const noexcept {
  if (!edge_filter_.may_hold(edge_hash(node, token))) return kNone;
  const Edge& edge = edges_[edge_slot(node, token)];
  return edge.from == kNone ? kNone : edge.to;
}

WordEncoder::Match WordEncoder::longest(const Scratch& scratch,
                                        std::size_t at) const noexcept {
  Match best;
  std::uint32_t node = scratch.ids[at];
  std::size_t end = at + 1;
  while (node != kNone) {
    const Node& here = nodes_[node];
    if (here.entry != kNone) best = {&here, end - at};
    if (!here.inner || end == scratch.ids.size() || scratch.ids[end] == kNone) {
      break;
    }
    node = child(node, scratch.ids[end++]);
  }
  return best;
}

std::uint32_t WordEncoder::single(std::string_view token) const noexcept {
  const std::uint32_t id = tokens_.find(token);
  return id == kNone ? kNone : nodes_[id].entry;
}

void WordEncoder::encode(ByteView text, Scratch& scratch,
                         std::vector<std::uint8_t>& out) const {
  Run(*this, text, scratch, out).run();
}

}  // namespace kwic
