// SPDX-License-Identifier: Apache-2.0
//
// DESCRIPTION. A lexicon of words alone leaves much to gain: "of the",
// ", and" and "United States" are as frequent as words are. So neighbours are
// merged as in byte pair encoding (Gage, "A New Algorithm for Data
// Compression", C Users Journal 1994; Larsson and Moffat, "Off-line
// Dictionary-Based Compression", 2000), only with words for letters, many
// pairs a round, and with the bytes saved as the measure.
//
// IMPLEMENTATION. The sample becomes a sequence of ids. Each round counts the
// neighbours, takes the pairs whose code would be shorter than theirs by
// enough to pay for the entry, and replaces them from left to right. Then the
// real encoder parses the sample, entries that do not pay go, and so again:
// the uses that ranks follow from are those the encoder makes of them.
// Everything is counted in bounded tables filled in order of the sample, so
// the result is a function of the sample alone.
#include "format/lexicon_trainer.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "format/bounded_counter.h"
#include "format/text_tokens.h"
#include "format/word_encoder.h"

namespace kwic {
namespace {

constexpr std::uint32_t kBreak = 0xffff'ffff;
constexpr int kRounds = 2;
constexpr std::size_t kRefinements = 2;
// Distinct tokens and their bytes that are told apart; later ones are unknown.
constexpr std::uint32_t kMaxTokens = 1 << 20;
// More are taken for a sample of which most come once.
constexpr std::uint32_t kManyTokens = 200'000;
constexpr std::size_t kMaxArena = std::size_t{24} << 20;
constexpr std::uint32_t kMinPairCount = 4;
constexpr std::size_t kMaxPairs = 12'000;
// What LZ4 leaves of a byte of code.
constexpr double kResidue = 0.7;
// Ranks at which codes grow, as first estimates.
constexpr std::size_t kOneByteRank = 180, kTwoByteRank = 17'000;
constexpr unsigned kPairBits = 18, kPieceBits = 17;
constexpr std::size_t kMaxPieces = 12'000;
// Bytes of the code of a word in pieces: so many, and so many a letter.
constexpr double kPieceHead = 1.8, kPieceByte = 0.6;
constexpr std::size_t kMaxUnknown = 100'000;
constexpr std::size_t kParseBytes = 8192;
// Cut into tokens at once.
constexpr std::size_t kAddBytes = 32768;

bool by_uses(const LexiconEntry& a, const LexiconEntry& b) {
  return a.uses != b.uses ? a.uses > b.uses : a.text < b.text;
}

// Calls `use(piece)` for pieces of the size of a block.
template <typename Use>
void for_pieces(const std::vector<std::string_view>& texts, Use use) {
  for (const std::string_view text : texts) {
    for (std::size_t at = 0; at < text.size(); at += kParseBytes) {
      use(as_bytes(text.substr(at, kParseBytes)));
    }
  }
}

}  // namespace

// The sizes of codes, by text.
class LexiconTrainer::CodeSizes {
 public:
  // The first one of the same text stays.
  void add(std::string_view text, unsigned size) {
    if (texts_.insert(text) == sizes_.size()) sizes_.push_back(size);
  }
  // 0: none.
  unsigned of(const std::uint8_t* text,
              const TokenTable::Key& key) const noexcept {
    const std::uint32_t id = texts_.find(text, key);
    return id == TokenTable::kNone ? 0 : sizes_[id];
  }

 private:
  TokenTable texts_;
  std::vector<unsigned> sizes_;
};

// Which tokens of the sample may come more than once: those whose hash does.
class LexiconTrainer::Repeated {
 public:
  Repeated() : once_(std::size_t{1} << kBits), twice_(once_.size()) {}

  void add(const TokenTable::Key& key) {
    const std::size_t at = key.hash & (once_.size() - 1);
    if (once_[at]) twice_[at] = true;
    once_[at] = true;
  }
  bool may_hold(const TokenTable::Key& key) const {
    return twice_[key.hash & (once_.size() - 1)];
  }

 private:
  static constexpr unsigned kBits = 23;

