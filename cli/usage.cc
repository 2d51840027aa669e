#include "cli/usage.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "cli/console.h"
#include "project/closest_word.h"

namespace gilcheck::cli {

namespace {

/// The subcommand the arguments chose last, or the application.
const CLI::App* chosen_command(const CLI::App& app) {
  const CLI::App* at = &app;
  while (true) {
    const auto chosen = at->get_subcommands();
    if (chosen.empty()) return at;
    at = chosen.back();
  }
}

std::string full_name(const CLI::App* command) {
  std::string name = command->get_name();
  for (const CLI::App* at = command->get_parent(); at != nullptr; at = at->get_parent()) {
    name = at->get_name() + " " + name;
  }
  return name;
}

std::vector<std::string> flags_of(const CLI::App* command) {
  std::vector<std::string> out;
  for (const CLI::Option* option : command->get_options()) {
    for (const auto& name : option->get_lnames()) out.push_back("--" + name);
    for (const auto& name : option->get_snames()) out.push_back("-" + name);
  }
  return out;
}

std::vector<std::string> subcommands_of(const CLI::App* command) {
  std::vector<std::string> out;
  for (const CLI::App* sub : command->get_subcommands([](const CLI::App*) { return true; })) {
    out.push_back(sub->get_name());
  }
  return out;
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  return std::string(project::closest_word(word, views));
}

std::string see_help(const CLI::App* command) {
  return "`" + full_name(command) + " --help` shows the usage";
}

void unexpected(const CLI::App& app, const std::string& word) {
  const CLI::App* command = chosen_command(app);
  const std::string name = full_name(command);
  if (word.starts_with('-')) {
    const std::string flag = word.substr(0, word.find('='));
    const std::string close = closest(flag, flags_of(command));
    say_error("`" + name + "` has no flag " + flag,
              (close.empty() ? "" : "did you mean " + close + "? ") + see_help(command));
    return;
  }
  const auto commands = subcommands_of(command);
  if (commands.empty()) {
    say_error("unexpected argument '" + word + "'", see_help(command));
    return;
  }
  std::error_code ignored;
  const std::string close = closest(word, commands);
  std::string hint;
  if (!close.empty()) {
    hint = "did you mean `" + name + " " + close + "`? ";
  } else if (command == &app && std::filesystem::exists(word, ignored)) {
    hint = "to check it: `gilcheck check " + word + "`; ";
  }
  say_error("`" + name + "` has no command '" + word + "'", hint + see_help(command));
}

}  // namespace

void explain_usage_error(CLI::App& app, const CLI::ParseError& error,
                         const std::vector<std::string>& arguments) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const auto extras = app.remaining(true);
    // A wrong flag comes first: what follows it may only be its value.
    const auto flag = std::find_if(extras.begin(), extras.end(), [](const std::string& word) {
      return word.starts_with('-') && word.size() > 1;
    });
    if (!extras.empty()) {
      unexpected(app, flag == extras.end() ? extras.front() : *flag);
      return;
    }
  }
  const CLI::App* command = chosen_command(app);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && !arguments.empty()) {
    say_error(arguments.back() + " needs a value", see_help(command));
    return;
  }
  say_error(error.what(), see_help(command));
}

}  // namespace gilcheck::cli
