#pragma once
// Splitting a command line as a POSIX shell would, for compile databases and response files.

#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::project {

/// Words separated by white space; single quotes, double quotes and backslashes as in sh. Nothing
/// is expanded. An unfinished quotation ends with the text. Pure.
std::vector<std::string> split_shell_words(std::string_view text);

}  // namespace gilcheck::project
