// SPDX-License-Identifier: Apache-2.0
#include "index/run_encoder.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kBytesPerWrite = std::size_t{1} << 20;
constexpr std::size_t kTermsPerCheck = 65536;

Status write_documents(const InvertedRun& source, FileAppender& out) {
  std::vector<std::uint8_t> record;
  for (std::size_t i = 0; i < source.documents(); ++i) {
    record.clear();
    append_run_document(source.document(i), record);
    if (Status s = append_record(record, out); !s) return s;
  }
  return {};
}

Status write_terms(const InvertedRun& source,
                   const InvertedRun::Checkpoint& checkpoint,
                   FileAppender& out) {
  std::vector<std::uint8_t> head;
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < source.terms().size(); ++i) {
    if (i % kTermsPerCheck == 0) {
      if (Status s = checkpoint(); !s) return s;
    }
    const InvertedRun::Term& term = source.terms()[i];
    head.clear();
    append_term_head(source.text(term), term.end - begin, head);
    begin = term.end;
    if (Status s = out.append(head); !s) return s;
  }
  return {};
}

Status write_entries(const InvertedRun& source,
                     const InvertedRun::Checkpoint& checkpoint,
                     FileAppender& out) {
  ByteView left = {
      reinterpret_cast<const std::uint8_t*>(source.entries().data()),
      source.entries().size_bytes()};
  while (!left.empty()) {
    if (Status s = checkpoint(); !s) return s;
    const std::size_t n = std::min(left.size(), kBytesPerWrite);
    if (Status s = out.append(left.first(n)); !s) return s;
    left = left.subspan(n);
  }
  return {};
}

}  // namespace

Status encode_run(const InvertedRun& source,
                  const InvertedRun::Checkpoint& checkpoint, FileAppender& out,
                  Run& run) {
  run.codes = std::make_shared<const PlaceCodes>(source.codes());
  run.file = run.entries_file = &out.file();
  run.documents = static_cast<std::uint32_t>(source.documents());
  run.entries = static_cast<std::uint32_t>(source.entries().size());
  run.documents_begin = out.size();
  if (Status s = write_documents(source, out); !s) return s;
  run.terms_begin = out.size();
  if (Status s = write_terms(source, checkpoint, out); !s) return s;
  run.terms_end = run.entries_begin = out.size();
  if (Status s = write_entries(source, checkpoint, out); !s) return s;
  return out.flush();
}

}  // namespace kwic
