// gilcheck clean: remove the cache.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/settings_flags.h"
#include "project/cache.h"
#include "project/paths.h"
#include "project/user_error.h"

namespace gilcheck::cli {

namespace {

struct CleanArguments {
  SettingsFlags flags;
  std::vector<std::string> paths;
};

std::string in_megabytes(std::uint64_t bytes) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return buffer;
}

ExitStatus run(const CleanArguments& arguments) {
  const auto settings = arguments.flags.settings_for(arguments.paths);
  const std::string shown = project::displayable(settings.cache_dir);
  const auto result = project::remove_cache(settings.cache_dir);
  if (!result.error.empty()) {
    throw project::UserError("cannot remove the cache: '" + shown + "' " + result.error);
  }
  write_out(result.existed ? "Removed " + shown + " (" + in_megabytes(result.bytes) + ")\n"
                           : "There is no cache at " + shown + "\n");
  return ExitStatus::clean;
}

}  // namespace

void add_clean_command(CLI::App& app, Action& chosen) {
  auto arguments = std::make_shared<CleanArguments>();
  CLI::App* command = app.add_subcommand("clean", "Remove the cache");
  command->footer(
      "Example:\n  gilcheck clean        the cache that `gilcheck check` here would use");
  command->add_option("PATHS", arguments->paths, "Paths as given to `gilcheck check` [.]");
  arguments->flags.declare_sources(*command);
  arguments->flags.declare_cache_dir(*command);
  command->callback([&chosen, arguments] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace gilcheck::cli
