// SPDX-License-Identifier: Apache-2.0
#include "format/doc_store_writer.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/bytes.h"
#include "format/body_sizes_writer.h"
#include "format/dictionary_trainer.h"
#include "format/doc_store_layout.h"
#include "format/lexicon_trainer.h"
#include "format/store_block_encoder.h"
#include "format/word_encoder.h"

namespace kwic {
namespace {

// More adds little to the lexicon and much to time and memory.
constexpr std::size_t kSampleBytes = std::size_t{6} << 20;
// A dictionary is at most this part of the coded sample: it has to pay, too.
constexpr std::size_t kDictionaryPart = 64;
// Text of which a dictionary is made.
constexpr std::size_t kDictionarySample = std::size_t{512} << 10;
constexpr std::size_t kMinBlockBytes = 64, kMaxBlockBytes = 24 * 1024;
// Blocks on which it is tried whether lexicon and dictionary pay.
constexpr std::size_t kTrialBlocks = 96;
constexpr std::size_t kBatchBlocks = 64;  // a thread's, before they are written

template <typename T>
void put(std::uint8_t* p, std::size_t i, T value) {
  store_le(p + i * sizeof(T), value);
}

// Collects the blocks' places and writes the index, group by group.
class IndexGroups {
 public:
  explicit IndexGroups(SectionWriter& out) : out_(out) {}

  Status add(std::uint64_t address, std::size_t text_bytes) {
    if (count_ > 0) set_distance(address);
    if (count_ == store::kIndexGroupBlocks) {
      if (Status s = flush(); !s) return s;
    }
    if (count_ == 0) {
      put(group_, 0, address);
      put(group_, 1, text_);
    }
    put(group_ + store::kIndexTexts, count_,
        static_cast<std::uint16_t>(text_bytes));
    previous_ = address;
    text_ += text_bytes;
    ++count_;
    return {};
  }
  Status finish(std::uint64_t end) {
    if (count_ == 0) return {};
    set_distance(end);
    return flush();
  }

 private:
  void set_distance(std::uint64_t address) {
    put(group_ + store::kIndexDistances, count_ - 1,
        static_cast<std::uint16_t>(address - previous_));
  }
  Status flush() {
    if (Status s = out_.align(store::kIndexGroupBytes, 64); !s) return s;
    Status s = out_.append(group_);
    std::fill(std::begin(group_), std::end(group_), std::uint8_t{0});
    count_ = 0;
    return s;
  }

  SectionWriter& out_;
  std::uint8_t group_[store::kIndexGroupBytes] = {};
  std::size_t count_ = 0;
  std::uint64_t previous_ = 0;
  std::uint64_t text_ = 0;
};

// How many bytes of `text` go into a block with room for `room`: up to the
// last line end or space near its end, if there is one.
std::size_t cut_point(std::string_view text, std::size_t room) {
  constexpr std::size_t kForLine = 256, kForSpace = 64;
  for (const auto& [mark, reach] :
       {std::pair{'\n', kForLine}, std::pair{' ', kForSpace}}) {
    const std::size_t at = text.rfind(mark, room - 1);
    if (at != std::string_view::npos && at + reach >= room) return at + 1;
  }
  return room;
}

}  // namespace

struct DocStoreWriter::Impl {
  Impl(const DocStoreSections& s, DocStoreOptions o)
      : sections(s), options(o), index(*s.index), sizes(*s.sizes) {
    // A block must fit a part even if nothing compresses it.
    const std::uint64_t part = s.blocks->part_size();
    block_bytes =
        std::clamp(options.block_bytes, kMinBlockBytes, kMaxBlockBytes);
    block_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(
        block_bytes, part * 3 / 4 - store::kBlockHeaderBytes));
    options.threads = std::max(1U, options.threads);
  }

  struct Block {
    std::string text;
    std::vector<std::uint8_t> bytes;
  };

