#pragma once
// Which libclang to load, and the compiler's own headers that go with it.

#include <string>
#include <vector>

namespace gilcheck::project {

struct Toolchain {
  std::vector<std::string> candidates;  ///< for Frontend::load, best first
  bool named = false;                   ///< a person chose it: no other will do
  std::string identity;                 ///< changes when another library would be loaded
  std::vector<std::string> arguments;   ///< -resource-dir, or the headers of another compiler
  std::vector<std::string> system_directories;  ///< where <stddef.h> and the C library's lie
};

/// `chosen` (a library, or a directory that holds one) or, if it is empty, the distribution's 19,
/// the shared library of the Python package `libclang` next to this program, in the active virtual
/// environment or the user's, then other versions. Loads nothing. Throws UserError if `chosen` does
/// not exist.
Toolchain find_toolchain(const std::string& chosen);

}  // namespace gilcheck::project
