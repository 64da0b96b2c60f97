// SPDX-License-Identifier: Apache-2.0
// Kernels at every SIMD level, on blocks and windows of seeded random postings.
#include <benchmark/benchmark.h>

#include <vector>

#include "bench/corpus/synthetic_corpus.h"
#include "bench/micro/levels.h"
#include "format/elias_fano.h"
#include "format/posting_format.h"

namespace kwic::bench {
namespace {

constexpr std::size_t kLoadSlack = 128;  // kernels may load that much more

std::vector<std::uint8_t> random_bytes(std::size_t n) {
  Random random(7);
  std::vector<std::uint8_t> bytes(n + kLoadSlack);
  for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random.bits());
  return bytes;
}

// A posting block whose documents are `gap` apart on average.
struct EncodedBlock {
  explicit EncodedBlock(std::uint32_t gap) {
    Random random(gap);
    std::vector<std::uint32_t> values;
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < kBlockPostings; ++i) {
      value += 1 + random.below(2 * gap - 1);
      values.push_back(value - 1);
    }
    universe = value;
    shape = ef_shape(kBlockPostings, universe);
    bytes.resize(shape.total_bytes() + kLoadSlack);
    BitWriter writer;
    ef_encode(values, 0, universe, writer);
    const auto& written = writer.bytes();
    std::copy(written.begin(), written.end(), bytes.begin());
  }
  const std::uint8_t* low() const { return bytes.data(); }
  const std::uint8_t* high() const { return low() + shape.low_bytes; }

  std::uint32_t universe = 0;
  EfShape shape;
  std::vector<std::uint8_t> bytes;
};

void decode_elias_fano(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  const EncodedBlock block(static_cast<std::uint32_t>(state.range(1)));
  std::uint32_t out[kBlockPostings + kDecodeSlack];
  for (auto _ : state) {
    kernels().decode_elias_fano(block.low(), block.high(),
                                block.shape.high_bytes, kBlockPostings,
                                block.shape.low_width, 0, block.universe, out);
    benchmark::DoNotOptimize(out[0]);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kBlockPostings);
}
BENCHMARK(decode_elias_fano)
    ->ArgNames({"level", "gap"})
    ->ArgsProduct({{0, 1, 2}, {5, 16, 100, 3000}});

void search_elias_fano(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  const EncodedBlock block(static_cast<std::uint32_t>(state.range(1)));
  Random random(3);
  std::uint32_t index = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernels().search_elias_fano(
        block.low(), block.high(), block.shape.high_bytes, kBlockPostings,
        block.shape.low_width, random.below(block.universe), &index));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(search_elias_fano)
    ->ArgNames({"level", "gap"})
    ->ArgsProduct({{0, 1, 2}, {5, 16, 100, 3000}});

// As many ascending values as the block has, half of them in it.
void intersect(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  Random random(6);
  std::vector<std::uint32_t> docs;
  std::vector<std::uint32_t> ends;
  std::vector<std::uint32_t> sought;
  for (std::uint32_t i = 0; i < kBlockPostings; ++i) {
    docs.push_back(i * 20 + random.below(19));
    sought.push_back(docs.back() + random.below(2));
    if (i % 16 == 15) ends.push_back(docs.back());
  }
  std::uint32_t which[kBlockPostings + 1];
  std::uint32_t ranks[kBlockPostings + 1];
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernels().intersect(sought.data(), kBlockPostings,
                                                 docs.data(), ends.data(), 0, 0,
                                                 which, ranks));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kBlockPostings);
}
BENCHMARK(intersect)->ArgName("level")->DenseRange(kFirstLevel, kLastLevel);

