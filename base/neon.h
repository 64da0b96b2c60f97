// SPDX-License-Identifier: Apache-2.0
// KWIC_HAS_NEON: this is a 64-bit ARM, all of which have NEON; and numbers lie
// in memory as the file has them, the lowest byte first.
#ifndef KWIC_BASE_NEON_H_
#define KWIC_BASE_NEON_H_

#if defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define KWIC_HAS_NEON 1
#endif

#endif  // KWIC_BASE_NEON_H_
