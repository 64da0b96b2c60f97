// SPDX-License-Identifier: Apache-2.0
// no_throw: what the public calls run in, so that a failed allocation becomes
// an error value.
#ifndef KWIC_QUERY_NO_THROW_H_
#define KWIC_QUERY_NO_THROW_H_

#include <new>
#include <stdexcept>

#include "kwic/status.h"

namespace kwic {

// Calls `body`, which returns a Status or a Result. Only allocations throw
// inside kwic; what a caller's own callback throws passes through.
template <typename Body>
auto no_throw(const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return Status(StatusCode::kOutOfMemory,
                  "not enough memory for this call: free some and retry");
  } catch (const std::length_error&) {
    return Status(StatusCode::kOutOfMemory,
                  "this call needs more memory than can be addressed");
  }
}

}  // namespace kwic

#endif  // KWIC_QUERY_NO_THROW_H_
