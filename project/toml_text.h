#pragma once
// TOML documents that people write, with errors that say where.

#include <string>
#include <string_view>

#include <toml++/toml.h>

namespace gilcheck::project {

/// The name that stands for settings on the command line, where a line number says nothing.
inline constexpr std::string_view kCommandLine = "--config";

/// "file:line", or the file alone where the line is not known or says nothing.
std::string place_in(std::string_view file, const toml::source_region& region);

/// Throws UserError with the hint for what is no TOML.
toml::table parse_toml(std::string_view text, std::string_view file, const std::string& hint);

}  // namespace gilcheck::project
