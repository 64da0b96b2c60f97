// SPDX-License-Identifier: Apache-2.0
// The version of the library. The file format has a version of its own: see
// kwic::format_version().
#ifndef KWIC_VERSION_H_
#define KWIC_VERSION_H_

#include "kwic/export.h"

#define KWIC_VERSION_MAJOR 0
#define KWIC_VERSION_MINOR 1
#define KWIC_VERSION_PATCH 0
#define KWIC_VERSION_STRING "0.1.0"

namespace kwic {

// The version of the library that is linked, such as "0.1.0".
KWIC_EXPORT const char* version() noexcept;

// The version of the files this library writes, such as "0.4": a reader
// refuses another major version and, before 1.0, another minor version too.
KWIC_EXPORT const char* format_version() noexcept;

}  // namespace kwic

#endif  // KWIC_VERSION_H_