// Ascending values looked up in a block that nobody has looked into before, as
// query/list_cursor.h does it: half of them are in it.
void find_in_block(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  const EncodedBlock block(static_cast<std::uint32_t>(state.range(1)));
  const auto n = static_cast<std::uint32_t>(state.range(2));
  constexpr std::uint32_t kLast = kBlockPostings - 1;
  std::uint32_t docs[kBlockPostings + kDecodeSlack];
  const auto decode = [&] {
    kernels().decode_elias_fano(block.low(), block.high(),
                                block.shape.high_bytes, kBlockPostings,
                                block.shape.low_width, 0, block.universe, docs);
  };
  decode();
  std::vector<std::uint32_t> sought;
  for (std::uint32_t i = 0; i < n; ++i) {
    sought.push_back(docs[i * kLast / n] + i % 2);
  }
  std::uint32_t which[kBlockPostings + 1];
  std::uint32_t ranks[kBlockPostings + 1];
  EliasFanoIndex index;
  for (auto _ : state) {
    if (kernels().index_elias_fano != nullptr) {
      kernels().index_elias_fano(block.low(), block.high(),
                                 block.shape.high_bytes, kLast,
                                 block.shape.low_width, index);
      benchmark::DoNotOptimize(kernels().find_in_elias_fano(
          index, 0, sought.data(), n, 0, 0, which, ranks));
    } else {
      decode();
      std::uint32_t ends[16];
      for (std::uint32_t i = 0; i < 16; ++i) ends[i] = docs[16 * i + 15];
      benchmark::DoNotOptimize(kernels().intersect(sought.data(), n, docs, ends,
                                                   0, 0, which, ranks));
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}
BENCHMARK(find_in_block)
    ->ArgNames({"level", "gap", "values"})
    ->ArgsProduct({{0, 1, 2}, {16, 100, 3000}, {4, 16, 64, 200}});

// 256 Rice codes with low halves of 5 bits; in the unary half are as many
// zeros.
void rice_sums(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  const auto bits = random_bytes(kBlockPostings / 4);
  const auto lows = random_bytes(kBlockPostings);
  std::uint32_t out[kBlockPostings + kDecodeSlack];
  for (auto _ : state) {
    kernels().rice_sums(bits.data(), kBlockPostings / 4, 3, lows.data(),
                        kBlockPostings, 5, 0, out);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kBlockPostings);
}
BENCHMARK(rice_sums)->ArgName("level")->DenseRange(kFirstLevel, kLastLevel);

void skip_ones(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  const auto bits = random_bytes(kBlockPostings / 4);
  Random random(8);
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernels().skip_ones(
        bits.data(), 0, random.below(kBlockPostings), 2 * kBlockPostings));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(skip_ones)->ArgName("level")->DenseRange(kFirstLevel, kLastLevel);

void code_mask(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  const auto codes = random_bytes(kBlockPostings / 2);
  const auto units = random_bytes(kImpactLevels);
  std::uint64_t mask[4];
  for (auto _ : state) {
    kernels().code_mask(codes.data(), kBlockPostings, units.data(), 200, mask);
    benchmark::DoNotOptimize(mask[0]);
  }
  state.SetItemsProcessed(state.iterations() * kBlockPostings);
}
BENCHMARK(code_mask)->ArgName("level")->DenseRange(kFirstLevel, kLastLevel);

// One window of a list that has one document in `gap`.
void expand_add(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  Random random(5);
  const auto gap = static_cast<std::uint32_t>(state.range(1));
  std::vector<std::uint8_t> bits(kWindowBytes + kLoadSlack);
  for (std::uint32_t doc = 0; doc < kWindowDocs; ++doc) {
    if (random.below(gap) == 0) {
      bits[doc / 8] = static_cast<std::uint8_t>(bits[doc / 8] | 1U << doc % 8);
    }
  }
  const auto codes = random_bytes(kWindowDocs / 2 + 1);
  const auto units = random_bytes(kImpactLevels);
  std::vector<std::uint8_t> sums(kWindowDocs + kLoadSlack);
  for (auto _ : state) {
    kernels().expand_add(bits.data(), codes.data(), 1, units.data(), false,
                         sums.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kWindowDocs);
}
BENCHMARK(expand_add)
    ->ArgNames({"level", "gap"})
    ->ArgsProduct({{0, 1, 2}, {2, 8}});

// Few documents of a window reach the threshold, as in a search.
void collect(benchmark::State& state) {
  const AtLevel level(state, state.range(0));
  const auto sums = random_bytes(kWindowDocs);
  std::uint16_t found[kWindowDocs];
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernels().collect(sums.data(), 254, found));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kWindowDocs);
}
BENCHMARK(collect)->ArgName("level")->DenseRange(kFirstLevel, kLastLevel);

// One document in `gap` of a window of 65,536 reaches the threshold. They are
// put back each time; what that costs is counted too.
void take_sums(benchmark::State& state) {
  constexpr std::uint32_t kDocs = 65536;
  const AtLevel level(state, state.range(0));
  const auto gap = static_cast<std::size_t>(state.range(1));
  std::vector<std::uint8_t> sums(kDocs);
  std::vector<std::uint16_t> at(kDocs + kDecodeSlack);
  std::vector<std::uint8_t> values(kDocs + kDecodeSlack);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kDocs; i += gap) sums[i] = 200;
    benchmark::DoNotOptimize(kernels().take_sums(sums.data(), kDocs / 64, 160,
                                                 at.data(), values.data()));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kDocs);
}
BENCHMARK(take_sums)
    ->ArgNames({"level", "gap"})
    ->ArgsProduct({{0, 1, 2}, {30, 300}});

}  // namespace
}  // namespace kwic::bench
