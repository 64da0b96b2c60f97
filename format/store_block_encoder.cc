// SPDX-License-Identifier: Apache-2.0
#include "format/store_block_encoder.h"

#include "format/doc_store_layout.h"

namespace kwic {

void StoreBlockEncoder::encode(ByteView text, std::uint64_t number,
                               std::vector<std::uint8_t>& out) {
  out.clear();
  if (words_ != nullptr) {
    const ByteView coded = words_->encode(text, scratch_);
    if (coded.size() < text.size()) set(coded, true, out);
  }
  // Where words save half, plain text will not do better.
  if (out.empty() || 2 * out.size() > text.size()) set(text, false, out);
  store_le(out.data(), store::block_hash(ByteView(out).subspan(8), number));
}

// Replaces `out` by `coded`, compressed or not, if it is empty or longer.
void StoreBlockEncoder::set(ByteView coded, bool words,
                            std::vector<std::uint8_t>& out) {
  const bool lz4 = lz4_.compress(coded, coded.size(), packed_) != 0;
  const ByteView stored = lz4 ? ByteView(packed_) : coded;
  const std::size_t size = store::kBlockHeaderBytes + stored.size();
  if (!out.empty() && out.size() <= size) return;
  out.resize(store::kBlockHeaderBytes);
  store_le(out.data() + 8, static_cast<std::uint16_t>(
                               coded.size() | (words ? store::kWordsFlag : 0)));
  store_le(out.data() + 10, static_cast<std::uint16_t>(
                                stored.size() | (lz4 ? store::kLz4Flag : 0)));
  out.insert(out.end(), stored.begin(), stored.end());
}

}  // namespace kwic
