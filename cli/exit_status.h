#pragma once
// The exit statuses of the program; part of its interface.

namespace gilcheck::cli {

enum class ExitStatus : int {
  clean = 0,     ///< nothing to report
  findings = 1,  ///< at least one finding
  error = 2,     ///< wrong usage, configuration or input, or an internal error
};

}  // namespace gilcheck::cli
