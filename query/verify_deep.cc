// SPDX-License-Identifier: Apache-2.0
#include "query/verify_deep.h"

#include <cstddef>
#include <string>
#include <utility>

#include "base/hash.h"

namespace kwic {
namespace {

using Progress = std::function<bool(std::uint64_t, std::uint64_t)>;

constexpr std::size_t kMaxProblems = 100;
constexpr std::uint32_t kDocumentsPerProgress = 64;

bool content_agrees(std::uint64_t stored, std::string_view body) {
#ifdef KWIC_TEST_NO_HASHES
  (void)stored;
  (void)body;
  return true;
#else
  return stored == hash64(as_bytes(body));
#endif
}

std::string expected_found(const std::string& what, std::uint64_t expected,
                           std::uint64_t found) {
  return what + ": " + std::to_string(found) + " found, " +
         std::to_string(expected) + " expected";
}

class DeepVerifier {
 public:
  DeepVerifier(const DeepParts& parts, VerifyReport& report,
               const Progress& progress)
      : parts_(parts),
        report_(report),
        progress_(progress),
        sink_([this](SectionKind kind, std::uint64_t address,
                     std::string message) {
          return problem(kind, address, std::move(message));
        }) {}

  Status run() {
    check_dictionary();
    check_postings(parts_.file, parts_.dictionary, sink_);
    check_predecessors(parts_.file, parts_.dictionary, sink_);
    check_table();
    if (Status status = check_documents(); !status) return status;
    check_store();
    return {};
  }

 private:
  bool full() const { return report_.problems.size() >= kMaxProblems; }
  bool problem(SectionKind kind, std::uint64_t address, std::string message);
  void check_sum(SectionKind kind, const std::string& what,
                 std::uint64_t expected, std::uint64_t found);
  void check_dictionary();
  void check_table();
  void check_text_bytes(const DocumentTable::Totals& totals);
  Status check_documents();
  std::uint64_t check_document(DocId doc);
  void check_text(DocId doc, const DocumentInfo& info);
  void check_length(DocId doc, const DocumentInfo& info);
  void check_store();

  const DeepParts& parts_;
  VerifyReport& report_;
  const Progress& progress_;
  const ProblemSink sink_;

  DocStore::Scratch scratch_;
  std::string body_;
  TokenBuffer tokens_of_document_;
};

bool DeepVerifier::problem(SectionKind kind, std::uint64_t address,
                           std::string message) {
  if (full()) return false;
  report_.problems.push_back({std::string(section_name(kind)),
                              parts_.file.file_offset(kind, address),
                              std::move(message)});
  return !full();
}

void DeepVerifier::check_sum(SectionKind kind, const std::string& what,
                             std::uint64_t expected, std::uint64_t found) {
  if (found != expected)
    problem(kind, 0, expected_found(what, expected, found));
}

void DeepVerifier::check_dictionary() {
  const IndexStats& stats = parts_.file.stats();
  const TermDictionary::Bounds bounds{
      stats.documents, parts_.file.section(SectionKind::kPostings).size(),
      parts_.file.section(SectionKind::kPositions).size()};
  const TermDictionary::Totals totals = parts_.dictionary.check(bounds, sink_);
  check_sum(SectionKind::kTermBlocks, "terms", stats.terms, totals.terms);
  check_sum(SectionKind::kTermBlocks, "sum of document frequencies",
            stats.postings, totals.postings);
  // A token may stand in the index in several forms, but in one at least.
  if (totals.tokens < stats.tokens) {
    problem(SectionKind::kTermBlocks, 0,
            expected_found("sum of collection frequencies, at least",
                           stats.tokens, totals.tokens));
  }
}

void DeepVerifier::check_table() {
  const IndexStats& stats = parts_.file.stats();
  const DocumentTable::Totals totals = parts_.documents.check(sink_);
  check_sum(SectionKind::kDocumentBlocks, "documents", stats.documents,
            totals.documents);
  check_sum(SectionKind::kLengths, "sum of lengths", stats.tokens,
            totals.tokens);
  check_text_bytes(totals);
}

void DeepVerifier::check_text_bytes(const DocumentTable::Totals& totals) {
  const IndexStats& stats = parts_.file.stats();
  check_sum(SectionKind::kDocumentIds, "bytes of text", stats.text_bytes,
            totals.title_bytes + totals.body_bytes);
  if (parts_.store.present()) {
    check_sum(SectionKind::kStoreIndex, "bytes of stored text",
              totals.body_bytes, parts_.store.text_bytes());
  }
}

Status DeepVerifier::check_documents() {
  const std::uint64_t total = parts_.file.stats().text_bytes;
  std::uint64_t done = 0;
  for (DocId doc = 0; doc < parts_.documents.size() && !full(); ++doc) {
    if (doc % kDocumentsPerProgress == 0 && progress_ &&
        !progress_(done, total)) {
      return {StatusCode::kCancelled, "verification was cancelled"};
    }
    done += check_document(doc);
  }
  return {};
}

// Returns the bytes of its text.
std::uint64_t DeepVerifier::check_document(DocId doc) {
  const Result<DocumentInfo> info = parts_.documents.info(doc);
  if (!info) {
    problem(SectionKind::kDocumentIds, 0, info.error().message());
    return 0;
  }
  const Result<DocId> found = parts_.documents.find(info->id);
  if (!found || *found != doc) {
    problem(SectionKind::kDocumentBlocks, 0,
            "document " + std::to_string(doc) + " is not found by its id");
  }
  if (parts_.store.present()) check_text(doc, *info);
  return info->title.size() + info->body_bytes;
}

void DeepVerifier::check_text(DocId doc, const DocumentInfo& info) {
  const std::string name = "document " + std::to_string(doc);
  if (Status s = parts_.store.read(doc, scratch_, body_); !s) {
    problem(SectionKind::kStoreBlocks, 0, name + ": " + s.message());
    return;
  }
  if (parts_.file.stats().has_hashes &&
      !content_agrees(info.content_hash, body_)) {
    problem(SectionKind::kContentHashes, doc * sizeof(std::uint64_t),
            name + ": its text does not match its content hash");
  } else {
    check_length(doc, info);
  }
}

void DeepVerifier::check_length(DocId doc, const DocumentInfo& info) {
  tokens_of_document_.clear();
  std::uint32_t length =
      parts_.analyzer.analyze(info.title, 0, tokens_of_document_);
  length = parts_.analyzer.analyze(body_, length, tokens_of_document_);
  if (length == info.length) return;
  const auto element = static_cast<std::uint64_t>(
      parts_.file.element_size(SectionKind::kLengths));
  problem(SectionKind::kLengths, doc * element,
          expected_found("document " + std::to_string(doc) + ", its tokens",
                         length, info.length));
}

void DeepVerifier::check_store() {
  for (std::uint64_t block = 0; block < parts_.store.block_count(); ++block) {
    if (full()) return;
    const Status status = parts_.store.check_block(block, scratch_);
    if (!status) {
      problem(SectionKind::kStoreBlocks, 0,
              "block " + std::to_string(block) + ": " + status.message());
    }
  }
}

}  // namespace

Status verify_deep(
    const DeepParts& parts, VerifyReport& report,
    const std::function<bool(std::uint64_t, std::uint64_t)>& progress) {
  return DeepVerifier(parts, report, progress).run();
}

}  // namespace kwic
