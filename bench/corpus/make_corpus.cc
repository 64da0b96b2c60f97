// SPDX-License-Identifier: Apache-2.0
// kwic_make_corpus DOCUMENTS [SEED]: a synthetic corpus as JSON lines.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/corpus/synthetic_corpus.h"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: kwic_make_corpus DOCUMENTS [SEED] > CORPUS.jsonl\n",
               stderr);
    return 2;
  }
  const unsigned long documents = std::strtoul(argv[1], nullptr, 10);
  const unsigned long seed = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1;
  kwic::bench::SyntheticCorpus corpus(seed);
  std::string text;
  for (unsigned long i = 0; i < documents; ++i) {
    corpus.next(text);
    std::printf("{\"id\":\"%08lu\",\"title\":\"\",\"body\":\"%s\"}\n", i,
                text.c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
