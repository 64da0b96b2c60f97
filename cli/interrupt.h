// SPDX-License-Identifier: Apache-2.0
// Signals: Ctrl-C asks the running command to stop and tidy up.
#ifndef KWIC_CLI_INTERRUPT_H_
#define KWIC_CLI_INTERRUPT_H_

namespace kwic::cli {

// SIGPIPE and SIGXFSZ become errors of write().
void prepare_signals();

// From here on the first SIGINT, SIGTERM or SIGHUP sets a mark instead of
// ending the process; a second one ends it. For commands that would leave
// debris and look at interrupted().
void catch_interrupts();

// Whether such a signal came.
bool interrupted();

// The exit code shells expect: 128 + the signal.
int interrupt_exit_code();

}  // namespace kwic::cli

#endif  // KWIC_CLI_INTERRUPT_H_
