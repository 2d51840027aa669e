#pragma once
// Wrong usage, explained.

#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace gilcheck::cli {

/// Says what is wrong with the arguments and what was probably meant, to standard error.
/// `arguments` as given, without the program's name.
void explain_usage_error(CLI::App& app, const CLI::ParseError& error,
                         const std::vector<std::string>& arguments);

}  // namespace gilcheck::cli
