#pragma once
// The race detector, compiled for one interpreter, in the user's cache.

#include <functional>
#include <string>

#include "project/interpreters/interpreter_facts.h"

namespace gilcheck::project {

struct RuntimeBuild {
  std::string directory;  ///< holds `gilcheck/` and `inject/`
  bool built = false;     ///< by this call
};

/// Compiles the runtime's sources, which the program carries, for `facts`, unless that was done
/// before; `before_build` is called if it has to be. Other processes may do the same at once.
/// Throws UserError if there is no compiler, no headers, or compiling fails.
RuntimeBuild build_runtime(const InterpreterFacts& facts,
                           const std::function<void()>& before_build);

/// Likewise what joins ThreadSanitizer's reports with Python stacks, of an interpreter built with
/// it.
RuntimeBuild build_python_stacks(const InterpreterFacts& facts);

}  // namespace gilcheck::project
