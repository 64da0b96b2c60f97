// SPDX-License-Identifier: Apache-2.0
// The version of the file format, and why it changed each time.
//
// A reader refuses another major version, and any file with a bit in
// features_incompatible that it does not know. Until 1.0 every change raises
// the minor version and readers accept exactly their own.
#ifndef KWIC_FORMAT_VERSION_H_
#define KWIC_FORMAT_VERSION_H_

#include <cstdint>

namespace kwic {

// History:
//   0.1  the first: root and sections, front-coded dictionary, Elias-Fano
//        postings and positions, impact codes, word-coded LZ4 doc store.
//   0.2  positions as Rice codes of gaps, sampled, so that those of a posting
//        are found by counting ones.
//   0.3  predecessor codes: which frequent word stands before an occurrence.
//   0.4  titles front coded, sizes of bodies once, hashes of texts optional.
inline constexpr std::uint16_t kFormatMajor = 0;
inline constexpr std::uint16_t kFormatMinor = 4;

// Bits of Header.features_compatible.
inline constexpr std::uint64_t kFeatureText = 1;    // the doc store is there
inline constexpr std::uint64_t kFeatureTimes = 2;   // modification times are
inline constexpr std::uint64_t kFeatureHashes = 4;  // hashes of the texts are

// Bits of Header.features_incompatible known to this reader.
inline constexpr std::uint64_t kKnownIncompatible = 0;

}  // namespace kwic

#endif  // KWIC_FORMAT_VERSION_H_
