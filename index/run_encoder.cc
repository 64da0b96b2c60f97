// SPDX-License-Identifier: Apache-2.0
#include "index/run_encoder.h"

#include <cstring>
#include <vector>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kPlacesAtOnce = 16384;  // encoded before they are kept
constexpr std::size_t kBytesPerCheck = std::size_t{4} << 20;

// Encodes the places of one term after the other.
class ItemEncoder {
 public:
  ItemEncoder(const InvertedRun& source, FileAppender& out)
      : source_(source),
        out_(out),
        bytes_(kPlacesAtOnce * kMostItemBytes + kMaxHead) {}

  Status encode(std::size_t index) {
    begin(source_.text(source_.terms()[index]));
    std::span<const std::uint32_t> left = source_.places(index);
    while (left.size() > kPlacesAtOnce) {
      put(left.first(kPlacesAtOnce));
      if (Status s = flush(); !s) return s;
      left = left.subspan(kPlacesAtOnce);
    }
    put(left);
    *cursor_++ = 0;
    return flush();
  }

 private:
  static constexpr std::size_t kMaxHead = 257;  // a term, and the final 0

  void begin(std::string_view term) {
    cursor_ = bytes_.data();
    *cursor_++ = static_cast<std::uint8_t>(term.size());
    std::memcpy(cursor_, term.data(), term.size());
    cursor_ += term.size();
    stretch_ = {};
    last_document_ = 0;
  }

  void put(std::span<const std::uint32_t> places) {
    std::uint8_t* p = cursor_;
    for (const std::uint32_t place : places) {
      if (place < stretch_.end) {
        const std::uint32_t gap = place - last_place_;
        if (gap == 0) continue;  // two forms of one word became one term
        p = put_varint(p, gap << 2);
      } else {
        stretch_ = source_.stretch_of(place);
        p = put_varint(p, (place - stretch_.shift) << 2 | 1);
        p = put_varint(p, stretch_.document + 1 - last_document_);
        last_document_ = stretch_.document + 1;
      }
      last_place_ = place;
    }
    cursor_ = p;
  }

  Status flush() {
    const auto size = static_cast<std::size_t>(cursor_ - bytes_.data());
    cursor_ = bytes_.data();
    return out_.append({bytes_.data(), size});
  }

  const InvertedRun& source_;
  FileAppender& out_;
  std::vector<std::uint8_t> bytes_;
  std::uint8_t* cursor_ = nullptr;
  InvertedRun::Stretch stretch_ = {};
  std::uint32_t last_place_ = 0;
  std::uint32_t last_document_ = 0;  // counted from 1; 0: none yet
};

Status write_documents(const InvertedRun& source, FileAppender& out) {
  std::vector<std::uint8_t> record;
  for (std::size_t i = 0; i < source.documents(); ++i) {
    record.clear();
    append_run_document(source.document(i), record);
    if (Status s = append_record(record, out); !s) return s;
  }
  return {};
}

}  // namespace

Status encode_run(const InvertedRun& source,
                  const InvertedRun::Checkpoint& checkpoint, FileAppender& out,
                  Run& run) {
  run.file = &out.file();
  run.documents = static_cast<std::uint32_t>(source.documents());
  run.documents_begin = out.size();
  if (Status s = write_documents(source, out); !s) return s;
  run.terms_begin = out.size();
  ItemEncoder encoder(source, out);
  std::uint64_t next_check = out.size();
  for (std::size_t i = 0; i < source.terms().size(); ++i) {
    if (out.size() >= next_check) {
      if (Status s = checkpoint(); !s) return s;
      next_check = out.size() + kBytesPerCheck;
    }
    if (Status s = encoder.encode(i); !s) return s;
  }
  run.end = out.size();
  return out.flush();
}

}  // namespace kwic
