// SPDX-License-Identifier: Apache-2.0
// Hits for people: a line with rank, id, title and score, and below it the
// snippet with its matches marked by colour.
#ifndef KWIC_CLI_HIT_PRINTER_H_
#define KWIC_CLI_HIT_PRINTER_H_

#include <cstddef>
#include <string>

#include "cli/terminal.h"
#include "kwic/searcher.h"

namespace kwic::cli {

struct HitLayout {
  Style style;
  std::size_t width = 80;
};

// The hit as lines, the last one ended.
std::string format_hit(const Hit& hit, std::size_t rank,
                       const HitLayout& layout);

}  // namespace kwic::cli

#endif  // KWIC_CLI_HIT_PRINTER_H_
