// SPDX-License-Identifier: Apache-2.0
// Loads and stores of little-endian integers at any address.
#ifndef KWIC_BASE_BYTES_H_
#define KWIC_BASE_BYTES_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace kwic {

using ByteView = std::span<const std::uint8_t>;

template <typename T>
constexpr T byte_swapped(T value) noexcept {
  T out = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out = static_cast<T>((out << 8) | ((value >> (8 * i)) & 0xff));
  }
  return out;
}

// REQUIRES: sizeof(T) readable bytes at p.
template <typename T>
T load_le(const std::uint8_t* p) noexcept {
  T value;
  std::memcpy(&value, p, sizeof(T));
  if constexpr (std::endian::native == std::endian::big && sizeof(T) > 1) {
    value = byte_swapped(value);
  }
  return value;
}

template <typename T>
void store_le(std::uint8_t* p, T value) noexcept {
  if constexpr (std::endian::native == std::endian::big && sizeof(T) > 1) {
    value = byte_swapped(value);
  }
  std::memcpy(p, &value, sizeof(T));
}

inline ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace kwic

#endif  // KWIC_BASE_BYTES_H_
