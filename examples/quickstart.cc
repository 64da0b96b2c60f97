// SPDX-License-Identifier: Apache-2.0
// Indexes a folder, then searches it.
//
//     quickstart FOLDER INDEX QUERY
#include <kwic/corpus.h>
#include <kwic/index.h>
#include <kwic/index_builder.h>
#include <kwic/searcher.h>

#include <iostream>
#include <string>

namespace {

kwic::Status build(const std::string& folder, const std::string& file) {
  auto builder = kwic::IndexBuilder::create(file);
  if (!builder) return builder.error();
  kwic::CorpusOptions corpus;
  corpus.paths = {folder};
  corpus.exclude = {file};
  auto report = kwic::read_corpus(corpus, [&](const kwic::Document& document) {
    return builder->add(document);
  });
  if (!report) return report.error();
  auto summary = builder->finish();
  if (!summary) return summary.error();
  std::cout << summary->documents << " documents, " << summary->terms
            << " terms, " << summary->file_bytes << " bytes\n";
  return kwic::Status();
}

kwic::Status search(const std::string& file, const std::string& query) {
  auto index = kwic::Index::open(file);
  if (!index) return index.error();
  kwic::Searcher searcher(*index);  // one per thread; they share the index
  auto result = searcher.search(query, {.limit = 5});
  if (!result) return result.error();
  for (const kwic::Hit& hit : result->hits) {
    std::cout << hit.score << "  " << hit.id << "\n  " << hit.snippet.text
              << "\n";
  }
  std::cout << result->total << " documents match\n";
  return kwic::Status();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: quickstart FOLDER INDEX QUERY\n";
    return 2;
  }
  kwic::Status status = build(argv[1], argv[2]);
  if (status.ok()) status = search(argv[2], argv[3]);
  if (status.ok()) return 0;
  std::cerr << "quickstart: " << status.message() << "\n";
  return 2;
}
