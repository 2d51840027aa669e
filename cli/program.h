#pragma once
// The program from its arguments to its exit status.

#include <string>
#include <vector>

#include "cli/exit_status.h"

namespace gilcheck::cli {

/// `arguments` starts with the program's name. Writes to standard output and standard error. Never
/// throws: what goes wrong becomes a message and ExitStatus::error.
ExitStatus run(std::vector<std::string> arguments);

}  // namespace gilcheck::cli
