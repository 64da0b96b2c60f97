// SPDX-License-Identifier: Apache-2.0
#include "index/text_storer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "index/guarded.h"
#include "index/run_input.h"

namespace kwic {
namespace {

constexpr std::size_t kEntryBytes = 16;  // u64 address, u32 size, u32 spill
constexpr std::uint64_t kBytesPerCheck = std::uint64_t{1} << 20;
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

}  // namespace

TextStorer::TextStorer(Setup setup)
    : setup_(std::move(setup)),
      list_(std::move(setup_.list), kBufferBytes),
      reader_(setup_.spills, setup_.cache_bytes) {}

Status TextStorer::note(std::uint32_t spill, std::uint64_t address,
                        std::uint64_t size) {
  ++documents_;
  text_bytes_ += size;
  std::array<std::uint8_t, kEntryBytes> entry;
  store_le(entry.data(), address);
  store_le(entry.data() + 8, static_cast<std::uint32_t>(size));
  store_le(entry.data() + 12, spill);
  return list_.append(entry);
}

Status TextStorer::check(std::size_t text_bytes) {
  unchecked_bytes_ += text_bytes + kEntryBytes;
  if (unchecked_bytes_ < kBytesPerCheck) return {};
  unchecked_bytes_ = 0;
  return (*checkpoint_)(static_cast<double>(stored_bytes_) /
                        static_cast<double>(text_bytes_ + 1));
}

Status TextStorer::visit(std::uint64_t stride, const Visitor& visitor) {
  RunInput list(list_.file(), 0, list_.size(), kBufferBytes);
  for (std::uint64_t i = 0; i < documents_; ++i) {
    if (!list.need(kEntryBytes)) {
      list.damaged();
      return list.status();
    }
    const std::uint8_t* const entry = list.cursor();
    list.cursor() += kEntryBytes;
    if (i % stride != 0) continue;
    auto text = reader_.read(load_le<std::uint32_t>(entry + 12),
                             load_le<std::uint64_t>(entry),
                             load_le<std::uint32_t>(entry + 8));
    if (!text) return text.error();
    if (Status s = check(text->size()); !s) return s;
    if (Status s = visitor(*text); !s) return s;
  }
  return {};
}

Status TextStorer::store_all() {
  if (Status s = list_.close_buffer(); !s) return s;
  DocStoreWriter writer(setup_.sections, setup_.options);
  const std::uint64_t stride =
      std::max<std::uint64_t>(DocStoreWriter::sample_stride(text_bytes_), 1);
  Status s =
      visit(stride, [&](std::string_view t) { return writer.sample(t); });
  if (!s) return s;
  if (s = writer.begin([this] { return (*checkpoint_)(0); }); !s) return s;
  s = visit(1, [&](std::string_view text) {
    stored_bytes_ += text.size();
    return writer.add(text);
  });
  if (!s) return s;
  return writer.finish();
}

Status TextStorer::store(const Checkpoint& checkpoint) noexcept {
  checkpoint_ = &checkpoint;
  return guarded([this] { return store_all(); });
}

}  // namespace kwic
