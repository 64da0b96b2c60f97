// SPDX-License-Identifier: Apache-2.0
// Failures of the operating system as sentences that tell what to do.
#ifndef KWIC_BASE_SYSTEM_ERROR_H_
#define KWIC_BASE_SYSTEM_ERROR_H_

#include <string_view>

#include "kwic/status.h"

namespace kwic {

// "cannot ACTION PATH: REASON; REMEDY" for an errno value. kNotFound for
// ENOENT, kOutOfMemory for ENOMEM, kInvalidArgument for EEXIST, else kIo.
Status system_error(int error, std::string_view action, std::string_view path);

}  // namespace kwic

#endif  // KWIC_BASE_SYSTEM_ERROR_H_
