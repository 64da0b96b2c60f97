// SPDX-License-Identifier: Apache-2.0
// assemble_plainly: an index file straight from the writers of format/.
//
// It keeps everything in memory and does one thing after the other, so that
// the query side can be judged without the builder, and the builder against
// it: both must give the same bytes.
#ifndef KWIC_TESTS_SUPPORT_PLAIN_ASSEMBLY_H_
#define KWIC_TESTS_SUPPORT_PLAIN_ASSEMBLY_H_

#include <string>
#include <vector>

#include "kwic/index_builder.h"
#include "kwic/status.h"
#include "tests/support/reference_engine.h"

namespace kwic::testing {

// What a broken writer would do, for tests of those who find it.
enum class PlainFault {
  kNone,
  kPredecessorMissed,  // one occurrence has no predecessor code, but should
  kWrongHash,          // the first document has the hash of another text
  kWrongText,          // the last text has another byte at its end
};

// REQUIRES: the ids differ.
Status assemble_plainly(std::vector<TextDocument> documents,
                        const std::string& path,
                        const BuildOptions& options = {},
                        PlainFault fault = PlainFault::kNone);

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_PLAIN_ASSEMBLY_H_
