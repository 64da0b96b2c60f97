// SPDX-License-Identifier: Apache-2.0
// kwic: the program. Finds the command and leaves the rest to it.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/report.h"
#include "kwic/version.h"

namespace kwic::cli {
namespace {

constexpr std::array<Command, 7> kCommands = {{
    {kIndexManual, run_index},
    {kSearchManual, run_search},
    {kStatsManual, run_stats},
    {kVerifyManual, run_verify},
    {kCatManual, run_cat},
    {kTermsManual, run_terms},
    {kDumpManual, run_dump},
}};

constexpr std::string_view kShortHelp =
    "kwic turns a folder of text into one file and searches it.\n"
    "\n"
    "  kwic index docs                    makes docs.kwic of the folder docs\n"
    "  kwic search docs.kwic two words    finds documents with both words\n"
    "\n"
    "All commands: kwic --help\n";

std::string long_help() {
  std::string out =
      "Usage: kwic COMMAND [ARGUMENT]...\n"
      "\n"
      "kwic turns a folder of text into one compact file and searches it.\n"
      "\n"
      "Commands:\n";
  for (const Command& command : kCommands) {
    std::string line = "  " + std::string(command.manual.name);
    line.resize(12, ' ');
    out += line.append(command.manual.summary) + "\n";
  }
  return out +
         "  help      show this page, or that of a command: kwic help search\n"
         "\n"
         "Options:\n"
         "  --version  show the versions of the program and of its files\n"
         "  --help     show this page, or behind a command, that of the "
         "command\n"
         "\n"
         "Examples:\n"
         "  kwic index docs                      makes docs.kwic\n"
         "  kwic search docs.kwic two words      documents with both words\n"
         "  kwic search docs.kwic '\"two words\"'  with exactly this phrase\n"
         "  kwic cat docs.kwic notes/today.md    the text of a document\n"
         "\n"
         "Exit codes: 0 success, 1 nothing found or a damaged file, 2 error.\n";
}

int print(std::string_view text) {
  Output out(STDOUT_FILENO);
  out.raw(text);
  return out.finish(kExitOk);
}

const Command* find_command(std::string_view name) {
  const auto at = std::find_if(
      kCommands.begin(), kCommands.end(),
      [&](const Command& command) { return command.manual.name == name; });
  return at == kCommands.end() ? nullptr : &*at;
}

int complain_unknown(const std::string& name) {
  if (name[0] == '-') {
    return fail("unknown option " + in_quotes(name) +
                ". A command comes first. See: kwic --help");
  }
  std::vector<std::string_view> names = {"help"};
  for (const Command& command : kCommands) names.push_back(command.manual.name);
  const std::string_view guess = nearest(name, names);
  std::string message = "unknown command " + in_quotes(name) + ".";
  if (!guess.empty()) message.append(" Did you mean ").append(guess) += '?';
  return fail(message + " See: kwic --help");
}

int run_help(const Words& words) {
  if (words.empty()) return print(long_help());
  const Command* command = find_command(words[0]);
  if (command == nullptr) return complain_unknown(words[0]);
  return command->run({"--help"});
}

int run(Words words) {
  if (words.empty()) {
    print_error(kShortHelp);
    return kExitError;
  }
  const std::string name = words[0];
  words.erase(words.begin());
  if (const Command* command = find_command(name)) return command->run(words);
  if (name == "help" || name == "--help" || name == "-h") {
    return run_help(words);
  }
  if (name == "--version" || name == "version" || name == "-V") {
    return print(std::string("kwic ") + version() + ", file format " +
                 format_version() + "\n");
  }
  if (name.empty()) return fail("no command given. See: kwic --help");
  return complain_unknown(name);
}

}  // namespace
}  // namespace kwic::cli

int main(int argc, char** argv) {
  kwic::cli::prepare_signals();
  try {
    return kwic::cli::run({argv + std::min(argc, 1), argv + argc});
  } catch (const std::bad_alloc&) {
    return kwic::cli::fail("out of memory.");
  } catch (const std::exception& error) {
    return kwic::cli::fail(std::string("internal error: ") + error.what() +
                           ". Please report it.");
  }
}
