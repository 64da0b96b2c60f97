// SPDX-License-Identifier: Apache-2.0
// The commands of the program. Each reads the words behind its name, does its
// work and returns the exit code.
#ifndef KWIC_CLI_COMMANDS_H_
#define KWIC_CLI_COMMANDS_H_

#include <string>
#include <vector>

#include "cli/arguments.h"

namespace kwic::cli {

using Words = std::vector<std::string>;

struct Command {
  const Manual& manual;
  int (*run)(const Words& words);
};

extern const Manual kIndexManual, kSearchManual, kStatsManual, kVerifyManual,
    kCatManual, kTermsManual, kDumpManual;

int run_index(const Words& words);
int run_search(const Words& words);
int run_stats(const Words& words);
int run_verify(const Words& words);
int run_cat(const Words& words);
int run_terms(const Words& words);
int run_dump(const Words& words);

}  // namespace kwic::cli

#endif  // KWIC_CLI_COMMANDS_H_
