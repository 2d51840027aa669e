#pragma once
// Names of files as libclang gives them, made comparable.

#include <string>

namespace gilcheck::clang_plugin {

/// The absolute path, without `.` and `..`, of the file that a name stands for in a directory.
/// Where
/// `..` follows a symbolic link it leads elsewhere than the letters say: then the file system is
/// asked; otherwise links stay as they are written.
std::string file_named(const std::string& name, const std::string& directory);

}  // namespace gilcheck::clang_plugin