  double scale() const;
  double estimate(const WordEncoder* with_words, ByteView dictionary) const;
  void train_words(const std::function<bool()>& go_on);
  std::vector<std::uint8_t> trained_dictionary();
  Status end_block();
  Status end_batch();
  void encode_batch();

  DocStoreSections sections;
  DocStoreOptions options;
  std::size_t block_bytes;
  std::vector<std::string> sample;
  std::size_t sample_bytes = 0;
  std::vector<std::uint8_t> lexicon;
  std::unique_ptr<WordEncoder> words;
  std::vector<StoreBlockEncoder> encoders;  // one a thread
  std::string pending;                      // text of the next block
  std::vector<Block> batch;
  std::size_t batch_size = 0;
  std::uint64_t blocks = 0;
  IndexGroups index;
  BodySizesWriter sizes;
};

DocStoreWriter::DocStoreWriter(const DocStoreSections& sections,
                               DocStoreOptions options)
    : impl_(new Impl(sections, options)) {}

DocStoreWriter::~DocStoreWriter() = default;

std::uint64_t DocStoreWriter::sample_stride(std::uint64_t text_bytes) noexcept {
  return text_bytes == 0 ? 1 : (text_bytes - 1) / kSampleBytes + 1;
}

Status DocStoreWriter::sample(std::string_view text) {
  Impl& m = *impl_;
  text = text.substr(0, kSampleBytes - m.sample_bytes);
  if (text.empty()) return {};
  m.sample.emplace_back(text);
  m.sample_bytes += text.size();
  return {};
}

double DocStoreWriter::Impl::scale() const {
  return std::max(1.0, static_cast<double>(options.text_bytes) /
                           static_cast<double>(sample_bytes));
}

// What the blocks of the corpus would take, from some pieces of the sample.
double DocStoreWriter::Impl::estimate(const WordEncoder* with_words,
                                      ByteView dictionary) const {
  StoreBlockEncoder encoder(with_words, dictionary, options.fast);
  std::vector<std::uint8_t> block;
  const std::size_t stride = sample_bytes / (block_bytes * kTrialBlocks) + 1;
  std::size_t number = 0, text_bytes = 0, stored = 0;
  for (const std::string& text : sample) {
    for (std::size_t at = 0; at < text.size(); at += block_bytes, ++number) {
      if (number % stride != 0) continue;
      const auto piece = std::string_view(text).substr(at, block_bytes);
      encoder.encode(as_bytes(piece), 0, block);
      text_bytes += piece.size();
      stored += block.size();
    }
  }
  return scale() * static_cast<double>(sample_bytes) *
         static_cast<double>(stored) / static_cast<double>(text_bytes);
}

// Finds the lexicon, and drops it if it does not pay for itself.
void DocStoreWriter::Impl::train_words(const std::function<bool()>& go_on) {
  LexiconTrainer trainer;
  for (const std::string& text : sample) trainer.add(text);
  std::vector<LexiconEntry> entries =
      trainer.train(scale(), options.fast, go_on);
  if (entries.empty()) return;
  const CodeLayout layout = choose_layout(entries);
  order_entries(entries, layout);
  lexicon = write_lexicon(entries, layout);
  words = std::make_unique<WordEncoder>(entries, layout);
  if (lexicon.size() > sections.lexicon->part_size() ||
      estimate(words.get(), {}) + static_cast<double>(lexicon.size()) >=
          estimate(nullptr, {})) {
    lexicon.clear();
    words.reset();
  }
}

std::vector<std::uint8_t> DocStoreWriter::Impl::trained_dictionary() {
  std::vector<std::uint8_t> coded;
  WordEncoder::Scratch scratch;
  scratch.split_words = !options.fast;
  const std::size_t stride =
      std::max<std::size_t>(1, sample_bytes / kDictionarySample);
  std::size_t number = 0;
  for (const std::string& text : sample) {
    const ByteView bytes = as_bytes(text);
    for (std::size_t at = 0; at < bytes.size(); at += block_bytes) {
      if (number++ % stride != 0) continue;
      const ByteView piece =
          bytes.subspan(at, std::min(block_bytes, bytes.size() - at));
      const ByteView some =
          words != nullptr ? words->encode(piece, scratch) : piece;
      coded.insert(coded.end(), some.begin(), some.end());
    }
  }
  const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(
      kMaxLz4Dictionary, sections.dictionary->part_size()));
  std::vector<std::uint8_t> dictionary = train_dictionary(
      coded, std::min(part, coded.size() * stride / kDictionaryPart));
  if (estimate(words.get(), dictionary) +
          static_cast<double>(dictionary.size()) >=
      estimate(words.get(), {})) {
    dictionary.clear();
  }
  return dictionary;
}

