#pragma once
// What `gilcheck run --tsan` does.

#include <string>
#include <vector>

#include "cli/exit_status.h"

namespace gilcheck::cli {

/// Of `gilcheck run`, when the command passed and something was found.
inline constexpr int kRacesFound = 66;

struct SanitizerArguments {
  std::string python, format, output_file, fail_on;
  bool info = false;
  std::vector<std::string> command;
};

/// Throws UserError.
ExitStatus run_with_sanitizer(const SanitizerArguments& arguments);

}  // namespace gilcheck::cli
