// SPDX-License-Identifier: Apache-2.0
#include "format/posting_spool.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::size_t kPostingBytes = 2 * sizeof(std::uint32_t);

ByteView bytes_of(std::span<const std::uint32_t> numbers) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(numbers.data()),
          numbers.size_bytes()};
}

std::span<std::uint8_t> writable_bytes(
    std::vector<std::uint32_t>& numbers) noexcept {
  return {reinterpret_cast<std::uint8_t*>(numbers.data()),
          numbers.size() * sizeof(std::uint32_t)};
}

Status make(const NewFile& new_file, std::unique_ptr<WritableFile>& file) {
  if (file != nullptr) return {};
  auto made = new_file();
  if (!made) return made.error();
  file = *std::move(made);
  return {};
}

}  // namespace

PostingSpool::PostingSpool(std::size_t chunk_postings, NewFile new_file)
    : chunk_postings_(chunk_postings != 0 ? chunk_postings : ~std::size_t{0}),
      new_file_(std::move(new_file)) {}

Status PostingSpool::add(std::span<const std::uint32_t> documents,
                         std::span<const std::uint32_t> frequencies) {
  if (size_ == 0) first_ = documents[0];
  size_ += documents.size();
  documents_.insert(documents_.end(), documents.begin(), documents.end());
  frequencies_.insert(frequencies_.end(), frequencies.begin(),
                      frequencies.end());
  while (documents_.size() > chunk_postings_) {
    if (Status s = spill(chunk_postings_); !s) return s;
  }
  return {};
}

// A chunk in the file: its documents, and then their frequencies.
Status PostingSpool::spill(std::size_t postings) {
  if (Status s = make(new_file_, file_); !s) return s;
  std::uint64_t offset = std::uint64_t{spilled_} * kPostingBytes;
  bases_.push_back(base_);
  base_ = documents_[postings - 1] + 1;
  for (std::vector<std::uint32_t>* numbers : {&documents_, &frequencies_}) {
    const ByteView bytes = bytes_of(std::span(*numbers).first(postings));
    if (Status s = file_->write_at(offset, bytes); !s) return s;
    offset += bytes.size();
    numbers->erase(numbers->begin(),
                   numbers->begin() + static_cast<std::ptrdiff_t>(postings));
  }
  spilled_ += postings;
  return {};
}

Status PostingSpool::finish() {
  if (spilled_ > 0 && !documents_.empty()) {
    if (Status s = spill(documents_.size()); !s) return s;
  }
  chunks_ = std::max<std::size_t>(bases_.size(), 1);
  return {};
}

Status PostingSpool::load(std::size_t chunk) {
  if (spilled_ == 0) return {};
  const std::size_t begin = chunk * chunk_postings_;
  const std::size_t n = std::min(chunk_postings_, spilled_ - begin);
  documents_.resize(n);
  frequencies_.resize(n);
  base_ = bases_[chunk];
  std::uint64_t offset = std::uint64_t{begin} * kPostingBytes;
  if (Status s = file_->read_at(offset, writable_bytes(documents_)); !s) {
    return s;
  }
  offset += n * sizeof(std::uint32_t);
  return file_->read_at(offset, writable_bytes(frequencies_));
}

void PostingSpool::clear() noexcept {
  size_ = spilled_ = chunks_ = 0;
  documents_.clear();
  frequencies_.clear();
  bases_.clear();
  base_ = first_ = 0;
}

Status ByteSpool::append(ByteView bytes) {
  if (Status s = make(new_file_, file_); !s) return s;
  Status s = file_->write_at(size_, bytes);
  size_ += bytes.size();
  return s;
}

}  // namespace kwic
