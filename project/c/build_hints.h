#pragma once
// What a project's build files say about include directories and macros, without running them.

#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::project {

struct BuildHints {
  std::vector<std::string> directories;  ///< absolute, exist
  std::vector<std::string> macros;       ///< "NAME" or "NAME=value"
};

/// Reads setup.py, setup.cfg, pyproject.toml, meson.build and CMakeLists.txt in the directory: the
/// literals in lists of include directories that name directories, and the pairs of literals in
/// `define_macros`. Nothing is evaluated.
BuildHints build_hints(const std::string& directory);

/// The same for one file's text; relative names are relative to `directory`.
void add_build_hints(std::string_view text, const std::string& directory, BuildHints& out);

}  // namespace gilcheck::project
