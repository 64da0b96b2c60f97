// SPDX-License-Identifier: Apache-2.0
#include "format/document_block.h"

#include <bit>

#include "base/limits.h"
#include "base/varint.h"
#include "format/bits.h"

namespace kwic {
namespace {

constexpr unsigned kMaxBodyWidth = 40;

// Reads a varint length and as many bytes.
bool read_text(const std::uint8_t*& p, const std::uint8_t* end,
               std::size_t limit, std::string_view& text) noexcept {
  std::uint64_t size = 0;
  if (!read_varint(p, end, size) || size > limit ||
      size > static_cast<std::uint64_t>(end - p)) {
    return false;
  }
  text = as_text({p, static_cast<std::size_t>(size)});
  p += size;
  return true;
}

bool read_id_length(const std::uint8_t*& p, const std::uint8_t* end,
                    std::uint64_t& length) noexcept {
  if (length < kLongIdLength) return true;
  std::uint64_t more = 0;
  if (!read_varint(p, end, more) || more > kMaxExternalIdBytes) return false;
  length += more;
  return true;
}

}  // namespace

bool DocumentBlock::open(ByteView bytes, std::size_t count) noexcept {
  const std::uint8_t* p = bytes.data();
  end_ = p + bytes.size();
  count_ = count;
  index_ = 0;
  std::uint64_t ids_size = 0;
  if (!read_varint(p, end_, ids_size) ||
      ids_size > static_cast<std::uint64_t>(end_ - p)) {
    return false;
  }
  ids_end_ = p + ids_size;
  if (!read_text(p, ids_end_, kMaxExternalIdBytes, first_id_)) return false;
  p_ = p;
  return open_figures();
}

bool DocumentBlock::open_figures() noexcept {
  const std::uint8_t* p = ids_end_;
  const std::size_t bitmap_bytes = (count_ + 7) / 8;
  if (static_cast<std::size_t>(end_ - p) < 1 + bitmap_bytes) return false;
  body_width_ = *p++;
  if (body_width_ > kMaxBodyWidth) return false;
  titled_ = 0;
  for (std::size_t i = 0; i < bitmap_bytes; ++i) {
    titled_ |= static_cast<std::uint32_t>(*p++) << (8 * i);
  }
  if (count_ < 32 && (titled_ >> count_) != 0) return false;
  bodies_ = p;
  const std::uint64_t size = bytes_for_bits(count_ * body_width_);
  if (size > static_cast<std::uint64_t>(end_ - p)) return false;
  titles_ = p + size;
  return true;
}

bool DocumentBlock::next_id(std::string& id) {
  if (index_ == count_) return false;
  if (index_++ == 0) {
    id.assign(first_id_);
    return true;
  }
  if (p_ == ids_end_) return false;
  const std::uint8_t control = *p_++;
  std::uint64_t drop = control >> 4, add = control & 15u;
  if (!read_id_length(p_, ids_end_, drop) ||
      !read_id_length(p_, ids_end_, add) || drop > id.size() ||
      add > static_cast<std::uint64_t>(ids_end_ - p_) ||
      id.size() - drop + add > kMaxExternalIdBytes) {
    return false;
  }
  id.resize(id.size() - static_cast<std::size_t>(drop));
  id.append(as_text({p_, static_cast<std::size_t>(add)}));
  p_ += add;
  return true;
}

std::uint64_t DocumentBlock::body_bytes(std::size_t index) const noexcept {
  return read_bits(bodies_, index * body_width_, body_width_);
}

bool DocumentBlock::title(std::size_t index,
                          std::string_view& title) const noexcept {
  title = {};
  const std::uint32_t bit = std::uint32_t{1} << index;
  if ((titled_ & bit) == 0) return true;
  const std::uint8_t* p = titles_;
  for (int passed = std::popcount(titled_ & (bit - 1)); passed > 0; --passed) {
    if (!read_text(p, end_, kMaxTitleBytes, title)) return false;
  }
  return read_text(p, end_, kMaxTitleBytes, title);
}

}  // namespace kwic
