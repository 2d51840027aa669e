#pragma once
// Native code under ThreadSanitizer: the environment to build extension modules with, and a run of
// a command whose reports are collected.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "project/interpreters/interpreter_choice.h"
#include "project/sanitizer/sanitizer_report.h"

namespace gilcheck::project {

/// --python, else the managed 3.13t-tsan. Throws UserError if it is not there, or not built with
/// ThreadSanitizer.
ChosenInterpreter choose_sanitized_interpreter(const std::string& named);

/// The variables that make a build of an extension module, by pip, setuptools, CMake, Meson or
/// make, one with ThreadSanitizer; added to those of the environment.
std::vector<std::pair<std::string, std::string>> sanitizer_build_variables(
    const ChosenInterpreter& interpreter);

/// Runs a build command with them; its status.
int run_sanitized_build(const std::vector<std::string>& words,
                        const ChosenInterpreter& interpreter);

struct SanitizedRun {
  int status = 0;             ///< as a shell gives it
  std::size_t processes = 0;  ///< Python processes under the sanitizer that came to their end
  std::vector<SanitizerReport> reports;  ///< of all processes, merged
};

/// Runs the command with the sanitizer's reports kept from its output. Throws UserError if it
/// cannot be started.
SanitizedRun run_sanitized(const std::vector<std::string>& words,
                           const ChosenInterpreter& interpreter);

}  // namespace gilcheck::project
