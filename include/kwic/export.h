// SPDX-License-Identifier: Apache-2.0
// KWIC_EXPORT marks the public symbols; everything else in the shared library
// is hidden. Callers never need this header directly.
#ifndef KWIC_EXPORT_H_
#define KWIC_EXPORT_H_

#if defined(_WIN32)
#define KWIC_EXPORT
#else
#define KWIC_EXPORT __attribute__((visibility("default")))
#endif

#endif  // KWIC_EXPORT_H_
