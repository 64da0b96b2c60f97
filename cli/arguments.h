// SPDX-License-Identifier: Apache-2.0
// Arguments of one command: each option is one record, from which both the
// parser and the help are made.
//
//     Arguments arguments(kSearchManual);
//     arguments.flag("-a,--all", "show everything", all);
//     arguments.count("-k,--limit", "N", "show at most N hits", limit, 10000);
//     if (auto exit = arguments.parse(words, 1, 1)) return *exit;
//     use(arguments.positionals());
#ifndef KWIC_CLI_ARGUMENTS_H_
#define KWIC_CLI_ARGUMENTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwic::cli {

// The words of a command's help around its options.
struct Manual {
  std::string_view name;
  std::string_view usage;     // behind "kwic "
  std::string_view summary;   // one line, in the list of commands
  std::string_view purpose;   // a paragraph above the options, broken by hand
  std::string_view examples;  // and the rest of the page
};

class Arguments {
 public:
  explicit Arguments(const Manual& manual);

  // Options, with their names as "-k,--limit" or "--quiet".
  void flag(std::string_view names, std::string_view help, bool& value);
  void text(std::string_view names, std::string_view placeholder,
            std::string_view help, std::string& value);
  void count(std::string_view names, std::string_view help,
             std::uint64_t& value, std::uint64_t max);
  void size(std::string_view names, std::string_view help,
            std::uint64_t& value);
  // `accept` returns false for a word that is not one of `choices` ("a|b").
  void choice(std::string_view names, std::string_view choices,
              std::string_view help,
              std::function<bool(std::string_view)> accept);

  // Reads the words behind the command's name. Returns an exit code where the
  // command is over: help was printed, or an error was.
  std::optional<int> parse(const std::vector<std::string>& words,
                           std::size_t least, std::size_t most);

  // What is not an option, in order.
  const std::vector<std::string>& positionals() const { return positionals_; }

  std::string help() const;

 private:
  struct Option {
    std::string names;
    std::string placeholder;  // empty for a flag
    std::string help;
    bool* on = nullptr;
    // Takes the value; false if it makes no sense.
    std::function<bool(const std::string&)> accept;
    std::string expected;  // what would, for the message
    std::string value;
    bool given = false;
  };

  Option& add(std::string_view names, std::string_view placeholder,
              std::string_view help);
  int complain(const std::string& message) const;
  std::optional<int> run_parser(std::vector<std::string> words);
  std::optional<int> accept_values();
  std::optional<int> check_positionals(std::size_t least,
                                       std::size_t most) const;
  int complain_unknown(const std::string& word) const;

  Manual manual_;
  std::vector<Option> options_;
  std::vector<std::string> positionals_;
  bool help_wanted_ = false;
};

}  // namespace kwic::cli

#endif  // KWIC_CLI_ARGUMENTS_H_
