// SPDX-License-Identifier: Apache-2.0
// guarded: the border that no exception crosses.
#ifndef KWIC_INDEX_GUARDED_H_
#define KWIC_INDEX_GUARDED_H_

#include <exception>
#include <new>
#include <system_error>
#include <utility>

#include "kwic/status.h"

namespace kwic {

// Returns what `function` returns (a Status or a Result), or the Status that
// the exception it throws amounts to.
template <typename Function>
auto guarded(Function&& function) noexcept -> decltype(function()) {
  // Messages short enough to need no allocation of their own.
  try {
    return std::forward<Function>(function)();
  } catch (const std::bad_alloc&) {
    return Status(StatusCode::kOutOfMemory, "out of memory");
  } catch (const std::system_error&) {
    return Status(StatusCode::kOutOfMemory, "no more threads");
  } catch (...) {
    return Status(StatusCode::kInternal, "exception");
  }
}

}  // namespace kwic

#endif  // KWIC_INDEX_GUARDED_H_