  std::vector<bool> once_, twice_;
};

std::uint32_t LexiconTrainer::insert(std::string_view text,
                                     const TokenTable::Key& key, Kind kind) {
  const std::uint8_t* const bytes = as_bytes(text).data();
  if (distinct_ >= kMaxTokens || table_.arena_bytes() >= kMaxArena) {
    const std::uint32_t id = table_.find(bytes, key);
    return id == TokenTable::kNone ? kBreak : id;
  }
  const std::uint32_t id = table_.insert(bytes, key);
  if (id == kinds_.size()) {
    kinds_.push_back(kind);
    ranks_.push_back(distinct_++);
  }
  return id;
}

// Calls use(token, key, t) for each token of the sample, and use_end() behind
// each text.
template <typename Use, typename UseEnd>
void LexiconTrainer::for_tokens(const Use& use, const UseEnd& use_end) {
  for (const std::string_view text : texts_) {
    for (std::size_t at = 0; at < text.size(); at += kAddBytes) {
      tokens_.find(as_bytes(text.substr(at, kAddBytes)));
      for (const TextToken& t : tokens_.tokens()) {
        const std::uint8_t* const token = tokens_.text() + t.begin;
        use(token, TokenTable::key_at(token, t.size), t);
      }
    }
    use_end();
  }
}

// False if there are more different tokens than `most`.
bool LexiconTrainer::number_tokens(const Repeated* repeated,
                                   std::uint32_t most) {
  for_tokens(
      [&](const std::uint8_t* token, const TokenTable::Key& key,
          const TextToken& t) {
        if (table_.size() > most) return;
        if (t.size > kMaxEntryBytes) {
          sequence_.push_back(kBreak);
        } else if (repeated != nullptr && !repeated->may_hold(key)) {
          if (distinct_ < kMaxTokens) ++distinct_;
          sequence_.push_back(kBreak);
        } else {
          sequence_.push_back(
              insert(as_text({token, t.size}), key, {t.word, t.word}));
        }
      },
      [this] { sequence_.push_back(kBreak); });
  return table_.size() <= most;
}

// A token that comes once is no candidate, and no part of one. Where there are
// many of them, they are only counted: the ranks of the others, by which pairs
// are told apart, stay what they are.
void LexiconTrainer::number_tokens() {
  if (number_tokens(nullptr, kManyTokens)) return;
  release_tokens();
  Repeated repeated;
  for_tokens([&](const std::uint8_t*, const TokenTable::Key& key,
                 const TextToken&) { repeated.add(key); },
             [] {});
  number_tokens(&repeated, kMaxTokens + kMaxPairs);
}

std::uint32_t LexiconTrainer::of_rank(std::uint32_t rank) const {
  return static_cast<std::uint32_t>(
      std::lower_bound(ranks_.begin(), ranks_.end(), rank) - ranks_.begin());
}

void LexiconTrainer::count_ids() {
  counts_.assign(table_.size(), 0);
  for (const std::uint32_t id : sequence_) {
    if (id != kBreak) ++counts_[id];
  }
}

void LexiconTrainer::find_costs() {
  std::vector<std::uint32_t> most(std::min(counts_.size(), kTwoByteRank + 1));
  std::partial_sort_copy(counts_.begin(), counts_.end(), most.begin(),
                         most.end(), std::greater<>());
  const auto at = [&](std::size_t rank) {
    return rank < most.size() ? std::max(most[rank], 1U) : 1U;
  };
  one_byte_ = at(kOneByteRank);
  two_bytes_ = at(kTwoByteRank);
}

std::vector<LexiconTrainer::Pair> LexiconTrainer::gainful_pairs(
    double scale) const {
  BoundedCounter counter(kPairBits);
  for (std::size_t i = 0; i + 1 < sequence_.size(); ++i) {
    const std::uint32_t a = sequence_[i], b = sequence_[i + 1];
    if (a == kBreak || b == kBreak || counts_[a] < kMinPairCount ||
        counts_[b] < kMinPairCount) {
      continue;
    }
    counter.add(std::uint64_t{ranks_[a]} << 32 | ranks_[b]);
  }
  const auto cost = [&](std::uint32_t count) {
    return count >= one_byte_ ? 1 : count >= two_bytes_ ? 2 : 3;
  };
  std::vector<Pair> pairs;
  for (const BoundedCounter::Slot& slot : counter.slots()) {
    if (slot.count < kMinPairCount) continue;
    const std::uint32_t left =
        of_rank(static_cast<std::uint32_t>(slot.key >> 32));
    const std::uint32_t right = of_rank(static_cast<std::uint32_t>(slot.key));
    const int saved =
        cost(counts_[left]) + cost(counts_[right]) - cost(slot.count);
    const std::size_t size = table_[left].size() + table_[right].size() + 1;
    const double gain =
        kResidue * scale * saved * slot.count - static_cast<double>(size + 2);
    if (saved > 0 && gain > 0 && size <= kMaxEntryBytes) {
      pairs.push_back({left, right, slot.count, gain});
    }
  }
  return pairs;
}

bool LexiconTrainer::merge_pairs(double scale) {
  std::vector<Pair> pairs = gainful_pairs(scale);
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    if (a.gain != b.gain) return a.gain > b.gain;
    return a.left != b.left ? a.left < b.left : a.right < b.right;
  });
  if (pairs.size() > kMaxPairs) pairs.resize(kMaxPairs);
  // From pair to merged id, sorted by pair.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> merged;
  for (const Pair& p : pairs) {
    std::string text(table_[p.left]);
    if (kinds_[p.left].ends_word && kinds_[p.right].begins_word) text += ' ';
    text += table_[p.right];
    const std::uint32_t id =
        insert(text, TokenTable::key_of(text),
               {kinds_[p.left].begins_word, kinds_[p.right].ends_word});
    if (id == kBreak) continue;
    merged.emplace_back(std::uint64_t{p.left} << 32 | p.right, id);
  }
  std::sort(merged.begin(), merged.end());
  // The pairs of a left id lie together: first[id] .. first[id + 1]. Counts
  // are found anew after this.
  std::vector<std::uint32_t>& first = counts_;
  first.assign(table_.size() + 1, 0);
  for (const auto& [pair, id] : merged) ++first[(pair >> 32) + 1];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::size_t out = 0;
  for (std::size_t i = 0; i < sequence_.size(); ++i) {
    std::uint32_t id = sequence_[i];
    if (id != kBreak && i + 1 < sequence_.size() && first[id] < first[id + 1]) {
      const std::uint64_t pair = std::uint64_t{id} << 32 | sequence_[i + 1];
      const auto end = merged.begin() + first[id + 1];
      const auto it = std::lower_bound(merged.begin() + first[id], end,
                                       std::pair{pair, 0U});
      if (it != end && it->first == pair) {
        id = it->second;
        ++i;
      }
    }
    sequence_[out++] = id;
  }
  sequence_.resize(out);
  return !merged.empty();
}

