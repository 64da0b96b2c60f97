// SPDX-License-Identifier: Apache-2.0
//
// Entries are phrases of tokens, kept as a trie whose nodes hang in one hash
// table of (node, token). At each token the longest phrase is taken. A word
// that no entry holds as it stands is tried in lower case behind a control for
// its capitals; what is left becomes literals, and neighbours share one.
#include "format/word_encoder.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

namespace kwic {
namespace {

// Tokens whose look-ups wait for memory together.
constexpr std::size_t kTogether = 32;
// Splits that are remembered.
constexpr std::size_t kSplits = 2048;
// A literal's bytes are copied so many at a time.
constexpr std::size_t kCopy = 16;

constexpr std::uint64_t kLow = 0x0101'0101'0101'0101U;
constexpr std::uint64_t kHigh = 0x80 * kLow;

// The high bit of each byte of `x` that is a capital.
std::uint64_t capitals(std::uint64_t x) noexcept {
  const std::uint64_t low = x & ~kHigh;
  return (low + (0x80 - 'A') * kLow) & ~(low + (0x80 - 'Z' - 1) * kLow) & ~x &
         kHigh;
}

// Turns the key of a word into that of its lower-case form if there is a
// control that leads back; false if not. REQUIRES: at most 16 bytes.
bool without_capitals(TokenTable::Key& key, std::uint8_t& control) noexcept {
  const std::uint64_t first = capitals(key.prefix);
  const std::uint64_t last = capitals(key.suffix);
  if ((first & 0x80) == 0) return false;
  if (first == 0x80 && last == 0) {
    control = kCodeCapital;
  } else {
    // A small letter is what would be a capital without its bit 5.
    const std::uint64_t bit = 0x20 * kLow;
    if ((capitals(key.prefix ^ bit) | capitals(key.suffix ^ bit)) != 0) {
      return false;
    }
    control = kCodeUpper;
  }
  key.prefix |= first >> 2;
  key.suffix |= last >> 2;
  key.find_hash();
  return true;
}

std::uint32_t short_hash(std::uint64_t hash) noexcept {
  return static_cast<std::uint32_t>(hash >> 32);
}

// Whether an entry, cut into tokens, goes on within a word, and so is no token.
bool is_tail(const LexiconEntry& entry, const TextTokens& text) {
  return !text.tokens().empty() && text.tokens()[0].word && !entry.begins_word;
}

std::uint64_t edge_hash(std::uint32_t from, std::uint32_t token) noexcept {
  return scatter(std::uint64_t{from} << 32 | token);
}

}  // namespace

// One encode(): the state between two tokens.
class WordEncoder::Run {
 public:
  // Every token of n bytes takes at most n + 3, and what is copied in one go
  // may reach beyond its end.
  static constexpr std::size_t max_size(std::size_t text_bytes) {
    return 4 * text_bytes + 64;
  }
  Run(const WordEncoder& encoder, ByteView text, Scratch& scratch)
      : encoder_(encoder),
        text_(text),
        scratch_(scratch),
        tokens_(scratch.text.tokens()),
        bytes_(scratch.text.text()),
        found_(scratch.found.data()),
        out_(scratch.coded.data()) {}

  const std::uint8_t* end() const noexcept { return out_; }

