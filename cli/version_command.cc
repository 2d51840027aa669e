// gilcheck version.

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/console.h"

namespace gilcheck::cli {

void add_version_command(CLI::App& app, Action& chosen) {
  const auto print = [] {
    write_out("gilcheck " GILCHECK_VERSION "\n");
    return ExitStatus::clean;
  };
  CLI::App* command = app.add_subcommand("version", "Print the version");
  command->callback([&chosen, print] { chosen = print; });
  app.add_flag_callback("-V,--version", [&chosen, print] { chosen = print; }, "Print the version");
}

}  // namespace gilcheck::cli
