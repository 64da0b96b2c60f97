// SPDX-License-Identifier: Apache-2.0
#include "index/text_spill.h"

#include <lz4.h>

#include <algorithm>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kWriteBufferBytes = std::size_t{256} << 10;
// The spill is read once and thrown away: what LZ4 saves there is worth less
// than its time. Prose still shrinks to 0.80 this way (8: to 0.63), and writing
// and reading take 0.3 ms a MB (8: 0.8).
constexpr int kAcceleration = 32;

Status damaged() {
  return {StatusCode::kIo,
          "temporary file: a text read back is not what was written; check "
          "the disk and build again"};
}

}  // namespace

TextSpill::TextSpill(std::unique_ptr<WritableFile> file)
    : out_(std::move(file), kWriteBufferBytes),
      packed_(static_cast<std::size_t>(
          LZ4_compressBound(static_cast<int>(kChunkBytes)))) {
  chunk_.reserve(kChunkBytes);
}

Status TextSpill::append(std::string_view text) {
  size_ += text.size();
  while (!text.empty()) {
    const std::size_t n = std::min(text.size(), kChunkBytes - chunk_.size());
    chunk_.insert(chunk_.end(), text.begin(),
                  text.begin() + static_cast<std::ptrdiff_t>(n));
    text.remove_prefix(n);
    if (chunk_.size() < kChunkBytes) break;
    if (Status s = write_chunk(); !s) return s;
  }
  return {};
}

Status TextSpill::write_chunk() {
  chunk_begin_.push_back(out_.size());
  const int packed = LZ4_compress_fast(
      reinterpret_cast<const char*>(chunk_.data()),
      reinterpret_cast<char*>(packed_.data()), static_cast<int>(chunk_.size()),
      static_cast<int>(packed_.size()), kAcceleration);
  if (packed <= 0) {
    return {StatusCode::kInternal, "text spill: LZ4 refused a chunk"};
  }
  chunk_.clear();
  return out_.append({packed_.data(), static_cast<std::size_t>(packed)});
}

Status TextSpill::finish() {
  if (!chunk_.empty()) {
    if (Status s = write_chunk(); !s) return s;
  }
  chunk_begin_.push_back(out_.size());
  std::vector<std::uint8_t>().swap(chunk_);
  std::vector<std::uint8_t>().swap(packed_);
  return out_.close_buffer();
}

Result<std::size_t> TextSpill::read_chunk(
    std::uint64_t chunk, std::uint8_t* out,
    std::vector<std::uint8_t>& packed) const {
  if (chunk + 1 >= chunk_begin_.size()) return damaged();
  const std::uint64_t begin = chunk_begin_[chunk];
  packed.resize(static_cast<std::size_t>(chunk_begin_[chunk + 1] - begin));
  if (Status s = out_.file().read_at(begin, packed); !s) return s;
  const int size = LZ4_decompress_safe(
      reinterpret_cast<const char*>(packed.data()),
      reinterpret_cast<char*>(out), static_cast<int>(packed.size()),
      static_cast<int>(kChunkBytes));
  if (size < 0) return damaged();
  return static_cast<std::size_t>(size);
}

TextReader::TextReader(std::vector<const TextSpill*> spills,
                       std::size_t cache_bytes)
    : spills_(std::move(spills)),
      entries_(std::max<std::size_t>(cache_bytes / TextSpill::kChunkBytes, 4)),
      cache_(entries_.size() * TextSpill::kChunkBytes) {}

Result<std::string_view> TextReader::chunk(std::uint32_t spill,
                                           std::uint64_t number) {
  const std::uint64_t key = number * spills_.size() + spill;
  const std::size_t i = static_cast<std::size_t>(key % entries_.size());
  std::uint8_t* const data = cache_.data() + i * TextSpill::kChunkBytes;
  if (entries_[i].key != key) {
    entries_[i].key = ~std::uint64_t{0};
    auto size = spills_[spill]->read_chunk(number, data, packed_);
    if (!size) return size.error();
    entries_[i] = {key, *size};
  }
  return as_text({data, entries_[i].size});
}

Result<std::string_view> TextReader::read(std::uint32_t spill,
                                          std::uint64_t address,
                                          std::uint64_t size) {
  if (spill >= spills_.size()) return damaged();
  // A long text before this one need not stay.
  if (text_.capacity() > TextSpill::kChunkBytes * 32) std::string().swap(text_);
  text_.clear();
  while (size > 0) {
    auto found = chunk(spill, address / TextSpill::kChunkBytes);
    if (!found) return found.error();
    const std::uint64_t within = address % TextSpill::kChunkBytes;
    if (within >= found->size()) return damaged();
    std::string_view piece = found->substr(static_cast<std::size_t>(within));
    if (size <= piece.size()) {
      piece = piece.substr(0, static_cast<std::size_t>(size));
      if (text_.empty()) return piece;
    } else if (text_.empty()) {
      text_.reserve(static_cast<std::size_t>(size));
    }
    text_ += piece;
    address += piece.size();
    size -= piece.size();
  }
  return std::string_view(text_);
}

}  // namespace kwic