std::vector<LexiconEntry> LexiconTrainer::candidates() const {
  std::vector<LexiconEntry> entries;
  entries.reserve(static_cast<std::size_t>(
      std::count_if(counts_.begin(), counts_.end(),
                    [](std::uint32_t count) { return count >= 2; })));
  for (std::uint32_t id = 0; id < table_.size(); ++id) {
    if (counts_[id] < 2) continue;
    entries.push_back({std::string(table_[id]), kinds_[id].begins_word,
                       kinds_[id].ends_word, counts_[id]});
  }
  std::sort(entries.begin(), entries.end(), by_uses);
  return entries;
}

// The parts of words that would save most in words no entry holds.
std::vector<LexiconEntry> LexiconTrainer::pieces(
    const std::vector<std::string_view>& words,
    const std::vector<LexiconEntry>& known) {
  std::unordered_set<std::string_view> heads;
  for (const LexiconEntry& e : known) {
    if (e.begins_word) heads.insert(e.text);
  }
  BoundedCounter counter(kPieceBits);
  for (const std::string_view word : words) {
    if (word.size() > kMaxSplitWord) continue;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const std::size_t longest = std::min(kMaxPieceBytes, word.size() - i);
      for (std::size_t size = 1; size <= longest; ++size) {
        counter.add(piece_key(word.substr(i, size),
                              i == 0 ? PieceKind::kHead : PieceKind::kTail));
      }
    }
  }
  std::vector<std::pair<std::uint64_t, std::uint64_t>> best;  // gain, key
  for (const BoundedCounter::Slot& slot : counter.slots()) {
    if (slot.count < 8) continue;
    const std::size_t size = piece_size(slot.key);
    const std::uint64_t gain = std::uint64_t{slot.count} * (4 * size - 3);
    best.emplace_back(~gain, slot.key);
  }
  std::sort(best.begin(), best.end());
  if (best.size() > kMaxPieces) best.resize(kMaxPieces);
  std::vector<LexiconEntry> entries;
  for (const auto& [gain, key] : best) {
    if (piece_is_head(key) && heads.contains(piece_text(key))) continue;
    entries.push_back(
        {piece_text(key), piece_is_head(key), true, counter.count(key) / 4});
  }
  return entries;
}

