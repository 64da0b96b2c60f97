// SPDX-License-Identifier: Apache-2.0
// ProblemSink: where deep checks of sections tell what they found.
#ifndef KWIC_FORMAT_PROBLEM_SINK_H_
#define KWIC_FORMAT_PROBLEM_SINK_H_

#include <cstdint>
#include <functional>
#include <string>

#include "format/section.h"

namespace kwic {

// Gets the section, the address in its payload (as close as can be told) and
// what is wrong there. Returns false to end the check.
using ProblemSink = std::function<bool(
    SectionKind section, std::uint64_t address, std::string message)>;

}  // namespace kwic

#endif  // KWIC_FORMAT_PROBLEM_SINK_H_
