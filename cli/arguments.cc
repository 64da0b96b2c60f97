// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <utility>

#include "cli/numbers.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/safe_text.h"

namespace kwic::cli {
namespace {

constexpr std::size_t kHelpColumn = 24;
constexpr std::size_t kHelpWidth = 79;

// "-k,--limit" -> "-k, --limit"; "--quiet" -> "    --quiet".
std::string spread_names(const std::string& names) {
  const std::size_t comma = names.find(',');
  if (comma == std::string::npos) return "    " + names;
  return names.substr(0, comma) + ", " + names.substr(comma + 1);
}

std::string option_help(const std::string& left, const std::string& text) {
  std::string out = "  " + left;
  const std::string indent(kHelpColumn, ' ');
  if (out.size() + 2 > kHelpColumn) {
    out += "\n" + indent;
  } else {
    out.resize(kHelpColumn, ' ');
  }
  bool first = true;
  for (const TextRange& line : wrap(text, kHelpWidth - kHelpColumn)) {
    if (!std::exchange(first, false)) out += indent;
    out += text.substr(line.begin, line.end - line.begin) + "\n";
  }
  return out;
}

std::string long_name(const std::string& names) {
  const std::size_t comma = names.find(',');
  return comma == std::string::npos ? names : names.substr(comma + 1);
}

bool looks_like_option(const std::string& word) {
  return word.size() > 1 && word[0] == '-';
}

}  // namespace

Arguments::Arguments(const Manual& manual) : manual_(manual) {}

Arguments::Option& Arguments::add(std::string_view names,
                                  std::string_view placeholder,
                                  std::string_view help) {
  Option& option = options_.emplace_back();
  option.names = names;
  option.placeholder = placeholder;
  option.help = help;
  return option;
}

void Arguments::flag(std::string_view names, std::string_view help,
                     bool& value) {
  add(names, "", help).on = &value;
}

void Arguments::text(std::string_view names, std::string_view placeholder,
                     std::string_view help, std::string& value) {
  Option& option = add(names, placeholder, help);
  option.expected = "a value";
  option.accept = [&value](const std::string& word) {
    value = word;
    return !word.empty();
  };
}

void Arguments::count(std::string_view names, std::string_view help,
                      std::uint64_t& value, std::uint64_t max) {
  Option& option = add(names, "N", help);
  option.expected = "a whole number";
  if (max != std::numeric_limits<std::uint64_t>::max()) {
    option.expected += " up to " + format_count(max);
  }
  option.accept = [&value, max](const std::string& word) {
    const auto number = parse_count(word, max);
    value = number.value_or(value);
    return number.has_value();
  };
}

void Arguments::size(std::string_view names, std::string_view help,
                     std::uint64_t& value) {
  Option& option = add(names, "SIZE", help);
  option.expected = "a size such as 64M, 1G or 512MiB";
  option.accept = [&value](const std::string& word) {
    const auto number = parse_size(word);
    value = number.value_or(value);
    return number.has_value();
  };
}

void Arguments::choice(std::string_view names, std::string_view choices,
                       std::string_view help,
                       std::function<bool(std::string_view)> accept) {
  Option& option = add(names, choices, help);
  option.expected = "one of " + std::string(choices);
  option.accept = std::move(accept);
}

std::string Arguments::help() const {
  std::string out = "Usage: kwic " + std::string(manual_.usage) + "\n\n" +
                    std::string(manual_.purpose) + "\n\nOptions:\n";
  for (const Option& option : options_) {
    std::string left = spread_names(option.names);
    if (!option.placeholder.empty()) left += " " + option.placeholder;
    out += option_help(left, option.help);
  }
  out += option_help("-h, --help", "show this page");
  return out.append("\n").append(manual_.examples).append("\n");
}

int Arguments::complain(const std::string& message) const {
  const std::string name(manual_.name);
  return fail(name + ": " + message + " See: kwic " + name + " --help");
}

int Arguments::complain_unknown(const std::string& word) const {
  std::vector<std::string_view> names = {"--help"};
  std::vector<std::string> known;
  for (const Option& option : options_) {
    known.push_back(long_name(option.names));
  }
  names.insert(names.end(), known.begin(), known.end());
  std::string message = "unknown option " + in_quotes(word) + ".";
  const std::string_view guess =
      nearest(std::string_view(word).substr(0, word.find('=')), names);
  if (!guess.empty()) {
    message += " Did you mean " + std::string(guess) + "?";
  } else if (word[1] != '-') {
    message += " A word that begins with \"-\" goes behind \"--\".";
  }
  return complain(message);
}

// CLI11 sees the options only. Positionals are what it leaves over: as its own
// ones it would take "[a,b]" apart, which is a file name to us.
std::optional<int> Arguments::run_parser(std::vector<std::string> words) {
  CLI::App app;
  app.set_help_flag("");
  app.allow_extras();
  app.add_flag("-h,--help", help_wanted_);
  for (Option& option : options_) {
    if (option.on != nullptr) {
      app.add_flag(option.names, *option.on);
      continue;
    }
    app.add_option_function<std::string>(option.names,
                                         [&option](const std::string& value) {
                                           option.value = value;
                                           option.given = true;
                                         })
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  try {
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    return complain(what.substr(0, what.find(':')) + " needs a value.");
  } catch (const CLI::ParseError& error) {
    return complain(std::string(error.what()) + ".");
  }
  positionals_ = app.remaining();
  return {};
}

std::optional<int> Arguments::accept_values() {
  for (const Option& option : options_) {
    if (!option.given || option.accept(option.value)) continue;
    return complain(long_name(option.names) + " takes " + option.expected +
                    ", not " + in_quotes(option.value) + ".");
  }
  return {};
}

std::optional<int> Arguments::check_positionals(std::size_t least,
                                                std::size_t most) const {
  if (positionals_.size() < least) {
    return fail(std::string(manual_.name) +
                ": too few arguments. Usage: kwic " +
                std::string(manual_.usage));
  }
  if (positionals_.size() > most) {
    return complain("one argument too many: " + in_quotes(positionals_[most]) +
                    ".");
  }
  return {};
}

std::optional<int> Arguments::parse(const std::vector<std::string>& words,
                                    std::size_t least, std::size_t most) {
  const auto end_of_options = std::find(words.begin(), words.end(), "--");
  if (auto exit = run_parser({words.begin(), end_of_options})) return exit;
  if (help_wanted_) {
    Output out(STDOUT_FILENO);
    out.raw(help());
    return out.finish(kExitOk);
  }
  for (const std::string& word : positionals_) {
    if (looks_like_option(word)) return complain_unknown(word);
  }
  if (end_of_options != words.end()) {
    positionals_.insert(positionals_.end(), end_of_options + 1, words.end());
  }
  if (auto exit = accept_values()) return exit;
  return check_positionals(least, most);
}

}  // namespace kwic::cli