// What coding an entry costs in bytes if it were not there.
double LexiconTrainer::cost_without(const LexiconEntry& entry,
                                    const CodeSizes& codes) {
  tokens_.find(as_bytes(entry.text));
  double cost = 0;
  const auto plain = [&](std::string_view word) {
    return word.size() == 1
               ? 3
               : kPieceHead + kPieceByte * static_cast<double>(word.size());
  };
  for (const TextToken& t : tokens_.tokens()) {
    const std::uint8_t* const token = tokens_.text() + t.begin;
    const unsigned known = codes.of(token, TokenTable::key_at(token, t.size));
    cost += known != 0 && t.size < entry.text.size() ? known
            : t.word ? plain(as_text({token, t.size}))
                     : 2 + static_cast<double>(t.size);
  }
  if (tokens_.tokens().size() == 1) {
    std::string lower = entry.text;
    if (lower[0] >= 'A' && lower[0] <= 'Z') {
      lower[0] = static_cast<char>(lower[0] + 0x20);
      const unsigned known =
          codes.of(as_bytes(lower).data(), TokenTable::key_of(lower));
      if (known != 0) cost = std::min(cost, 1.0 + known);
    }
  }
  return cost;
}

// Replaces the uses by those of a real parse and drops what does not pay.
std::vector<std::string_view> LexiconTrainer::refine(
    std::vector<LexiconEntry>& entries, double scale) {
  const CodeLayout layout = choose_layout(entries);
  const WordEncoder encoder(entries, layout);
  std::vector<std::uint32_t> uses(entries.size());
  std::vector<std::string_view> unknown;
  WordEncoder::Scratch scratch;
  scratch.uses = &uses;
  scratch.unknown = &unknown;
  for_pieces(texts_, [&](ByteView piece) {
    encoder.encode(piece, scratch);
    if (unknown.size() > kMaxUnknown) scratch.unknown = nullptr;
  });
  CodeSizes codes;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    codes.add(entries[i].text,
              word_code(layout, static_cast<std::uint32_t>(i)).size);
  }
  std::vector<bool> keep(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    LexiconEntry& entry = entries[i];
    entry.uses = uses[i];
    const double saved = cost_without(entry, codes) -
                         word_code(layout, static_cast<std::uint32_t>(i)).size;
    const double gain =
        kResidue * scale * saved * static_cast<double>(entry.uses);
    keep[i] = gain > static_cast<double>(entry.text.size() + 1);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!keep[i]) continue;
    if (kept != i) entries[kept] = std::move(entries[i]);
    ++kept;
  }
  entries.resize(kept);
  std::sort(entries.begin(), entries.end(), by_uses);
  return unknown;
}

// What follows knows entries only. (Assigning {} would keep the memory.)
void LexiconTrainer::release_tokens() {
  std::vector<std::uint32_t>().swap(sequence_);
  std::vector<std::uint32_t>().swap(counts_);
  std::vector<std::uint32_t>().swap(ranks_);
  std::vector<Kind>().swap(kinds_);
  table_ = TokenTable();
  distinct_ = 0;
}

std::vector<LexiconEntry> LexiconTrainer::train(
    double scale, bool fast, const std::function<bool()>& go_on) {
  const auto stopped = [&] { return go_on && !go_on(); };
  number_tokens();
  for (int round = 0; round < (fast ? 0 : kRounds); ++round) {
    if (stopped()) return {};
    count_ids();
    find_costs();
    if (!merge_pairs(scale)) break;
  }
  count_ids();
  std::vector<LexiconEntry> entries = candidates();
  release_tokens();
  for (std::size_t i = 0; i < (fast ? 1 : kRefinements); ++i) {
    if (stopped()) return {};
    const std::vector<std::string_view> unknown = refine(entries, scale);
    if (i == 0 && !fast) {
      if (stopped()) return {};
      std::vector<LexiconEntry> more = pieces(unknown, entries);
      for (LexiconEntry& e : more) entries.push_back(std::move(e));
      std::sort(entries.begin(), entries.end(), by_uses);
    }
  }
  return entries;
}

}  // namespace kwic
