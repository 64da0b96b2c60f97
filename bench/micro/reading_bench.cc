// SPDX-License-Identifier: Apache-2.0
// What a search and a snippet read: term look-ups, frequencies, positions,
// documents of the store.
#include <benchmark/benchmark.h>

#include <vector>

#include "bench/corpus/synthetic_corpus.h"
#include "bench/micro/levels.h"
#include "bench/micro/sample_index.h"
#include "format/doc_store.h"
#include "format/frequency_codec.h"
#include "format/posting_format.h"
#include "format/term_dictionary.h"
#include "query/list_cursor.h"

namespace kwic::bench {
namespace {

// Words of ranks below `ranks`: the smaller, the more of them are there.
void find_term(benchmark::State& state) {
  const TermDictionary dictionary(sample_index());
  Random random(11);
  std::vector<std::string> words;
  for (int i = 0; i < 1000; ++i) {
    words.push_back(SyntheticCorpus::word(
        random.below(static_cast<std::uint32_t>(state.range(0)))));
  }
  TermInfo info;
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(dictionary.find(words[at], info));
    at = (at + 1) % words.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_term)->ArgName("ranks")->Arg(1000)->Arg(100000);

// Frequencies are geometric: one posting in `rarity` goes on to the next.
struct Frequencies {
  explicit Frequencies(std::uint32_t rarity) {
    Random random(rarity);
    std::vector<std::uint32_t> tfs;
    for (std::uint32_t i = 0; i < kBlockPostings; ++i) {
      std::uint32_t tf = 1;
      while (random.below(rarity) == 0) ++tf;
      tfs.push_back(tf);
    }
    BitWriter writer;
    encode_frequencies(tfs, writer);
    const auto& written = writer.bytes();
    bytes.assign(written.begin(), written.end());
    const std::size_t size = bytes.size();
    bytes.resize(size + 64);
    block.open(bytes.data(), size, kBlockPostings);
  }
  std::vector<std::uint8_t> bytes;
  FrequencyBlock block;
};

void decode_frequencies(benchmark::State& state) {
  const Frequencies coded(static_cast<std::uint32_t>(state.range(0)));
  std::uint32_t out[kBlockPostings + kDecodeSlack];
  for (auto _ : state) {
    coded.block.decode(kBlockPostings, out);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kBlockPostings);
}
BENCHMARK(decode_frequencies)->ArgName("rarity")->Arg(2)->Arg(10);

// Every posting's positions of the word of a rank, in order.
void read_positions(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  const TermDictionary dictionary(sample_index());
  TermInfo info;
  const std::string word =
      SyntheticCorpus::word(static_cast<std::uint32_t>(state.range(1)));
  if (!dictionary.find(word, info)) return state.SkipWithError("no such word");
  PostingSource source(sample_index());
  ListCursor cursor;
  std::vector<std::uint32_t> positions;
  for (auto _ : state) {
    cursor.open(source, info);
    for (std::uint32_t d = cursor.seek(0); d != kEndDoc;
         d = cursor.seek(d + 1)) {
      benchmark::DoNotOptimize(cursor.positions(positions));
    }
  }
  state.SetItemsProcessed(state.iterations() * info.doc_freq);
}
BENCHMARK(read_positions)
    ->ArgNames({"level", "rank"})
    ->ArgsProduct({{0, 1, 2}, {0, 100}});

// Any document: finds, checks and decodes its block.
void read_document(benchmark::State& state) {
  const DocStore store(sample_index());
  DocStore::Scratch scratch;
  Random random(4);
  std::string text;
  std::int64_t failures = 0;
  for (auto _ : state) {
    failures += !store.read(random.below(kSampleDocuments), scratch, text).ok();
    benchmark::DoNotOptimize(text.data());
  }
  if (failures > 0) state.SkipWithError("a document cannot be read");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_document);

}  // namespace
}  // namespace kwic::bench
