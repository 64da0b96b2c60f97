// SPDX-License-Identifier: Apache-2.0
#include "tests/support/plain_assembly.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "analysis/analyzer.h"
#include "base/file_system.h"
#include "base/hash.h"
#include "format/doc_store_writer.h"
#include "format/document_table_writer.h"
#include "format/frequent_words.h"
#include "format/index_file_writer.h"
#include "format/posting_list_writer.h"
#include "format/term_dictionary_writer.h"
#include "format/version.h"
#include "index/frequent_word_sampler.h"

namespace kwic::testing {
namespace {

class PlainAssembly {
 public:
  PlainAssembly(IndexFileWriter& file, const BuildOptions& options,
                const std::vector<TextDocument>& documents, PlainFault fault)
      : file_(file),
        fault_(fault),
        options_(options),
        analyzer_(analyzer_for(options.analyzer)),
        documents_(documents) {}

  Status run() {
    FrequentWordSampler sampler;
    for (const TextDocument& document : documents_) {
      analyze(document);
      sampler.add(
          {.id = document.id, .title = document.title, .body = document.body});
    }
    words_ = sampler.words(analyzer_);
    if (Status s = write_table(); !s) return s;
    if (Status s = write_lengths(); !s) return s;
    if (Status s = write_terms(); !s) return s;
    if (options_.keep_text) {
      if (Status s = write_texts(); !s) return s;
    }
    figures_.analyzer_kind = options_.analyzer;
    figures_.analyzer_version = analyzer_.version();
    figures_.features_compatible = (options_.keep_text ? kFeatureText : 0) |
                                   (options_.keep_hashes ? kFeatureHashes : 0);
    figures_.documents = documents_.size();
    return file_.finish(figures_, {}).error();
  }

 private:
  using Occurrences = std::map<std::uint32_t, std::set<std::uint32_t>>;

  void analyze(const TextDocument& document);
  Status write_table();
  Status write_lengths();
  Status write_terms();
  Status write_texts();
  std::uint8_t code_before(std::uint32_t doc, std::uint32_t position) const;

