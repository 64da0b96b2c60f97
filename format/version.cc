// SPDX-License-Identifier: Apache-2.0
#include "format/version.h"

#include "kwic/version.h"

namespace kwic {

const char* version() noexcept { return KWIC_VERSION_STRING; }

const char* format_version() noexcept {
  static_assert(kFormatMajor == 0 && kFormatMinor == 4,
                "keep this string in step with the constants");
  return "0.4";
}

}  // namespace kwic