Status DocStoreWriter::begin(const Checkpoint& checkpoint) {
  Impl& m = *impl_;
  std::vector<std::uint8_t> dictionary;
  if (m.sample_bytes > 0) {
    Status status;
    const auto go_on = [&] {
      if (checkpoint) status = checkpoint();
      return status.ok();
    };
    m.train_words(go_on);
    if (!status || !go_on()) return status;
    dictionary = m.trained_dictionary();
  }
  std::vector<std::string>().swap(m.sample);
  for (unsigned i = 0; i < m.options.threads; ++i) {
    m.encoders.emplace_back(m.words.get(), dictionary, m.options.fast);
  }
  m.batch.resize(m.options.threads == 1 ? 1 : kBatchBlocks * m.options.threads);
  if (Status s = m.sections.lexicon->append(m.lexicon); !s) return s;
  return m.sections.dictionary->append(dictionary);
}

// A block is full when the next document would go beyond its size; one that
// still is rather empty takes the beginning of it.
Status DocStoreWriter::add(std::string_view text) {
  Impl& m = *impl_;
  if (Status s = m.sizes.add(text.size()); !s) return s;
  const std::size_t limit = m.block_bytes + m.block_bytes / 4;
  if (m.pending.size() >= m.block_bytes * 3 / 4 &&
      text.size() > m.block_bytes - std::min(m.block_bytes, m.pending.size())) {
    if (Status s = m.end_block(); !s) return s;
  }
  while (m.pending.size() + text.size() > limit) {
    const std::size_t cut = cut_point(text, m.block_bytes - m.pending.size());
    m.pending.append(text.substr(0, cut));
    text.remove_prefix(cut);
    if (Status s = m.end_block(); !s) return s;
  }
  m.pending.append(text);
  return {};
}

Status DocStoreWriter::Impl::end_block() {
  if (pending.empty()) return {};
  batch[batch_size++].text.swap(pending);
  pending.clear();
  return batch_size == batch.size() ? end_batch() : Status();
}

void DocStoreWriter::Impl::encode_batch() {
  std::atomic<std::size_t> next{0};
  const auto work = [&](StoreBlockEncoder& encoder) {
    for (std::size_t i; (i = next.fetch_add(1)) < batch_size;) {
      encoder.encode(as_bytes(batch[i].text), blocks + i, batch[i].bytes);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t t = 1; t < encoders.size() && t < batch_size; ++t) {
    threads.emplace_back(work, std::ref(encoders[t]));
  }
  work(encoders[0]);
  for (std::thread& thread : threads) thread.join();
}

Status DocStoreWriter::Impl::end_batch() {
  encode_batch();
  for (std::size_t i = 0; i < batch_size; ++i) {
    const Block& block = batch[i];
    if (Status s = sections.blocks->align(block.bytes.size()); !s) return s;
    if (Status s = index.add(sections.blocks->size(), block.text.size()); !s) {
      return s;
    }
    if (Status s = sections.blocks->append(block.bytes); !s) return s;
  }
  blocks += batch_size;
  batch_size = 0;
  return {};
}

Status DocStoreWriter::finish() {
  Impl& m = *impl_;
  if (Status s = m.end_block(); !s) return s;
  if (Status s = m.end_batch(); !s) return s;
  if (Status s = m.index.finish(m.sections.blocks->size()); !s) return s;
  return m.sizes.finish();
}

}  // namespace kwic
