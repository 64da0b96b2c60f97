// SPDX-License-Identifier: Apache-2.0
#include "index/run_format.h"

#include <algorithm>

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

std::uint8_t code_before(const RunDocument& document,
                         const FrequentWords& words) noexcept {
  std::uint8_t code = 0;
  std::string_view terms = document.before;
  while (!terms.empty()) {
    const auto size = static_cast<unsigned char>(terms[0]);
    code = both_predecessors(code, words.code_of(terms.substr(1, size)));
    terms.remove_prefix(std::min<std::size_t>(terms.size(), 1U + size));
  }
  return code;
}

}  // namespace kwic
