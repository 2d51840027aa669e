#pragma once
// gilcheck interpreter doctor.

#include <string>

#include "cli/exit_status.h"

namespace gilcheck::cli {

/// Prints what interpreters there are and whether they work, which one the runtime would use
/// (`python`: what --python says), what building one would need, and what to do next. `clean` if
/// there is one to run with, else `findings`.
ExitStatus diagnose_interpreters(const std::string& python);

}  // namespace gilcheck::cli
