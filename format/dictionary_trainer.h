// SPDX-License-Identifier: Apache-2.0
// Here are samples of what will be compressed, give me an LZ4 dictionary.
#ifndef KWIC_FORMAT_DICTIONARY_TRAINER_H_
#define KWIC_FORMAT_DICTIONARY_TRAINER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace kwic {

// Picks at most `size` bytes of `sample` that others of its strings repeat
// most. Deterministic.
std::vector<std::uint8_t> train_dictionary(ByteView sample, std::size_t size);

}  // namespace kwic

#endif  // KWIC_FORMAT_DICTIONARY_TRAINER_H_
