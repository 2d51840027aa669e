#pragma once
// What of a compiler's command line matters to the C pass.

#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::project {

struct CompilerFlags {
  std::vector<std::string> arguments;  ///< what is kept, names of files and directories absolute
  std::vector<std::string> unknown;    ///< what was dropped and may have mattered
  std::vector<std::string> problems;   ///< response files that cannot be read, as phrases
};

/// Keeps what changes the meaning of the source (macros, include directories, language, target,
/// some -f switches). Drops silently what does not: the compiler itself, its input and output,
/// warnings, optimisation details, dependency files, linking, debug information. What is neither is
/// dropped and named in `unknown`. `words` starts with the compiler; relative names are relative to
/// `directory`; response files (`@file`) are read.
CompilerFlags compiler_flags(const std::vector<std::string>& words, const std::string& directory);

/// Takes out a -std= that clang does not know for the language, which makes it
/// refuse the whole file, and names it in `unknown`.
void drop_foreign_standard(CompilerFlags& flags, bool cplusplus);

/// Only what even another compiler's command line has in common: -I, -D, -U, -include, -std, -x.
std::vector<std::string> essential_flags(const std::vector<std::string>& arguments);

/// The directories after -I, -isystem, -iquote and -idirafter, in this order of appearance.
std::vector<std::string> include_directories(const std::vector<std::string>& arguments);

}  // namespace gilcheck::project
