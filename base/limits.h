// SPDX-License-Identifier: Apache-2.0
// Every limit of kwic in one place. docs/format.md lists them for readers.
#ifndef KWIC_BASE_LIMITS_H_
#define KWIC_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace kwic {

inline constexpr std::uint64_t kMaxDocuments = 0xffff'fff0;  // ids are 32-bit
inline constexpr std::size_t kMaxExternalIdBytes = 4096;
inline constexpr std::size_t kMaxTitleBytes = 65535;
inline constexpr std::uint64_t kMaxBodyBytes = std::uint64_t{1} << 30;
// A longer token is cut into pieces of at most this many bytes (at a code
// point boundary), which take successive positions.
inline constexpr std::size_t kMaxTermBytes = 255;
// Tokens of one document, title and body together.
inline constexpr std::uint64_t kMaxDocumentLength = 0x3fff'ffff;

inline constexpr std::size_t kMaxQueryBytes = 64 * 1024;
inline constexpr int kMaxQueryDepth = 64;
inline constexpr std::size_t kMaxQueryClauses = 1024;
inline constexpr std::size_t kMaxPhraseTerms = 128;
inline constexpr std::size_t kMaxHits = 10'000;  // offset + limit

}  // namespace kwic

#endif  // KWIC_BASE_LIMITS_H_
