// SPDX-License-Identifier: Apache-2.0
#include "bench/micro/sample_index.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "bench/corpus/synthetic_corpus.h"
#include "kwic/index_builder.h"

namespace kwic::bench {

const std::vector<std::string>& sample_texts() {
  static const std::vector<std::string> texts = [] {
    SyntheticCorpus corpus(1);
    std::vector<std::string> made(kSampleDocuments);
    for (std::string& text : made) corpus.next(text);
    return made;
  }();
  return texts;
}

std::string build_sample(unsigned threads, bool keep_text) {
  std::string folder =
      (std::filesystem::temp_directory_path() / "kwic-bench.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return {};
  const std::string path = folder + "/sample.kwic";
  BuildOptions options;
  options.threads = threads;
  options.keep_text = keep_text;
  std::string bytes;
  if (auto builder = IndexBuilder::create(path, options)) {
    bool good = true;
    for (std::size_t i = 0; good && i < sample_texts().size(); ++i) {
      char id[24];
      std::snprintf(id, sizeof id, "%08zu", i);
      good = builder->add({.id = id, .body = sample_texts()[i]}).ok();
    }
    if (good && builder->finish()) {
      std::ifstream in(path, std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return bytes;
}

const IndexFile& sample_index() {
  static const std::string bytes = build_sample(1, true);
  static const auto file = IndexFile::open_memory(ByteView(
      reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  if (!file) {
    std::fprintf(stderr, "no sample index: %s\n",
                 file.error().message().c_str());
    std::exit(1);
  }
  return **file;
}

}  // namespace kwic::bench
