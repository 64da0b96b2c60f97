// SPDX-License-Identifier: Apache-2.0
#include "format/document_block.h"

#include "base/limits.h"
#include "base/varint.h"
#include "format/bits.h"

namespace kwic {
namespace {

constexpr unsigned kMaxBodyWidth = 40;

bool read_length(const std::uint8_t*& p, const std::uint8_t* end,
                 std::uint64_t& length) noexcept {
  if (length < kLongLength) return true;
  std::uint64_t more = 0;
  if (!read_varint(p, end, more) || more > kMaxTitleBytes) return false;
  length += more;
  return true;
}

// Makes of the text before the next one, of at most `limit` bytes.
bool read_front_coded(const std::uint8_t*& p, const std::uint8_t* end,
                      std::size_t limit, std::string& text) {
  if (p == end) return false;
  const std::uint8_t control = *p++;
  std::uint64_t drop = control >> 4, add = control & 15u;
  if (!read_length(p, end, drop) || !read_length(p, end, add) ||
      drop > text.size() || add > static_cast<std::uint64_t>(end - p) ||
      text.size() - drop + add > limit) {
    return false;
  }
  text.resize(text.size() - static_cast<std::size_t>(drop));
  text.append(as_text({p, static_cast<std::size_t>(add)}));
  p += add;
  return true;
}

}  // namespace

bool DocumentBlock::open(ByteView bytes, std::size_t count) noexcept {
  const std::uint8_t* p = bytes.data();
  end_ = p + bytes.size();
  count_ = count;
  ids_passed_ = titles_passed_ = 0;
  std::uint64_t ids_size = 0;
  if (!read_varint(p, end_, ids_size) ||
      ids_size > static_cast<std::uint64_t>(end_ - p)) {
    return false;
  }
  ids_end_ = p + ids_size;
  std::uint64_t size = 0;
  if (!read_varint(p, ids_end_, size) || size > kMaxExternalIdBytes ||
      size > static_cast<std::uint64_t>(ids_end_ - p)) {
    return false;
  }
  first_id_ = as_text({p, static_cast<std::size_t>(size)});
  ids_ = p + size;
  return open_figures();
}

bool DocumentBlock::open_figures() noexcept {
  const std::uint8_t* p = ids_end_;
  const std::size_t bitmap_bytes = (count_ + 7) / 8;
  if (static_cast<std::size_t>(end_ - p) < 1 + bitmap_bytes) return false;
  body_width_ = *p++;
  if (body_width_ > kMaxBodyWidth) return false;
  other_titles_ = 0;
  for (std::size_t i = 0; i < bitmap_bytes; ++i) {
    other_titles_ |= static_cast<std::uint32_t>(*p++) << (8 * i);
  }
  if (count_ < 32 && (other_titles_ >> count_) != 0) return false;
  bodies_ = p;
  const std::uint64_t size = bytes_for_bits(count_ * body_width_);
  if (size > static_cast<std::uint64_t>(end_ - p)) return false;
  titles_ = p + size;
  return true;
}

bool DocumentBlock::next_id(std::string& id) {
  if (ids_passed_ == count_) return false;
  if (ids_passed_++ == 0) {
    id.assign(first_id_);
    return true;
  }
  return read_front_coded(ids_, ids_end_, kMaxExternalIdBytes, id);
}

bool DocumentBlock::next_title(std::string& title) {
  if (titles_passed_ == count_) return false;
  if (titles_passed_ == 0) title.clear();
  const bool other = (other_titles_ >> titles_passed_++ & 1) != 0;
  return !other || read_front_coded(titles_, end_, kMaxTitleBytes, title);
}

std::uint64_t DocumentBlock::body_bytes(std::size_t index) const noexcept {
  return read_bits(bodies_, index * body_width_, body_width_);
}

}  // namespace kwic
