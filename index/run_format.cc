// SPDX-License-Identifier: Apache-2.0
#include "index/run_format.h"

namespace kwic {
namespace {

// Reads the parts of a record; fails for good at the first that is missing.
class RecordParser {
 public:
  explicit RecordParser(ByteView record)
      : p_(record.data()), end_(record.data() + record.size()) {}

  std::uint64_t number() noexcept {
    std::uint64_t value = 0;
    ok_ = ok_ && read_varint(p_, end_, value);
    return ok_ ? value : 0;
  }
  std::uint32_t number32() noexcept {
    return static_cast<std::uint32_t>(number());
  }
  std::string_view text() noexcept {
    const std::uint64_t size = number();
    ok_ = ok_ && size <= static_cast<std::uint64_t>(end_ - p_);
    if (!ok_) return {};
    const std::string_view text = as_text({p_, static_cast<std::size_t>(size)});
    p_ += size;
    return text;
  }
  bool ok() const noexcept { return ok_ && p_ == end_; }

 private:
  const std::uint8_t* p_;
  const std::uint8_t* end_;
  bool ok_ = true;
};

}  // namespace

Status damaged_run() {
  return {StatusCode::kIo,
          "temporary file: a run read back is not what was written; check the "
          "disk and build again"};
}

bool parse_run_document(ByteView record, RunDocument& d) noexcept {
  RecordParser parser(record);
  d.id = parser.text();
  d.title = parser.text();
  d.sequence = parser.number();
  d.part = parser.number32();
  d.length = parser.number32();
  d.first_position = parser.number32();
  d.before = parser.text();
  d.body_bytes = parser.number();
  d.content_hash = parser.number();
  d.modified = static_cast<std::int64_t>(parser.number());
  d.text_file = parser.number32();
  d.text_address = parser.number();
  return parser.ok();
}

}  // namespace kwic