  void run() {
    find_nodes();
    find_edges();
    const std::size_t n = tokens_.size();
    for (std::size_t i = 0; i < n;) {
      const Match match = longest(i);
      if (code_size(match.node) != 0) [[likely]] {
        flush(i);
        put(match.node, match.number);
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
  TokenTable::Key key_of(const TextToken& token) const noexcept {
    return TokenTable::key_at(bytes_ + token.begin, token.size);
  }

  // Most of the time would go by waiting for memory, so what a token needs is
  // asked for in steps, for some tokens together.
  void find_nodes() {
    const TokenTable& table = encoder_.tokens_;
    TokenTable::Key keys[kTogether];
    for (std::size_t from = 0; from < tokens_.size(); from += kTogether) {
      const auto some =
          tokens_.subspan(from, std::min(kTogether, tokens_.size() - from));
      for (std::size_t i = 0; i < some.size(); ++i) {
        keys[i] = key_of(some[i]);
        table.prefetch(keys[i]);
      }
      for (std::size_t i = 0; i < some.size(); ++i) {
        // (There may be no token, and no node but the root.)
        __builtin_prefetch(encoder_.nodes_.data() +
                           table.prefetch_record(keys[i]) + 1);
      }
      for (std::size_t i = 0; i < some.size(); ++i) {
        // From kNone to 0, which is no node.
        const std::uint32_t number =
            table.find(bytes_ + some[i].begin, keys[i]) + 1;
        found_[from + i] = {number, encoder_.nodes_[number], 0};
      }
    }
  }

  void find_edges() {
    if (encoder_.edges_.empty()) return;
    Open* const open = scratch_.open.data();
    std::size_t count = 0;
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      const std::uint64_t hash =
          edge_hash(found_[i].number, found_[i + 1].number);
      open[count] = {static_cast<std::uint32_t>(i), short_hash(hash)};
      count +=
          (found_[i].node & kInner) != 0 && encoder_.edge_filter_.may_hold(hash)
              ? 1
              : 0;
    }
    for (std::size_t k = 0; k < count; ++k) {
      encoder_.edge_index_.prefetch(open[k].hash);
    }
    for (std::size_t k = 0; k < count; ++k) {
      __builtin_prefetch(encoder_.edges_.data() +
                         encoder_.edge_index_.guess(open[k].hash));
    }
    for (std::size_t k = 0; k < count; ++k) {
      Found& found = found_[open[k].token];
      found.edge =
          encoder_.edge(open[k].hash, found.number, (&found)[1].number);
    }
  }

  Match longest(std::size_t at) const noexcept {
    Match best{found_[at].number, found_[at].node, 1};
    std::uint32_t number = found_[at].edge;
    for (std::size_t end = at + 2; number != 0; ++end) {
      const Edge& edge = encoder_.edges_[number - 1];
      if (code_size(edge.node) != 0) best = {edge.to, edge.node, end - at};
      if ((edge.node & kInner) == 0 || end == tokens_.size()) break;
      const std::uint64_t hash = edge_hash(edge.to, found_[end].number);
      if (!encoder_.edge_filter_.may_hold(hash)) break;
      number = encoder_.edge(short_hash(hash), edge.to, found_[end].number);
    }
    return best;
  }

  void put(PackedCode code) noexcept {
    store_le(out_, code);
    out_ += code_size(code);
  }
  void note_use(std::uint32_t entry) {
    if (scratch_.uses != nullptr) ++(*scratch_.uses)[entry];
  }
  void put(Node node, std::uint32_t number) {
    if (scratch_.uses != nullptr) note_use(encoder_.entries_[number]);
    put(node);
  }

  // Codes token `i` as a control and its lower-case form, if that works.
  bool recased(std::size_t i) {
    const TextToken& token = tokens_[i];
    if (!token.word || token.size > TokenTable::kInKey) return false;
    TokenTable::Key key = key_of(token);
    std::uint8_t control = 0;
    if (!without_capitals(key, control)) return false;
    const std::uint32_t id = encoder_.tokens_.find(bytes_, key);
    const Node node = encoder_.nodes_[id + 1];  // from kNone to 0: no node
    if (code_size(node) == 0) return false;
    flush(i);
    *out_++ = control;
    put(node, id + 1);
    return true;
  }

  // Codes token `i` as pieces, if that is shorter than a literal.
  bool split(std::size_t i) {
    const TextToken& token = tokens_[i];
    if (token.word && scratch_.unknown != nullptr) {
      scratch_.unknown->push_back(text_of(token));
    }
    if (!scratch_.split_words) return false;
    if (token.size > TokenTable::kInKey || scratch_.uses != nullptr)
      return split_anew(i);
    const TokenTable::Key key = key_of(token);
    Split& known = scratch_.splits[key.hash % kSplits];
    if (known.prefix != key.prefix || known.suffix != key.suffix ||
        known.word_size != key.size) {
      const bool done = split_anew(i);
      remember(key, done, known);
      return done;
    }
    if (known.coded_size == 0) return false;
    flush(i);
    std::memcpy(out_, known.coded, sizeof(known.coded));
    out_ += known.coded_size;
    return true;
  }

  // Codes token `i` as pieces, appended after what is pending; false if a
  // literal is no longer.
  bool split_anew(std::size_t i) {
    const TextToken& token = tokens_[i];
    WordPieces::Step steps[kMaxSplitWord];
    const std::size_t count = encoder_.pieces_.split(
        bytes_ + token.begin, token.size, token.word, steps);
    if (count == 0) return false;
    flush(i);
    split_from_ = out_;
    std::size_t at = token.begin;
    for (std::size_t k = 0; k < count; ++k) {
      if (steps[k].entry != WordPieces::kLiteral) {
        note_use(steps[k].entry);
        put(steps[k].code);
      } else {
        put_literal(at, steps[k].size, token.word && k == 0, token.word);
      }
      at += steps[k].size;
    }
    return true;
  }

  void remember(const TokenTable::Key& key, bool done, Split& known) const {
    const auto size = static_cast<std::size_t>(done ? out_ - split_from_ : 0);
    if (size > sizeof(known.coded)) return;
    known = {key.prefix,
             key.suffix,
             static_cast<std::uint8_t>(key.size),
             static_cast<std::uint8_t>(size),
             {}};
    std::copy_n(out_ - size, size, known.coded);
  }

  // Writes the tokens from literal_from_ to `end` as one literal.
  void flush(std::size_t end) {
    if (literal_from_ == end) return;
    const TextToken& first = tokens_[literal_from_];
    const TextToken& last = tokens_[end - 1];
    put_literal(first.begin, last.begin + last.size - first.begin, first.word,
                last.word);
    literal_from_ = end;
  }

  void put_literal(std::size_t begin, std::size_t size, bool begins_word,
                   bool ends_word) {
    *out_++ = static_cast<std::uint8_t>(kCodeLiteral + (begins_word ? 1 : 0) +
                                        (ends_word ? 2 : 0));
    if (size < 0x80) {
      *out_++ = static_cast<std::uint8_t>(size);
    } else {
      *out_++ = static_cast<std::uint8_t>(0x80 | (size & 0x7f));
      *out_++ = static_cast<std::uint8_t>(size >> 7);
    }
    std::memcpy(out_, bytes_ + begin, kCopy);
    if (size > kCopy) std::memcpy(out_, bytes_ + begin, size);
    out_ += size;
  }

  const WordEncoder& encoder_;
  ByteView text_;
  Scratch& scratch_;
  std::span<const TextToken> tokens_;
  const std::uint8_t* bytes_;  // the text, with slack behind it
  Found* found_;
  std::uint8_t* out_;
  std::size_t literal_from_ = 0;
  const std::uint8_t* split_from_ = nullptr;  // where the last split begins
};

WordEncoder::WordEncoder(const std::vector<LexiconEntry>& entries,
                         const CodeLayout& layout)
    : nodes_(1), entries_(1, kNone) {
  // What is used most comes first and so lies together.
  std::vector<std::uint32_t> ranks(entries.size());
  std::iota(ranks.begin(), ranks.end(), 0U);
  const auto more = [&](std::uint32_t a, std::uint32_t b) {
    return entries[a].uses != entries[b].uses
               ? entries[a].uses > entries[b].uses
               : a < b;
  };
  if (!std::is_sorted(ranks.begin(), ranks.end(), more)) {
    std::sort(ranks.begin(), ranks.end(), more);
  }
  TextTokens text;
  for (const std::uint32_t rank : ranks) {
    text.find(as_bytes(entries[rank].text));
    if (is_tail(entries[rank], text)) continue;
    for (const TextToken& t : text.tokens()) {
      const std::uint8_t* const token = text.text() + t.begin;
      tokens_.insert(token, TokenTable::key_at(token, t.size));
    }
  }
  nodes_.resize(tokens_.size() + 1);
  entries_.resize(tokens_.size() + 1, kNone);
  for (const std::uint32_t rank : ranks) {
    add(entries[rank], rank, packed(word_code(layout, rank)), text);
  }
  for (Edge& edge : edges_) edge.node = nodes_[edge.to];
}

void WordEncoder::add(const LexiconEntry& entry, std::uint32_t rank,
                      PackedCode code, TextTokens& text) {
  text.find(as_bytes(entry.text));
  if (text.tokens().empty()) return;
  const TextToken& first = text.tokens()[0];
  if (first.size == entry.text.size() && first.size <= kMaxPieceBytes &&
      entry.text.find('\0') == std::string::npos) {
    const PieceKind kind = !first.word         ? PieceKind::kOther
                           : entry.begins_word ? PieceKind::kHead
                                               : PieceKind::kTail;
    pieces_.add(entry.text, kind, rank, code);
  }
  if (is_tail(entry, text)) return;
  std::uint32_t node = 0;
  for (const TextToken& t : text.tokens()) {
    const std::uint8_t* const bytes = text.text() + t.begin;
    const std::uint32_t token =
        tokens_.find(bytes, TokenTable::key_at(bytes, t.size)) + 1;
    node = node == 0 ? token : child(node, token);
  }
  entries_[node] = rank;
  nodes_[node] |= code;
}

std::uint32_t WordEncoder::edge(std::uint32_t hash, std::uint32_t from,
                                std::uint32_t token) const noexcept {
  return edge_index_.find(hash, [&](std::uint32_t n) {
    return edges_[n].from == from && edges_[n].token == token;
  }) + 1;
}

std::uint32_t WordEncoder::child(std::uint32_t from, std::uint32_t token) {
  nodes_[from] |= kInner;
  const std::uint64_t hash = edge_hash(from, token);
  const std::uint32_t known = edge(short_hash(hash), from, token);
  if (known != 0) return edges_[known - 1].to;
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back(0);
  entries_.push_back(kNone);
  edge_index_.add(short_hash(hash), [this](std::uint32_t n) {
    return short_hash(edge_hash(edges_[n].from, edges_[n].token));
  });
  edge_filter_.add(hash);
  edges_.push_back({from, token, next, 0});
  return next;
}

ByteView WordEncoder::encode(ByteView text, Scratch& scratch) const {
  scratch.text.find(text);
  // These only grow, so that nothing is cleared each time.
  const auto grow = [](auto& buffer, std::size_t size) {
    if (buffer.size() < size) buffer.resize(size);
  };
  grow(scratch.found, scratch.text.tokens().size());
  grow(scratch.open, scratch.text.tokens().size());
  grow(scratch.coded, Run::max_size(text.size()));
  grow(scratch.splits, kSplits);
  Run run(*this, text, scratch);
  run.run();
  return {scratch.coded.data(),
          static_cast<std::size_t>(run.end() - scratch.coded.data())};
}

}  // namespace kwic
