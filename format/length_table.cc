// SPDX-License-Identifier: Apache-2.0
#include "format/length_table.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kBufferedLengths = std::size_t{1} << 14;
constexpr std::size_t kLeastPages = 64;
constexpr std::size_t kNoPage = ~std::size_t{0};

ByteView bytes_of(std::span<const std::uint32_t> lengths) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(lengths.data()),
          lengths.size_bytes()};
}

// Appends the lengths to `out`, of so many bytes each.
void narrow(std::span<const std::uint32_t> lengths, std::size_t width,
            std::vector<std::uint8_t>& out) {
  for (const std::uint32_t length : lengths) {
    std::uint8_t bytes[4];
    store_le(bytes, length);
    out.insert(out.end(), bytes, bytes + width);
  }
}

std::uint32_t widened(const std::uint8_t* p, std::size_t width) noexcept {
  switch (width) {
    case 1: return *p;
    case 2: return load_le<std::uint16_t>(p);
    default: return load_le<std::uint32_t>(p);
  }
}

}  // namespace

LengthTable::LengthTable(std::size_t most, std::size_t memory_bytes,
                         NewFile new_file)
    : in_file_(most > memory_bytes / sizeof(std::uint32_t)),
      memory_bytes_(memory_bytes),
      new_file_(std::move(new_file)) {
  added_.reserve(in_file_ ? kBufferedLengths : most);
}

ElementType LengthTable::element() const noexcept {
  if (largest_ <= 0xff) return ElementType::kByte;
  return largest_ <= 0xffff ? ElementType::kU16 : ElementType::kU32;
}

Status LengthTable::add(std::uint32_t length) {
  ++size_;
  largest_ = std::max(largest_, length);
  added_.push_back(length);
  return in_file_ && added_.size() == kBufferedLengths ? flush() : Status();
}

Status LengthTable::flush() {
  if (file_ == nullptr) {
    auto file = new_file_();
    if (!file) return file.error();
    file_ = *std::move(file);
  }
  Status s =
      file_->write_at(written_ * sizeof(std::uint32_t), bytes_of(added_));
  written_ += added_.size();
  added_.clear();
  return s;
}

Status LengthTable::finish(SectionWriter& section) {
  width_ = static_cast<std::size_t>(element());
  if (in_file_) return write_from_file(section);
  all_ = added_;
  std::vector<std::uint8_t> bytes;
  for (std::size_t at = 0; at < all_.size(); at += kBufferedLengths) {
    bytes.clear();
    narrow(all_.subspan(at, std::min(kBufferedLengths, all_.size() - at)),
           width_, bytes);
    if (Status s = section.append(bytes); !s) return s;
  }
  return {};
}

// Narrow ones replace those that were read: they never reach what was not.
Status LengthTable::write_from_file(SectionWriter& section) {
  if (Status s = flush(); !s) return s;
  std::vector<std::uint8_t> bytes;
  for (std::uint64_t at = 0; at < written_; at += added_.size()) {
    added_.resize(static_cast<std::size_t>(
        std::min<std::uint64_t>(kBufferedLengths, written_ - at)));
    Status s = file_->read_at(at * sizeof(std::uint32_t),
                              {reinterpret_cast<std::uint8_t*>(added_.data()),
                               added_.size() * sizeof(std::uint32_t)});
    if (!s) return s;
    bytes.clear();
    narrow(added_, width_, bytes);
    if (s = section.append(bytes); !s) return s;
    if (s = file_->write_at(at * width_, bytes); !s) return s;
  }
  std::vector<std::uint32_t>().swap(added_);
  const std::size_t needed = size_ * width_ / kPageBytes + 1;
  numbers_.assign(
      std::min(needed, std::max(memory_bytes_ / kPageBytes, kLeastPages)),
      kNoPage);
  pages_.resize(numbers_.size() * kPageBytes);
  return {};
}

Status LengthTable::load(std::size_t page) {
  const std::size_t slot = page % numbers_.size();
  numbers_[slot] = kNoPage;
  const std::uint64_t begin = std::uint64_t{page} * kPageBytes;
  const std::uint64_t end = std::uint64_t{size_} * width_;
  const auto n = static_cast<std::size_t>(
      std::min<std::uint64_t>(kPageBytes, end - begin));
  Status s =
      file_->read_at(begin, std::span(pages_).subspan(slot * kPageBytes, n));
  if (s.ok()) numbers_[slot] = page;
  return s;
}

Status LengthTable::find(std::span<const std::uint32_t> documents,
                         std::uint32_t* out) {
  if (!in_file_) {
    const std::uint32_t* const all = all_.data();
    for (std::size_t i = 0; i < documents.size(); ++i) {
      out[i] = all[documents[i]];
    }
    return {};
  }
  for (const std::uint32_t document : documents) {
    const std::size_t at = std::size_t{document} * width_;
    const std::size_t page = at / kPageBytes;
    const std::size_t slot = page % numbers_.size();
    if (numbers_[slot] != page) {
      if (Status s = load(page); !s) return s;
    }
    *out++ =
        widened(pages_.data() + slot * kPageBytes + at % kPageBytes, width_);
  }
  return {};
}

}  // namespace kwic
