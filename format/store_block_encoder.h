// SPDX-License-Identifier: Apache-2.0
// Text of a block in, bytes of a block out. One thread at a time.
#ifndef KWIC_FORMAT_STORE_BLOCK_ENCODER_H_
#define KWIC_FORMAT_STORE_BLOCK_ENCODER_H_

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "format/lz4_block.h"
#include "format/word_encoder.h"

namespace kwic {

class StoreBlockEncoder {
 public:
  // `words` may be null: no lexicon. It is shared and must outlive this.
  StoreBlockEncoder(const WordEncoder* words, ByteView dictionary, bool fast)
      : words_(words), lz4_(dictionary) {
    scratch_.split_words = !fast;
  }

  // Sets `out` to block `number` with that text, header and all: in word codes
  // or plain, LZ4 or stored, whatever is smallest. REQUIRES: text not empty
  // and at most store::kMaxBlockText.
  void encode(ByteView text, std::uint64_t number,
              std::vector<std::uint8_t>& out);

 private:
  void set(ByteView coded, bool words, std::vector<std::uint8_t>& out);

  const WordEncoder* words_;
  Lz4Compressor lz4_;
  WordEncoder::Scratch scratch_;
  std::vector<std::uint8_t> packed_;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_STORE_BLOCK_ENCODER_H_
