#pragma once
// The subcommands. Each `add_...` declares one on the application and, if the arguments choose it,
// sets `chosen`; nothing runs while arguments are parsed.

#include <functional>

#include "cli/exit_status.h"

namespace CLI {
class App;
}

namespace gilcheck::cli {

using Action = std::function<ExitStatus()>;

void add_check_command(CLI::App& app, Action& chosen);
void add_rule_command(CLI::App& app, Action& chosen);
void add_config_command(CLI::App& app, Action& chosen);
void add_debug_command(CLI::App& app, Action& chosen);
void add_clean_command(CLI::App& app, Action& chosen);
void add_interpreter_command(CLI::App& app, Action& chosen);
void add_run_command(CLI::App& app, Action& chosen);
void add_sanitizer_command(CLI::App& app, Action& chosen);
void add_version_command(CLI::App& app, Action& chosen);

}  // namespace gilcheck::cli
