#pragma once
// What `gilcheck run --tsan` does.

#include <string>
#include <vector>

#include "cli/exit_status.h"
#include "cli/run_output.h"

namespace gilcheck::cli {

/// `python`: as --python. `information`: show races that are not an extension's, too. Throws
/// UserError.
ExitStatus run_with_sanitizer(const std::string& python, const std::vector<std::string>& command,
                              const RunOutput& output, bool information);

}  // namespace gilcheck::cli