  IndexFileWriter& file_;
  PlainFault fault_;
  const BuildOptions& options_;
  const Analyzer& analyzer_;
  const std::vector<TextDocument>& documents_;
  FileFigures figures_;
  std::vector<std::uint32_t> lengths_;
  std::map<std::string, Occurrences> terms_;  // positions by document
  std::vector<std::string> words_;            // frequent ones
};

void PlainAssembly::analyze(const TextDocument& document) {
  const auto number = static_cast<std::uint32_t>(lengths_.size());
  TokenBuffer buffer;
  std::uint32_t length = analyzer_.analyze(document.title, 0, buffer);
  length = analyzer_.analyze(document.body, length, buffer);
  for (const Token& token : buffer.tokens) {
    terms_[std::string(buffer.term(token))][number].insert(token.position);
  }
  lengths_.push_back(length);
  figures_.tokens += length;
  figures_.text_bytes += document.title.size() + document.body.size();
}

Status PlainAssembly::write_table() {
  DocumentTableSections sections = {
      &file_.section(SectionKind::kDocumentIds, ElementType::kByte),
      &file_.section(SectionKind::kDocumentBlocks, ElementType::kU64)};
  if (options_.keep_hashes) {
    sections.hashes =
        &file_.section(SectionKind::kContentHashes, ElementType::kU64);
  }
  sections.sizes = !options_.keep_text;
  DocumentTableWriter table(sections);
  for (const TextDocument& document : documents_) {
    DocumentRecord record;
    record.id = document.id;
    record.title = document.title;
    record.body_bytes = document.body.size();
    record.content_hash = hash64(as_bytes(document.body));
    if (fault_ == PlainFault::kWrongHash) {
      record.content_hash ^= 1;
      fault_ = PlainFault::kNone;
    }
    if (Status s = table.add(record); !s) return s;
  }
  return table.finish();
}

Status PlainAssembly::write_lengths() {
  const auto most = std::max_element(lengths_.begin(), lengths_.end());
  if (most == lengths_.end()) return {};
  const ElementType element = *most <= 0xFF     ? ElementType::kByte
                              : *most <= 0xFFFF ? ElementType::kU16
                                                : ElementType::kU32;
  SectionWriter& section = file_.section(SectionKind::kLengths, element);
  for (const std::uint32_t length : lengths_) {
    std::uint8_t bytes[4];
    store_le(bytes, length);
    Status s = section.append({bytes, static_cast<std::size_t>(element)});
    if (!s) return s;
  }
  return {};
}

Status PlainAssembly::write_terms() {
  TermDictionaryWriter dictionary(
      file_.section(SectionKind::kTermHeads, ElementType::kU64),
      file_.section(SectionKind::kTermBlockOffsets, ElementType::kU64),
      file_.section(SectionKind::kTermBlocks, ElementType::kByte));
  PostingListWriter lists(
      file_.section(SectionKind::kPostings, ElementType::kByte),
      file_.section(SectionKind::kPositions, ElementType::kByte), lengths_,
      figures_.tokens);
  for (const auto& [term, occurrences] : terms_) {
    for (const auto& [doc, positions] : occurrences) {
      const std::vector<std::uint32_t> list(positions.begin(), positions.end());
      const auto frequency = static_cast<std::uint32_t>(list.size());
      std::vector<std::uint8_t> codes;
      for (const std::uint32_t p : list) {
        codes.push_back(code_before(doc, p));
        if (fault_ == PlainFault::kPredecessorMissed && codes.back() != 0 &&
            has_predecessors(occurrences.size())) {
          codes.back() = 0;
          fault_ = PlainFault::kNone;
        }
      }
      Status s = lists.add({{&doc, 1}, {&frequency, 1}, list, codes});
      if (!s) return s;
    }
    TermInfo info;
    if (Status s = lists.finish_term(info); !s) return s;
    if (Status s = dictionary.add(term, info); !s) return s;
    figures_.postings += occurrences.size();
  }
  figures_.terms = terms_.size();
  if (lists.any_predecessors()) {
    const FrequentWords words(words_, lists.several_predecessors());
    Status s = file_.section(SectionKind::kFrequentWords, ElementType::kByte)
                   .append(words.bytes());
    if (!s) return s;
  }
  return dictionary.finish();
}

std::uint8_t PlainAssembly::code_before(std::uint32_t doc,
                                        std::uint32_t position) const {
  std::uint8_t code = 0;
  int found = 0;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const auto word = terms_.find(words_[i]);
    if (position == 0 || word == terms_.end()) continue;
    const auto in_doc = word->second.find(doc);
    if (in_doc == word->second.end() ||
        in_doc->second.count(position - 1) == 0) {
      continue;
    }
    ++found;
    code = static_cast<std::uint8_t>(i + 1);
  }
  return found > 1 ? kSeveralPredecessors : code;
}

Status PlainAssembly::write_texts() {
  const auto section = [&](SectionKind kind, ElementType element) {
    return &file_.section(kind, element);
  };
  DocStoreOptions options;
  options.fast = options_.fast_store;
  DocStoreWriter store(
      {section(SectionKind::kStoreBlocks, ElementType::kByte),
       section(SectionKind::kStoreIndex, ElementType::kU64),
       section(SectionKind::kStoreSizes, ElementType::kByte),
       section(SectionKind::kStoreLexicon, ElementType::kByte),
       section(SectionKind::kStoreDictionary, ElementType::kByte)},
      options);
  std::uint64_t bytes = 0;
  for (const TextDocument& document : documents_) bytes += document.body.size();
  const std::uint64_t stride = DocStoreWriter::sample_stride(bytes);
  for (std::size_t i = 0; i < documents_.size(); i += stride) {
    if (Status s = store.sample(documents_[i].body); !s) return s;
  }
  if (Status s = store.begin(); !s) return s;
  for (const TextDocument& document : documents_) {
    std::string body = document.body;
    const bool last = &document == &documents_.back();
    if (fault_ == PlainFault::kWrongText && last) body += '!';
    if (Status s = store.add(body); !s) return s;
  }
  return store.finish();
}

}  // namespace

Status assemble_plainly(std::vector<TextDocument> documents,
                        const std::string& path, const BuildOptions& options,
                        PlainFault fault) {
  std::sort(
      documents.begin(), documents.end(),
      [](const TextDocument& a, const TextDocument& b) { return a.id < b.id; });
  auto file = IndexFileWriter::create(posix_file_system(), path);
  if (!file) return file.error();
  return PlainAssembly(**file, options, documents, fault).run();
}

}  // namespace kwic::testing
